import numpy as np
import pytest

from vertebra.meshes.caps import add_caps
from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.fracture.shape import KINDS
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.procedures.placement import place_cement
from vertebra.meshes.quality import cell_volumes


@pytest.fixture(scope="module")
def wedge():
    return crush_body(parametric_body("L1", 3.0, 2), "wedge", 0.17).mesh


@pytest.mark.parametrize("volume", [0.1, 4.0, 6.0])
@pytest.mark.parametrize("approach", ["bipedicular", "unipedicular"])
def test_volume_is_met_and_bone_is_left_everywhere(wedge, volume, approach):
    cement = place_cement(wedge, volume, approach=approach)
    volumes = cell_volumes(wedge.points, wedge.cells)
    assert cement.fraction @ volumes / 1000 == pytest.approx(volume, rel=0.01)
    assert cement.volume_ml == pytest.approx(volume, rel=0.01)
    assert cement.clearance_superior_mm >= 2.5
    assert cement.clearance_inferior_mm >= 2.5
    assert cement.clearance_wall_mm >= 0.999
    assert not cement.near_endplate
    assert np.all(cement.fraction[~wedge.in_region("trabecular")] == 0)
    assert len(cement.centres) == (2 if approach == "bipedicular" else 1)


def test_ellipsoids_keep_their_aspect_where_there_is_room(wedge):
    cement = place_cement(wedge, 2.0)
    for axes in cement.semi_axes:
        assert axes / axes[0] == pytest.approx(np.array([8, 10, 6]) / 8)
    # two that touch: 2 mL = 2 x 4/3 pi a b c
    assert 2 * 4 / 3 * np.pi * np.prod(cement.semi_axes[0]) == pytest.approx(2000, rel=0.02)
    assert cement.centres[0, 0] == pytest.approx(-cement.centres[1, 0], abs=0.05)


def test_clearances_are_distances_to_the_end_surfaces(wedge):
    cement = place_cement(wedge, 4.0)
    turn, rise = np.meshgrid(np.linspace(0, 2 * np.pi, 40), np.linspace(-1, 1, 25))
    ring = np.sqrt(1 - rise**2)
    ball = np.stack([ring * np.cos(turn), ring * np.sin(turn), rise], axis=-1).reshape(-1, 3)
    cloud = (cement.centres[:, None] + cement.semi_axes[:, None] * ball).reshape(-1, 3)
    for side in ("superior", "inferior"):
        nodes = wedge.points[wedge.node_sets[f"{side}_endplate"]]
        nearest = np.linalg.norm(cloud[:, None] - nodes, axis=2).min()
        stated = getattr(cement, f"clearance_{side}_mm")
        # nodes are about 1.5 mm apart (mid nodes included)
        assert stated - 0.05 <= nearest <= np.hypot(stated, 1.2)


@pytest.mark.parametrize("kind", KINDS)
def test_clearance_flattens_the_cloud(kind):
    mesh = crush_body(parametric_body("L1", 3.0, 1), kind, 0.25).mesh
    thin, thick = (place_cement(mesh, 3.0, clearance_mm=gap) for gap in (4.0, 1.0))
    assert min(thin.clearance_superior_mm, thin.clearance_inferior_mm) >= 4.0
    assert thin.semi_axes[0, 2] <= thick.semi_axes[0, 2] + 0.01
    assert thin.semi_axes[0, 1] >= thick.semi_axes[0, 1] - 0.01


def test_caps_do_not_change_the_placement(wedge):
    bare, capped = place_cement(wedge, 3.0), place_cement(add_caps(wedge), 3.0)
    assert np.array_equal(capped.fraction[: wedge.n_cells], bare.fraction)
    assert not capped.fraction[wedge.n_cells :].any()


def test_unipedicular_cement_lies_on_the_side_it_comes_from(wedge):
    assert place_cement(wedge, 2.0, approach="unipedicular", side="right").centres[0, 0] > 1
    assert place_cement(wedge, 2.0, approach="unipedicular", side="left").centres[0, 0] < -1


def test_cement_near_an_endplate_is_flagged():
    mesh = crush_body(parametric_body("L1", 3.0, 1), "crush", 0.3).mesh
    assert place_cement(mesh, 4.5, clearance_mm=0.5).near_endplate


@pytest.mark.parametrize(
    ("volume", "options", "message"),
    [
        (0.05, {}, "expected 0.1 mL to 60%"),
        (20.0, {}, "expected 0.1 mL to 60%"),
        (12.0, {}, "do not fit .* at most"),
        (4.0, {"clearance_mm": 9.5}, "do not fit"),
        (4.0, {"approach": "tripedicular"}, "expected one of bipedicular, unipedicular"),
        (4.0, {"aspect": (1, 0, 1)}, "three positive numbers"),
    ],
)
def test_refusals_say_what_to_do(wedge, volume, options, message):
    with pytest.raises(ValueError, match=message):
        place_cement(wedge, volume, **options)
