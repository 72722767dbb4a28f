import numpy as np
import pytest
from surfaces import CUBE, TRIANGLES

from vertebra.meshes.surface.intersection import self_intersections
from vertebra.meshes.surface.synthetic import synthetic_body


def pair(one, two):
    points = np.concatenate([one, two])
    n = len(one)
    return self_intersections(points, np.concatenate([TRIANGLES, TRIANGLES + n]))[1]


@pytest.mark.parametrize("shift", [(0.5, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0, 0), (0.3, 0.2, 0.9)])
def test_cubes_that_overlap_cross(shift):
    assert pair(CUBE, CUBE + np.array(shift)) > 0


@pytest.mark.parametrize("shift", [(1.1, 0, 0), (0, 0, -1.1), (3, 3, 3)])
def test_cubes_apart_do_not(shift):
    assert pair(CUBE, CUBE + np.array(shift)) == 0


def test_a_cube_inside_another_does_not_cross_it():
    assert pair(CUBE, CUBE * 0.5 + 0.25) == 0


def test_a_smooth_body_does_not_cross_itself():
    surface = synthetic_body(36, 6)
    assert self_intersections(surface.points, surface.triangles)[1] == 0


def test_a_vertex_pulled_through_the_other_side_is_found_with_its_place():
    surface = synthetic_body(36, 6)
    top = surface.points[:, 2].argmax()
    points = surface.points.copy()
    points[top, 2] -= 60.0
    pairs, n_pairs = self_intersections(points, surface.triangles)
    assert n_pairs == len(pairs) > 0
    uses_top = (surface.triangles[pairs] == top).any(axis=(1, 2))
    assert uses_top.all()


def test_triangles_that_share_a_corner_are_tested():
    points = np.array([(0.0, 0, 0), (2, -1, 0), (2, 1, 0), (2, 0, -1), (2, 0, 1)])
    assert self_intersections(points, np.array([(0, 1, 2), (0, 3, 4)]))[1] == 1
    apart = points + np.array([0, 0, 1.5]) * (np.arange(5) > 2)[:, None]
    assert self_intersections(apart, np.array([(0, 1, 2), (0, 3, 4)]))[1] == 0
