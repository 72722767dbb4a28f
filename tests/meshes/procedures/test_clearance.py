import numpy as np
import pytest

from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.procedures.clearance import CementSpace, EndSurface


@pytest.fixture(scope="module")
def mesh():
    """A straight drum: flat parallel endplates 25 mm apart, elliptic section of 50 x 35 mm."""
    flat = {"concavity_superior_mm": 0, "concavity_inferior_mm": 0, "posterior_concavity_mm": 0}
    section = {
        "width_superior_mm": 50,
        "width_inferior_mm": 50,
        "depth_superior_mm": 35,
        "depth_inferior_mm": 35,
    }
    height = {"height_posterior_mm": 25, "height_anterior_mm": 25, "waist_area_ratio": 1.0}
    return parametric_body("L1", 4.0, 1, **flat, **section, **height)


@pytest.fixture(scope="module")
def space(mesh):
    return CementSpace.of(mesh, 1.0)


def test_distance_to_a_flat_endplate_is_the_difference_in_height(mesh):
    above = np.array([[0.0, 0.0, 7.5], [5.0, -4.0, 3.0]])
    assert EndSurface.of(mesh, "superior").distances(above) == pytest.approx([12.5 - 7.5, 12.5 - 3.0])
    assert EndSurface.of(mesh, "inferior").distances(above) == pytest.approx([12.5 + 7.5, 12.5 + 3.0])


def test_roof_and_floor_keep_the_clearance_or_end_at_the_endplate(space):
    assert space.endplates_mm == pytest.approx([0.5, 0.5], abs=0.01)
    for clearance, gap in ((2.5, 2.55), (0.0, space.endplates_mm[0])):
        assert space.roof(clearance).height(4.0, -3.0) == pytest.approx(12.5 - gap)
        assert space.floor(clearance).height(4.0, -3.0) == pytest.approx(-12.5 + gap)


def test_ellipsoid_in_the_middle_keeps_its_distance_to_the_wall(space):
    assert space.centre == pytest.approx([0, 0], abs=0.3)
    gap = space.wall_gap(space.centre, (10.0, 10.0))
    assert gap == pytest.approx(35 / 2 - 10, abs=0.5)  # nearest in front and behind
    assert space.half_width == pytest.approx(50 / 2 - 1.0, abs=0.5)


def test_longest_axis_stops_at_the_wall_or_at_what_is_asked(space):
    x, y = space.centre
    assert space.longest(x, y, 5.0, 6.0) == 6.0
    found = space.longest(x, y, 5.0, 30.0)
    assert found == pytest.approx(35 / 2 - 1.0, abs=0.5)
    assert space.wall_gap((x, y), (5.0, found)) >= space.wall
