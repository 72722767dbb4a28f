"""From image and mask to density, fracture and mesh."""

from functools import cache

import numpy as np
import pytest
from scipy import ndimage
from scipy.spatial.transform import Rotation

from vertebra.images.formats.nifti import write_nifti
from vertebra.images.image import Image
from vertebra.images.phantom import body_depth, in_vertebra, phantom
from vertebra.images.reading import read_image, read_labels
from vertebra.meshes.files.writing import FORMATS, write_mesh
from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.skin import outer_faces
from vertebra.meshes.surface.triangle_tree import triangle_tree
from vertebra.models.anatomy import build_anatomy
from vertebra.models.imported.existing import find_fracture
from vertebra.models.imported.imaged import calibrated, mask_in_image
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario
from vertebra.scenarios.schema import Scenario, ScenarioError

usual = cache(phantom)
"""CT and mask; nobody changes them."""
LINEAR = {
    "calibration": "linear",
    "slope_mg_cm3_per_HU": 0.8,
    "intercept_mg_cm3": 0.0,
    "material": "k2hpo4",
}


def scenario(image, bone=None, **more):
    tables = {
        "schema": 1,
        "name": "x",
        "mesh": {"order": 1, "image": {"edge_mm": 4.0, **image}},
        "bone": {"density_image": LINEAR} if bone is None else bone,
        **more,
    }
    return Scenario.of_tables(tables, None)


@pytest.fixture(scope="module")
def bundled():
    return build_anatomy(read_scenario("image", ("mesh.image.edge_mm=4", "mesh.order=1")))


def test_the_mesh_holds_the_volume_and_the_mineral_of_the_mask(bundled):
    assert bundled.balance["mesh_volume_over_mask"] == pytest.approx(1, abs=5e-3)
    assert bundled.balance["mesh_over_mask"] == pytest.approx(1, abs=15e-3)
    assert bundled.balance["mesh_over_samples"] == pytest.approx(1, abs=5e-3)
    assert any("mesh holds" in note and "bone mineral" in note for note in bundled.notes)
    assert any("body cut from the arch by the plane" in note for note in bundled.notes)


def test_the_density_of_the_image_goes_through_the_crush(bundled):
    bone = bundled.fractured.mesh.is_bone
    before = cell_volumes(bundled.intact.mesh.points, bundled.intact.mesh.cells)[bone]
    mineral = bundled.density.g_cm3 @ before
    after = bundled.density.g_cm3 * bundled.fractured.compaction[bone] @ bundled.fractured.volume[bone]
    assert after == pytest.approx(mineral, rel=1e-9)
    assert np.ptp(bundled.density.g_cm3) > 0.1


def flipped(image):
    values, affine = np.flip(image.values.transpose(2, 0, 1), (0, 2)), image.affine[:, [2, 0, 1, 3]].copy()
    for axis in (0, 2):
        affine[:3, 3] += affine[:3, axis] * (values.shape[axis] - 1)
        affine[:3, axis] *= -1
    return Image(np.ascontiguousarray(values), affine)


@pytest.mark.slow
def test_a_flipped_and_permuted_copy_is_the_same_vertebra(tmp_path):
    found = []
    for name, turn in (("as-is", lambda image: image), ("turned", flipped)):
        ct, mask = (turn(each) for each in usual())
        write_nifti(ct, tmp_path / f"{name}-ct.nii")
        write_nifti(mask, tmp_path / f"{name}-mask.nii")
        files = {"file": str(tmp_path / f"{name}-ct.nii"), "mask": str(tmp_path / f"{name}-mask.nii")}
        asked = scenario(files | {"preset": "verse", "level": "L1"}, capacity={"rule": "section"})
        loaded = VertebraModel.of(asked).intact()
        found.append((loaded.stiffness, loaded.capacity))
    assert found[0] == pytest.approx(found[1], rel=1e-6)


OBLIQUE = (8, -11, 17)
"""Turn of a grid about x, y, z [degree]."""


def oblique_grid(edges, turn, size=(64.0, 80.0, 56.0)):
    """Shape and affine of voxels around the phantom."""
    shape = tuple(np.ceil(np.array(size) / edges).astype(int))
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", turn, degrees=True).as_matrix() * edges
    affine[:3, 3] = [0, -8, 0] - affine[:3, :3] @ ((np.array(shape) - 1) / 2)
    return shape, affine


def analytic(folder, name, edges, turn):
    """Stiffness and capacity of the body of the phantom on a grid: voxels whose centres lie in it."""
    shape, affine = oblique_grid(edges, turn)
    ct, _ = phantom(shape, affine, noise_HU=0, with_arch=False)
    index = np.stack(np.indices(shape), axis=-1)
    inside = body_depth(in_vertebra(index @ affine[:3, :3].T + affine[:3, 3])) > 0
    return solved(
        folder, name, ct, Image((20 * inside).astype(np.uint8), affine), {"label": 20, "edge_mm": 3.0}
    )


def solved(folder, name, ct, mask, more, **files):
    """Stiffness and capacity of the intact body of images that are written first."""
    for key, image in {"file": ct, "mask": mask, **files}.items():
        write_nifti(image, folder / f"{name}-{key}.nii")
        more = more | {key: str(folder / f"{name}-{key}.nii")}
    loaded = VertebraModel.of(scenario(more, capacity={"rule": "section"})).intact()
    return np.array([loaded.stiffness, loaded.capacity])


@pytest.mark.slow
def test_an_analytic_image_on_an_oblique_anisotropic_grid_is_the_same_vertebra(tmp_path):
    upright = analytic(tmp_path, "upright", np.array([1.0, 1.25, 1.0]), (0, 0, 0))
    found = analytic(tmp_path, "oblique", np.array([1.2, 1.0, 2.0]), OBLIQUE)
    assert found == pytest.approx(upright, rel=0.01)


def resampled(image, edges, turn, order):
    """An image on an oblique grid around it."""
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in image.shape])).reshape(3, -1).T
    middle = image.places(corners).mean(axis=0)
    rotation = Rotation.from_euler("xyz", turn, degrees=True).as_matrix()
    shape = np.ceil(np.ptp((image.places(corners) - middle) @ rotation, axis=0) / edges).astype(int)
    affine = np.eye(4)
    affine[:3, :3] = rotation * edges
    affine[:3, 3] = middle - affine[:3, :3] @ ((shape - 1) / 2)
    at = image.indices(np.stack(np.indices(shape), axis=-1).reshape(-1, 3) @ affine[:3, :3].T + affine[:3, 3])
    mode = "constant" if order == 0 else "nearest"
    values = ndimage.map_coordinates(image.values.astype(float), at.T, order=order, mode=mode)
    return Image(np.rint(values).astype(np.int16).reshape(shape), affine)


@pytest.mark.slow
def test_a_noisy_ct_resampled_onto_an_oblique_anisotropic_grid_is_the_same_vertebra(tmp_path, shared_data):
    folder = shared_data / "tptbox-L3-ct"
    ct = read_image(str(folder / "sub-ct_label-22_ct.nii.gz"))
    mask = read_labels(str(folder / "sub-ct_seg-vert_label-22_msk.nii.gz"))
    parts = read_labels(str(folder / "sub-ct_seg-subreg_label-22_msk.nii.gz"))
    named = {"preset": "tptbox", "level": "L3", "edge_mm": 3.0}
    upright = solved(tmp_path, "upright", ct, mask, named, subregions=parts)
    grid = np.array([1.2, 1.0, 2.0]), OBLIQUE
    turned = resampled(ct, *grid, 1), resampled(mask, *grid, 0)
    found = solved(tmp_path, "oblique", *turned, named, subregions=resampled(parts, *grid, 0))
    assert found == pytest.approx(upright, rel=0.03)


def test_a_mask_alone_is_enough_with_a_stated_density(tmp_path):
    write_nifti(usual()[1], tmp_path / "mask.nii")
    anatomy = build_anatomy(
        scenario({"mask": str(tmp_path / "mask.nii"), "label": 20}, bone={"density_qct_mg_cm3": 100.0})
    )
    assert anatomy.density.g_cm3 == pytest.approx(0.1)
    assert not anatomy.balance


def test_the_preset_that_does_not_fit_is_named(tmp_path):
    write_nifti(usual()[1], tmp_path / "mask.nii")
    asked = scenario(
        {"mask": str(tmp_path / "mask.nii"), "preset": "totalsegmentator", "level": "L1"},
        bone={"density_qct_mg_cm3": 100.0},
    )
    with pytest.raises(
        ValueError, match=r"mesh.image: .*no voxel of L1.*20 \(totalsegmentator_v1: L3; verse: L1"
    ):
        build_anatomy(asked)


def test_a_mask_of_another_grid_than_the_image_is_refused(tmp_path):
    ct, mask = usual()
    write_nifti(Image(ct.values[1:], ct.affine), tmp_path / "ct.nii")
    write_nifti(mask, tmp_path / "mask.nii")
    asked = scenario({"file": str(tmp_path / "ct.nii"), "mask": str(tmp_path / "mask.nii"), "label": 20})
    with pytest.raises(ValueError, match=r"bone.density_image: .*expected the same grid"):
        build_anatomy(asked)


@pytest.mark.slow
def test_moduli_of_another_tool_come_back_as_moduli(tmp_path):
    ct, mask = phantom(noise_HU=0)
    write_nifti(Image(np.full(ct.shape, 350.0, np.float32), ct.affine), tmp_path / "young.nii")
    write_nifti(mask, tmp_path / "mask.nii")
    files = {"file": str(tmp_path / "young.nii"), "mask": str(tmp_path / "mask.nii"), "label": 20}
    model = VertebraModel.of(scenario(files, bone={"density_image": {"unit": "MPa"}}))
    mesh = model.anatomy.intact.mesh
    inner = mesh.in_region("trabecular") & (mesh.shell_fraction + mesh.endplate_fraction == 0)
    young = model.bone(model.anatomy.intact).intact().young
    assert young[inner] == pytest.approx(350, rel=1e-3)


def voxels_of(mesh, tilt):
    """Mask and CT of a mesh on a grid that is tilted against it."""
    from scipy.spatial.transform import Rotation

    turn = Rotation.from_euler("xy", tilt, degrees=True).as_matrix()
    there = mesh.points @ turn
    low, high = there.min(axis=0) - 5, there.max(axis=0) + 5
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = turn, turn @ low
    index = np.stack(np.indices(np.ceil(high - low).astype(int)), axis=-1)
    tree = triangle_tree(mesh.points, outer_faces(mesh.cells)[0][:, :3])
    places = index.reshape(-1, 3) @ turn.T + affine[:3, 3]
    inside = np.asarray(tree.contains(places)).reshape(index.shape[:3])
    return Image((20 * inside).astype(np.uint8), affine), Image(
        np.where(inside, 150, 0).astype(np.int16), affine
    )


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "loss"), [("wedge", 0.17), ("biconcave", 0.17), ("crush", 0.25)])
def test_an_existing_loss_is_found_again_and_not_crushed_twice(tmp_path, kind, loss):
    body = parametric_body("L1", 3.0, 1, breaks=(0.2, 0.8))
    crushed = crush_body(body, kind, loss).mesh
    mask, ct = voxels_of(crushed, (5, 7))
    write_nifti(mask, tmp_path / "mask.nii")
    write_nifti(ct, tmp_path / "ct.nii")
    files = {"file": str(tmp_path / "ct.nii"), "mask": str(tmp_path / "mask.nii"), "label": 20, "level": "L1"}
    asked = scenario(files, fracture={"type": "existing"}, arms=[{"name": "conservative"}])
    found = find_fracture(asked).fracture
    assert found.type == kind
    assert found.height_loss == pytest.approx(loss, abs=0.02)
    anatomy = build_anatomy(asked)
    bone = anatomy.fractured.mesh.is_bone
    as_seen = anatomy.density.g_cm3 * anatomy.fractured.compaction[bone]
    assert np.average(as_seen, weights=anatomy.fractured.volume[bone]) == pytest.approx(0.12, rel=0.01)
    assert anatomy.intact.heights.mean_mm > anatomy.fractured.heights.mean_mm
    assert anatomy.fractured.volume[bone].sum() == pytest.approx(
        cell_volumes(crushed.points, crushed.cells).sum(), rel=0.02
    )
    assert anatomy.fractured.zone.max() > 0.5


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ({"label": 20, "preset": "verse", "level": "L1"}, "found both preset and label"),
        ({}, "found neither preset nor label"),
        ({"preset": "verse"}, "found a preset and no level"),
        ({"label": 20, "part": "vertebra", "method": "fit"}, "only bodies can be fitted"),
        ({"label": 20, "subregions": "x.nii"}, "no labels of the body"),
    ],
)
def test_tables_that_contradict_themselves_are_refused(tables, reason):
    with pytest.raises(ScenarioError, match=reason):
        scenario({"mask": "mask.nii", **tables})


@pytest.mark.parametrize(
    ("density", "reason"),
    [
        ({}, "found HU without a calibration"),
        ({"unit": "mg/cm3", "calibration": "linear"}, "which HU need"),
        ({"calibration": "linear", "slope_mg_cm3_per_HU": 0.8}, "no intercept_mg_cm3"),
        (
            {"calibration": "rods", "rods_HU": [0.0, 100.0], "rods_mg_cm3": [0.0], "material": "k2hpo4"},
            "rods of 1 and 2",
        ),
        ({"calibration": "phantomless", "air_HU": -990.0}, "no fat_HU"),
    ],
)
def test_calibrations_without_their_numbers_are_refused(density, reason):
    with pytest.raises(ScenarioError, match=reason):
        scenario({"mask": "mask.nii", "file": "ct.nii", "label": 20}, bone={"density_image": density})


def test_a_calibration_without_a_phantom_says_what_its_densities_are_of(tmp_path):
    ct, mask = phantom()
    write_nifti(ct, tmp_path / "ct.nii")
    write_nifti(mask, tmp_path / "mask.nii")
    tissues = {"air_HU": -1000.0, "fat_HU": -100.0, "muscle_HU": 55.0, "blood_HU": 45.0}
    files = {"file": str(tmp_path / "ct.nii"), "mask": str(tmp_path / "mask.nii"), "label": 20}
    asked = scenario(files, bone={"density_image": {"calibration": "phantomless", **tissues}})
    known = calibrated(asked.mesh.anatomy, asked.bone, mask_in_image(asked.mesh.anatomy, asked.bone))
    assert "k2hpo4 equivalent" in known.notes[0]
    assert "K2HPO4 in water" in known.warnings[0]
    assert "triglyceride" in known.warnings[0]


@pytest.mark.parametrize("order", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_every_format_of_a_mesh_comes_back_as_the_same_vertebra(tmp_path, order):
    changes = {"mesh.order": order, "mesh.parametric.edge_mm": 4, "bone.distribution": "uniform"}
    given = read_scenario("intact").with_values(changes)
    own = VertebraModel.of(given)
    loaded = own.intact()
    for ending in FORMATS:
        file = write_mesh(own.anatomy.intact.mesh, tmp_path / f"body{ending}")
        named = {"mesh.parametric": None, "mesh.file.path": str(file), "mesh.file.level": "L1"}
        read = VertebraModel.of(given.with_values(named))
        for name in ("trabecular", "shell", "superior_endplate", "inferior_endplate", "superior_cap"):
            found = read.anatomy.intact.mesh.in_region(name)
            np.testing.assert_array_equal(found, own.anatomy.intact.mesh.in_region(name), err_msg=ending)
        again = read.intact()
        assert again.stiffness == pytest.approx(loaded.stiffness, rel=1e-10), ending
        assert again.capacity == pytest.approx(loaded.capacity, rel=1e-10), ending


def test_a_mesh_in_metres_is_named(tmp_path):
    import dataclasses

    mesh = parametric_body("L1", 4.0, 1, breaks=(0.2, 0.8))
    file = write_mesh(dataclasses.replace(mesh, points=mesh.points / 1000), tmp_path / "body.inp")
    asked = read_scenario("intact", ("mesh.order=1",)).with_values(
        {"mesh.parametric": None, "mesh.file.path": str(file)}
    )
    with pytest.raises(ValueError, match=r'mesh\.file: .*It looks like m: set unit = "m"'):
        build_anatomy(asked)
