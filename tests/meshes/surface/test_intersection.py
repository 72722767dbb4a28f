import numpy as np
import pytest
from surfaces import CUBE, TRIANGLES

from vertebra.meshes.surface.intersection import self_intersections
from vertebra.meshes.surface.synthetic import synthetic_body


def pair(one, two):
    points = np.concatenate([one, two])
    n = len(one)
    return len(self_intersections(points, np.concatenate([TRIANGLES, TRIANGLES + n])))


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
    assert not len(self_intersections(surface.points, surface.triangles))


def test_a_vertex_pulled_through_the_other_side_is_found_with_its_place():
    surface = synthetic_body(36, 6)
    top = surface.points[:, 2].argmax()
    points = surface.points.copy()
    points[top, 2] -= 60.0
    pairs = self_intersections(points, surface.triangles)
    assert len(pairs) > 0
    uses_top = (surface.triangles[pairs] == top).any(axis=(1, 2))
    assert uses_top.all()


def crossings(points, triangles):
    return self_intersections(np.array(points, float), np.array(triangles)).tolist()


@pytest.mark.parametrize(
    ("apex", "expected"), [((2, 0, -1), [[0, 1]]), ((2, 0, 0.5), []), ((0.5, 0.0, -1.0), [[0, 1]])]
)
def test_triangles_that_share_a_corner_are_tested(apex, expected):
    points = [(0.0, 0, 0), (2, -1, 0), (2, 1, 0), apex, (2, 0, 1)]
    assert crossings(points, [(0, 1, 2), (0, 3, 4)]) == expected


@pytest.mark.parametrize(("y", "expected"), [(1.0, [[0, 1]]), (-1.0, [])])
def test_a_fold_of_no_volume_is_found(y, expected):
    assert (
        crossings([(0.0, 0, 0), (1, 0, 0), (0, 1, 0), (0.3, 0.6 * y, 0)], [(0, 1, 2), (1, 0, 3)]) == expected
    )


@pytest.mark.parametrize("lift", [0.0, 0.3])
def test_a_vertex_on_the_edge_of_a_third_triangle_only_touches(lift):
    # two triangles and a sliver without height between them, as programs for machine parts write them
    points = [(0.0, 0, 0), (2, 0, 0), (1, 0, 0), (1, -1, 0), (0.5, 1, lift), (1.5, 1, lift)]
    assert crossings(points, [(0, 1, 3), (0, 2, 4), (2, 1, 5), (0, 2, 1)]) == []


def pierces(p, q, a, b, c):
    """Whether the segment from p to q passes through a triangle: p + t (q - p) = a + r (b - a) + s (c - a)."""
    t, r, s = np.linalg.solve(np.column_stack([p - q, b - a, c - a]), p - a)
    return 0 < t < 1 and r > 0 and s > 0 and r + s < 1


def test_random_triangles_agree_with_every_pair_in_turn():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(60, 3))
    triangles = rng.permuted(np.tile(np.arange(60), (70, 1)), axis=1)[:, :3]
    found = {tuple(pair) for pair in np.sort(self_intersections(points, triangles), axis=1).tolist()}
    expected = set()
    for i, one in enumerate(triangles):
        for j, two in enumerate(triangles[:i]):
            shared = set(one) & set(two)
            edges = [
                (edge, other)
                for triangle, other in ((one, two), (two, one))
                for edge in zip(triangle, np.roll(triangle, 1), strict=True)
                if not shared & set(edge)
            ]
            if any(pierces(*points[list(edge)], *points[other]) for edge, other in edges):
                expected.add((j, i))
    assert found == expected
    assert 100 < len(found) < 70 * 69 / 2
