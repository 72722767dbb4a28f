from dataclasses import replace

import numpy as np
import pytest
from surfaces import CYLINDER_HALF, CYLINDER_RADIUS, UPRIGHT, cylinder

from vertebra.meshes.surface.closed_surface import Surface, SurfaceError
from vertebra.meshes.surface.profiles import N_THETA, cut_sections, length_along, point_at


def test_profiles_of_a_cylinder_are_rectangles_with_rims_at_the_corners():
    sections = cut_sections(cylinder())
    assert len(sections.profiles) == N_THETA
    for profile, rims in zip(sections.profiles, sections.rims.T, strict=True):
        assert profile[0] == pytest.approx([0, CYLINDER_HALF], abs=1e-9)
        assert profile[-1] == pytest.approx([0, -CYLINDER_HALF], abs=1e-9)
        assert length_along(profile)[-1] == pytest.approx(2 * CYLINDER_RADIUS + 2 * CYLINDER_HALF, rel=1e-4)
        assert rims == pytest.approx([CYLINDER_RADIUS, CYLINDER_RADIUS + 2 * CYLINDER_HALF], rel=1e-4)


def test_points_by_length():
    profile = np.array([(0.0, 0), (3, 4), (3, 0)])
    assert length_along(profile) == pytest.approx([0, 5, 9])
    assert point_at(profile, np.array([2.5, 7.0])) == pytest.approx(np.array([(1.5, 2), (3, 2)]))


def test_sections_lie_on_the_surface_at_their_angle():
    sections, points = cut_sections(UPRIGHT), UPRIGHT.surface.points
    middle = points[np.abs(points[:, 0]) < 0.01]
    assert sections.profiles[90][:, 0].max() == pytest.approx(middle[:, 1].max(), abs=0.1)
    assert sections.profiles[270][:, 0].max() == pytest.approx(-middle[:, 1].min(), abs=0.1)


def test_whole_vertebra_is_refused_with_the_other_method():
    with pytest.raises(SurfaceError, match=r'arch or processes.*method = "tetwild"'):
        cut_sections(replace(UPRIGHT, is_whole=True))


def test_a_part_beside_the_body_is_refused_with_its_place():
    body = cylinder()
    points = body.surface.points
    process = points * 0.2 + np.array([0, -40.0, 0])
    two = Surface(
        np.concatenate([points, process]),
        np.concatenate([body.surface.triangles, body.surface.triangles + len(points)]),
    )
    with pytest.raises(SurfaceError, match=r"separate part around \(-?\d+\.\d, .*tetwild"):
        cut_sections(replace(body, surface=two))
