"""A fracture that is in the image: found against its neighbours or by a label, and what comes after it."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import vertebra
from vertebra.images.formats.nifti import write_nifti
from vertebra.images.image import Image
from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.skin import outer_faces
from vertebra.meshes.surface.triangle_tree import triangle_tree
from vertebra.models.imported import existing
from vertebra.models.imported.existing import find_fracture
from vertebra.records.tables import read_csv
from vertebra.scenarios.schema import Scenario

LOSS, APART_MM = 0.2, 42.0
T12, L1, L2, BAND = 19, 20, 21, 60
"""Numbers of VerSe, and that of the band in the sub-regions."""
FILES = {"preset": "verse", "level": "L1"}


@pytest.fixture(scope="module")
def spine(tmp_path_factory):
    """Three bodies on top of each other, the middle one a wedge: mask, mask without the upper one, band, CT.

    The grid is tilted: endplates in one layer of voxels would all be off by the same part of it.
    """
    folder = tmp_path_factory.mktemp("spine")
    body = parametric_body("L1", 3.0, 1, breaks=(0.2, 0.8))
    crushed = crush_body(body, "wedge", LOSS)
    shape = np.array([72, 66, 156])
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xy", (5, 7), degrees=True).as_matrix()
    affine[:3, 3] = affine[:3, :3] @ ((1 - shape) / 2)
    places = np.stack(np.indices(shape), axis=-1) @ affine[:3, :3].T + affine[:3, 3]
    labels, parts = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    middle = body.points.mean(axis=0)
    for label, mesh, lift in ((T12, body, APART_MM), (L1, crushed.mesh, 0.0), (L2, body, -APART_MM)):
        there = mesh.points - middle + [0, 0, lift]
        near = ((places > there.min(axis=0)) & (places < there.max(axis=0))).all(axis=-1)
        tree = triangle_tree(there, outer_faces(mesh.cells)[0][:, :3])
        labels[tuple(np.argwhere(near)[tree.contains(places[near])].T)] = label
    parts[labels > 0] = 50
    z = crushed.mesh.points[crushed.mesh.cells].mean(axis=1)[crushed.zone > 0.5][:, 2] - middle[2]
    parts[(labels == L1) & (places[..., 2] > z.min()) & (places[..., 2] < z.max())] = BAND
    upper_missing = np.where(labels == T12, 0, labels)
    values = {"mask": labels, "two": upper_missing, "parts": parts, "ct": np.where(labels > 0, 150, 0)}
    for name, each in values.items():
        write_nifti(Image(each.astype(np.int16), affine), folder / f"{name}.nii")
    return SimpleNamespace(
        **{name: str(folder / f"{name}.nii") for name in values}, band_mm=float(z.max() - z.min())
    )


def scenario(image, fracture=None, **more):
    tables = {
        "schema": 1,
        "name": "existing",
        "mesh": {"order": 1, "image": {"edge_mm": 4.0, **FILES, **image}},
        "bone": {
            "density_image": {
                "calibration": "linear",
                "slope_mg_cm3_per_HU": 0.8,
                "intercept_mg_cm3": 0.0,
                "material": "k2hpo4",
            }
        },
        "fracture": {"type": "existing", **(fracture or {})},
        "arms": [{"name": "conservative"}],
        **more,
    }
    return Scenario.of_tables(tables, None)


@pytest.mark.slow
def test_heights_are_compared_with_the_neighbours(spine):
    found = find_fracture(scenario({"mask": spine.mask, "file": spine.ct}))
    assert any("neighbours above and below" in note for note in found.notes)
    assert found.fracture.type == "wedge"
    assert found.fracture.height_loss == pytest.approx(LOSS, abs=0.02)


@pytest.mark.slow
def test_without_a_neighbour_the_published_heights_stand_in_or_the_neighbour_is_asked_for(spine):
    found = find_fracture(scenario({"mask": spine.two, "file": spine.ct}))
    assert any("published L1" in note for note in found.notes)
    assert found.fracture.height_loss == pytest.approx(LOSS, abs=0.02)
    asked = scenario({"mask": spine.two, "file": spine.ct}, {"reference": "neighbours"})
    with pytest.raises(ValueError, match=r"reference: the neighbours cannot be measured: label 19 is not in"):
        find_fracture(asked)


@pytest.mark.slow
def test_a_labelled_band_says_where_the_fracture_is(spine, monkeypatch):
    image = {"mask": spine.mask, "file": spine.ct, "subregions": spine.parts, "body_labels": [50, BAND]}
    found = find_fracture(scenario(image, {"band_label": BAND}))
    assert any(f"band by label {BAND}" in note for note in found.notes)
    assert found.fracture.zone_mm is not None
    before = (
        spine.band_mm + LOSS / 2 * 25
    )  # half of the peak loss of some 25 mm, on the mean over the section
    assert found.fracture.zone_mm == pytest.approx(before, abs=3)
    assert 0.35 < found.fracture.centre < 0.65
    monkeypatch.setattr(existing, "bone_of", lambda *_: None)  # refused before anything is meshed
    with pytest.raises(ValueError, match=r"band_label: found no voxel of label 77"):
        find_fracture(scenario(image, {"band_label": 77}))


@pytest.mark.slow
def test_healing_cement_and_collapse_go_on_from_the_fracture_that_is_there(spine):
    asked = scenario(
        {"mask": spine.mask, "file": spine.ct},
        healing={"law": "kinetic", "days": [0, 14, 182]},
        arms=[{"name": "conservative"}, {"name": "cement", "cement": {"day": 7, "volume_ml": 3.0}}],
        capacity={"virtual_test": "off", "rule": "section"},
        uncertainty={"bands": "off"},
        output={"pictures": False},
    )
    result = vertebra.run(asked)
    rows = {(row["arm"], row["day"]): row for row in read_csv(result.folder / "capacity.csv")}
    intact = rows["intact", 0]
    bare = [rows["conservative", day] for day in (0, 14, 182)]
    assert bare[0]["height_mm"] == pytest.approx(result.manifest["shape"]["fractured"]["mean_mm"], rel=1e-4)
    assert intact["height_mm"] > bare[0]["height_mm"]
    assert bare[1]["height_mm"] < bare[0]["height_mm"]  # it goes on losing height
    assert bare[2]["stiffness_N_per_mm"] > bare[0]["stiffness_N_per_mm"]
    assert 0.3 < bare[0]["capacity_N"] / intact["capacity_N"] < 1
    cemented = rows["cement", 14]
    assert cemented["stiffness_N_per_mm"] > bare[1]["stiffness_N_per_mm"]
    assert cemented["height_mm"] >= bare[1]["height_mm"]
