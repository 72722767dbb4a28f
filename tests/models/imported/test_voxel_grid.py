"""Volumes of moduli of voxel codes as scenarios: on their voxels, and on a mesh that is fitted to them."""

import re

import numpy as np
import pytest

from vertebra.images.formats.nifti import write_nifti
from vertebra.images.image import Image
from vertebra.images.phantom import body_depth, density
from vertebra.images.reading import read_image
from vertebra.materials.bone import young_modulus
from vertebra.materials.density import QctDensity
from vertebra.models.anatomy import build_anatomy
from vertebra.models.imported.description import described_image
from vertebra.models.imported.voxel_grid import voxel_stiffness
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.schema import Scenario

BONE, ABOVE, BELOW, PMMA_MPA = 1, 2, 3, 2500.0
EDGE_MM = 2.0


def written(folder, edge):
    """Moduli and labels of the body of the phantom between two caps of cement, as a voxel code has them."""
    shape = np.ceil(np.array([50.0, 40.0, 44.0]) / edge).astype(int)
    affine = np.diag([edge, edge, edge, 1.0])
    affine[:3, 3] = -edge * (shape - 1) / 2
    index = np.stack(np.indices(shape), axis=-1)
    young, filled = np.zeros(shape), np.zeros(shape)
    steps = (np.arange(3) + 0.5) / 3 - 0.5
    for offset in np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3):
        points = (index + offset) @ affine[:3, :3].T + affine[:3, 3]
        bone = body_depth(points) > 0
        young += np.where(bone, young_modulus(QctDensity(density(points) / 1000), "kopperdahl2002"), 0)
        filled += bone
    labels = np.where(filled >= 13.5, BONE, 0).astype(np.uint8)
    young = np.where(labels == BONE, young / np.maximum(filled, 1), 0.0)
    last = round(21.5 / edge + (shape[2] - 1) / 2)
    for i, j in np.argwhere(labels.any(axis=2)):
        k = np.flatnonzero(labels[i, j])
        labels[i, j, k[-1] + 1 : last + 1] = ABOVE
        labels[i, j, shape[2] - 1 - last : k[0]] = BELOW
    young[labels > BONE] = PMMA_MPA
    files = {"file": str(folder / "young.nii.gz"), "mask": str(folder / "labels.nii.gz")}
    write_nifti(Image(young.astype(np.float32), affine), folder / "young.nii.gz")
    write_nifti(Image(labels, affine), folder / "labels.nii.gz")
    return files


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return written(tmp_path_factory.mktemp("grid"), EDGE_MM)


@pytest.fixture(scope="module")
def coarse(tmp_path_factory):
    """For what holds on any grid."""
    return written(tmp_path_factory.mktemp("coarse"), 3.0)


def scenario(files, order=1, ends="pmma_caps", unit="MPa", **image):
    tables = {
        "schema": 1,
        "name": "grid",
        "mesh": {"order": order, "image": {**files, "label": BONE, **image}},
        "bone": {"density_image": {"unit": unit}},
        "loading": {"ends": ends},
    }
    return Scenario.of_tables(tables, None)


def stiffness(asked):
    return VertebraModel.of(asked).intact().stiffness


def test_voxels_with_their_caps_are_the_grid_that_the_code_solved(coarse):
    asked = scenario(coarse, method="voxels", cap_labels=[ABOVE, BELOW])
    grid = voxel_stiffness(read_image(coarse["file"]))
    found = VertebraModel.of(asked).intact()
    assert found.stiffness == pytest.approx(grid.stiffness, rel=1e-6)
    assert 0 < found.capacity < 1e5


def test_every_voxel_keeps_its_modulus(files):
    model = VertebraModel.of(scenario(files, method="voxels", ends="platens"))
    mesh, image = model.anatomy.intact.mesh, read_image(files["file"])
    young = model.bone(model.anatomy.intact).intact().young
    inside = read_image(files["mask"]).values == BONE
    # the body stands at the middle of its surface: its lowest corner is that of the lowest voxels
    low = np.argwhere(inside).min(axis=0)
    at = mesh.points[mesh.cells[:, :4]].mean(axis=1) - mesh.points.min(axis=0)
    index = np.floor(at / EDGE_MM).astype(int) + low
    assert young == pytest.approx(image.values[tuple(index.T)], rel=1e-4)


@pytest.mark.slow
def test_a_fitted_mesh_of_the_same_moduli_is_nearly_as_stiff(tmp_path):
    files = written(tmp_path, 1.5)
    voxels = stiffness(scenario(files, method="voxels"))
    fitted = stiffness(scenario(files, order=2, edge_mm=2.5))
    assert fitted == pytest.approx(voxels, rel=0.03)


@pytest.mark.slow
def test_10_node_tetrahedra_of_voxels_are_softer(coarse):
    linear, quadratic = (
        stiffness(scenario(coarse, order=order, method="voxels", cap_labels=[2, 3])) for order in (1, 2)
    )
    assert 0.95 * linear < quadratic < linear


def test_densities_of_voxels_are_taken_as_moduli_are(coarse, tmp_path):
    image = read_image(coarse["file"])
    law = np.geomspace(0.006, 1.6, 4000)
    dense = np.interp(image.values, young_modulus(QctDensity(law), "kopperdahl2002"), 1000 * law)
    write_nifti(
        Image(np.where(image.values > 0, dense, 0).astype(np.float32), image.affine), tmp_path / "d.nii"
    )
    by_density = scenario(coarse | {"file": str(tmp_path / "d.nii")}, unit="mg/cm3", method="voxels")
    assert stiffness(by_density) == pytest.approx(stiffness(scenario(coarse, method="voxels")), rel=1e-4)


@pytest.mark.parametrize("kind", ["wedge", "crush"])
def test_a_body_of_voxels_is_crushed_and_augmented(files, kind):
    tables = {
        "schema": 1,
        "name": "grid",
        "mesh": {"order": 1, "image": {**files, "label": BONE, "level": "L1", "method": "voxels"}},
        "bone": {"density_image": {"unit": "MPa"}},
        "fracture": {"type": kind, "height_loss": 0.17},
        "arms": [{"name": "treated", "cement": {"day": 7, "volume_ml": 3.0}}],
    }
    found = build_anatomy(Scenario.of_tables(tables, None))
    bone = found.fractured.mesh.is_bone
    before = found.density.g_cm3 @ found.intact.volume[bone]
    after = found.density.g_cm3 * found.fractured.compaction[bone] @ found.fractured.volume[bone]
    assert after == pytest.approx(before, rel=1e-9)
    heights = [shape.heights.anterior_mm for shape in (found.intact, found.fractured)]
    assert 1 - heights[1] / heights[0] == pytest.approx(0.17, abs=0.02)
    assert found.cement["treated"].volume_ml == pytest.approx(3.0, rel=0.05)


def test_caps_of_another_modulus_are_named(files, tmp_path):
    image, labels = read_image(files["file"]), read_image(files["mask"])
    stiff = np.where(labels.values > BONE, 3000.0, image.values)
    write_nifti(Image(stiff.astype(np.float32), image.affine), tmp_path / "stiff.nii")
    other = files | {"file": str(tmp_path / "stiff.nii")}
    said = " ".join(described_image(scenario(other, method="voxels", cap_labels=[2, 3])))
    assert "3000 MPa in the mean" in said
    usual = " ".join(described_image(scenario(files, method="voxels", cap_labels=[2, 3])))
    assert "cap_labels" not in usual


def test_moduli_beyond_the_law_are_counted(files, tmp_path):
    image, labels = read_image(files["file"]), read_image(files["mask"])
    where = np.argwhere(labels.values == BONE)[:7]
    values = image.values.copy()
    values[tuple(where.T)] = 9000.0
    write_nifti(Image(values, image.affine), tmp_path / "dense.nii")
    said = " ".join(described_image(scenario(files | {"file": str(tmp_path / "dense.nii")}, method="voxels")))
    assert re.search(r"7 of \d+ voxels are stiffer", said)


def test_moduli_in_gpa_are_named(files, tmp_path):
    image = read_image(files["file"])
    write_nifti(Image((image.values / 1000).astype(np.float32), image.affine), tmp_path / "gpa.nii")
    with pytest.raises(ValueError, match=r"looks like GPa"):
        described_image(scenario(files | {"file": str(tmp_path / "gpa.nii")}))


def test_an_image_is_described(files):
    said = " ".join(described_image(scenario(files, method="voxels", cap_labels=[2, 3])))
    n = int((read_image(files["mask"]).values == BONE).sum())
    assert f"{6 * n} tetrahedra of order 1" in said
    assert "by label" in said
    assert "MPa in the mean" in said


def test_caps_of_one_side_are_refused(files):
    with pytest.raises(ValueError, match=r"voxels above of the caps.*cap_labels"):
        stiffness(scenario(files, method="voxels", cap_labels=[ABOVE]))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"edge_mm": 2.0}, "Remove edge_mm"),
        ({"frame": "inferior_endplate"}, "third axis"),
        ({"cap_labels": [2, 3], "ends": "platens"}, 'expected "pmma_caps"'),
    ],
)
def test_what_voxels_cannot_follow_is_refused(files, asked, said):
    with pytest.raises(ScenarioError, match=said):
        scenario(files, method="voxels", **asked)


def test_voxels_with_a_stated_density_are_refused(files):
    tables = {
        "schema": 1,
        "name": "grid",
        "mesh": {"order": 1, "image": {"mask": files["mask"], "label": BONE, "method": "voxels"}},
        "bone": {"density_qct_mg_cm3": 120.0},
    }
    with pytest.raises(ScenarioError, match=r"expected bone.density_image"):
        Scenario.of_tables(tables, None)


def test_meshes_of_other_edges_are_refused_for_voxels(files):
    with pytest.raises(ScenarioError, match='method = "voxels"'):
        _ = scenario(files, method="voxels").mesh.edge_limits_mm


def test_noise_that_voxels_keep_is_named(files, tmp_path):
    image, labels = read_image(files["file"]), read_image(files["mask"])
    noisy = np.where(labels.values == BONE, 60.0, 0.0) + np.random.default_rng(1).normal(0, 50, image.shape)
    write_nifti(Image(noisy.astype(np.float32), image.affine), tmp_path / "noisy.nii")
    other = files | {"file": str(tmp_path / "noisy.nii")}
    said = " ".join(build_anatomy(scenario(other, unit="mg/cm3", method="voxels")).warnings)
    assert "elements of one voxel do not average" in said
    fitted = " ".join(build_anatomy(scenario(other, unit="mg/cm3", edge_mm=4.0)).warnings)
    assert "elements of one voxel" not in fitted
