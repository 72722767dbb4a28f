"""From scenario to meshes."""

import re

import numpy as np
import pytest

from vertebra.models.anatomy import build_anatomy
from vertebra.scenarios.reading import read_scenario


def built(name, *overrides):
    anatomy = "surface" if name == "surface" else "parametric"
    coarse = (f"mesh.{anatomy}.edge_mm=4", "mesh.order=1")
    return build_anatomy(read_scenario(name, (*coarse, *overrides)))


@pytest.fixture(scope="module")
def main():
    return built("main")


def test_intact_and_fractured_body_share_their_topology(main):
    assert (main.intact.mesh.cells == main.fractured.mesh.cells).all()
    assert (main.intact.mesh.region == main.fractured.mesh.region).all()
    assert not np.allclose(main.intact.mesh.points, main.fractured.mesh.points)
    assert main.quality.n_inverted == 0


def test_caps_are_neither_compacted_nor_zone_nor_cement(main):
    cap = ~main.fractured.mesh.is_bone
    assert cap.any()
    assert (main.fractured.compaction[cap] == 1).all()
    assert (main.fractured.zone[cap] == 0).all()
    assert all((placed.fraction[cap] == 0).all() for placed in main.cement.values())


def test_nothing_but_the_zone_is_compacted_and_that_at_one_strain():
    anatomy = built("crush")
    fractured = anatomy.fractured
    zone = fractured.zone
    assert fractured.compaction[zone == 0] == pytest.approx(1, abs=1e-4)
    assert fractured.compaction[zone == 1] == pytest.approx(0.60 / (0.60 - 0.17), rel=0.002)
    assert (fractured.band_compaction[zone == 0] == 1).all()
    assert fractured.band_compaction[zone > 0.1] == pytest.approx(0.60 / (0.60 - 0.17), rel=0.01)


def test_cement_has_its_volume_and_clearance_in_the_body_as_it_is(main):
    ((name, placed),) = main.cement.items()
    assert name == "vertebroplasty"
    geometry = main.treated[name]
    assert geometry.cement is placed
    volume = placed.fraction @ geometry.volume / 1000
    assert volume == pytest.approx(4.0, rel=5e-3)
    assert (geometry.mesh.cells == main.fractured.mesh.cells).all()
    assert min(placed.clearance_superior_mm, placed.clearance_inferior_mm) >= 2.5


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("kind", ["wedge", "biconcave", "crush"])
def test_borders_of_the_band_stay_beside_the_cement(kind, order):
    anatomy = built("main", f"fracture.type={kind}", f"mesh.order={order}", "mesh.parametric.edge_mm=4")
    crushed, filled = anatomy.fractured, anatomy.treated["vertebroplasty"]
    shift = np.linalg.norm(filled.mesh.points - crushed.mesh.points, axis=1)
    assert shift.max() > 0.5  # cells follow the cement
    # crushed bone is neither made nor lost, nor is its compaction
    assert filled.zone @ filled.volume == pytest.approx(crushed.zone @ crushed.volume, rel=0.012)
    assert filled.compaction @ filled.volume == pytest.approx(crushed.compaction @ crushed.volume, rel=1e-9)
    assert (filled.zone * filled.band_compaction) @ filled.volume == pytest.approx(
        (crushed.zone * crushed.band_compaction) @ crushed.volume, rel=0.012
    )
    # each part of the band lies where it lay: seen from the side, in slices
    middles = [each.mesh.points[each.mesh.cells[:, :4]].mean(axis=1)[:, 1] for each in (crushed, filled)]
    slices = np.linspace(middles[0].min(), middles[0].max(), 4)
    before, after = (
        np.histogram(y, slices, weights=each.zone * each.volume)[0]
        for y, each in zip(middles, (crushed, filled), strict=True)
    )
    assert after == pytest.approx(before, abs=0.06 * before.sum())


def test_without_a_fracture_both_bodies_are_the_same():
    anatomy = built("intact")
    assert anatomy.fractured is anatomy.intact
    assert (anatomy.fractured.compaction == 1).all()
    assert (anatomy.fractured.zone == 0).all()
    assert anatomy.cement == {}


def test_platens_stand_on_the_bone_itself():
    anatomy = built("intact", "loading.ends=platens")
    assert anatomy.intact.mesh.is_bone.all()


def test_zone_and_centre_are_those_of_the_scenario():
    anatomy = built("crush", "fracture.zone_mm=8", "fracture.centre=0.4")
    inside = anatomy.intact.mesh.zeta[anatomy.intact.mesh.cells[anatomy.fractured.zone == 1]]
    height = 8 / (inside.max() - inside.min())
    assert (inside.max() + inside.min()) / 2 == pytest.approx(0.4, abs=0.01)
    assert 20 < height < 28


@pytest.mark.parametrize(
    ("name", "override", "part"),
    [
        ("crush", "fracture.height_loss=0.3", "outside 15-30 %"),
        ("crush", "fracture.height_loss=0.3", "from endplate to endplate everywhere"),
    ],
)
def test_what_lies_outside_the_data_is_a_warning(main, name, override, part):
    assert not any(part in text for text in main.warnings)
    assert any(part in text for text in built(name, override).warnings)


def test_cement_that_the_mesh_does_not_resolve_is_said_with_its_figures():
    (said,) = (
        text
        for text in built("main", "arms.vertebroplasty.cement.volume_ml=0.3").warnings
        if "cement:" in text
    )
    assert "does not resolve the cement" in said
    assert "elements across it" in said
    assert "mm resolve it" in said


def test_notes_tell_what_was_done(main):
    text = "\n".join(main.notes)
    assert "compaction" in text
    assert re.search(r"arm vertebroplasty: (4\.0|3\.99)", text)


def test_a_surface_tells_how_near_the_mesh_comes():
    assert any("95" in text for text in built("surface").notes)


def test_between_discs_a_run_warns_how_near_capacity_is():
    between = built("intact", 'loading.ends="discs"', "mesh.order=2")
    assert any("between discs" in text and "ultimate_N" in text for text in between.warnings)
