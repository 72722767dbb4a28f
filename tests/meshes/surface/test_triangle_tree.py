import numpy as np
import pytest
from surfaces import CUBE, TRIANGLES

from vertebra.meshes.surface.synthetic import synthetic_body
from vertebra.meshes.surface.triangle_tree import triangle_tree


@pytest.fixture(scope="module")
def surface():
    return synthetic_body(16, 4)


def points_around(surface, n, seed):
    rng = np.random.default_rng(seed)
    return rng.uniform(surface.points.min(axis=0) - 5, surface.points.max(axis=0) + 5, (n, 3))


def naive_distance(p, corners):
    """Distance to every triangle: to the plane where the foot falls inside, else to the nearest edge."""
    a, b, c = corners.transpose(1, 0, 2)
    matrix = np.stack([b - a, c - a], axis=-1)
    r, s = np.einsum("kij,kj->ki", np.linalg.pinv(matrix), p - a).T
    foot = a + r[:, None] * (b - a) + s[:, None] * (c - a)
    is_inside = (r >= 0) & (s >= 0) & (r + s <= 1)
    to_plane = np.where(is_inside, np.linalg.norm(p - foot, axis=1), np.inf)
    to_edges = []
    for start, end in ((a, b), (b, c), (c, a)):
        along = end - start
        t = np.clip(np.einsum("ki,ki->k", p - start, along) / np.einsum("ki,ki->k", along, along), 0, 1)
        to_edges.append(np.linalg.norm(p - start - t[:, None] * along, axis=1))
    return np.minimum(to_plane, np.min(to_edges, axis=0))


def naive_hits(origin, direction, corners):
    """Distance along a ray to the plane of every triangle, inf where it passes beside the triangle."""
    a, b, c = corners.transpose(1, 0, 2)
    # o + t d = a + r (b - a) + s (c - a)
    matrix = np.stack([np.broadcast_to(-direction, a.shape), b - a, c - a], axis=-1)
    t, r, s = np.linalg.solve(matrix, (origin - a)[..., None])[..., 0].T
    return np.where((t > 0) & (r >= 0) & (s >= 0) & (r + s <= 1), t, np.inf)


def test_nearest_agrees_with_every_triangle_in_turn(surface):
    points = points_around(surface, 200, seed=0)
    distance, triangle, foot = triangle_tree(surface.points, surface.triangles).nearest(points)
    for k, p in enumerate(points):
        naive = naive_distance(p, surface.corners)
        assert distance[k] == pytest.approx(naive.min(), abs=1e-12)
        assert distance[k] == pytest.approx(naive[triangle[k]], abs=1e-12)
        assert np.linalg.norm(p - foot[k]) == pytest.approx(distance[k], abs=1e-12)
        assert naive_distance(foot[k], surface.corners[[triangle[k]]])[0] < 1e-12


def test_points_on_the_surface_are_at_no_distance(surface):
    tree = triangle_tree(surface.points, surface.triangles)
    assert tree.nearest(surface.corners.mean(axis=1))[0].max() < 1e-12


def test_rays_agree_with_the_plane_of_every_triangle(surface):
    rng = np.random.default_rng(1)
    origins = np.concatenate(
        [surface.centroid + rng.normal(0, 5, (60, 3)), points_around(surface, 60, seed=2)]
    )
    directions = rng.normal(0, 1, (120, 3))
    first, triangle = triangle_tree(surface.points, surface.triangles).cast(origins, directions)
    assert 0 < np.isinf(first).sum() < 60
    for k in range(120):
        t = naive_hits(origins[k], directions[k], surface.corners)
        assert first[k] == pytest.approx(t.min(), rel=1e-12)
        assert triangle[k] == (t.argmin() if np.isfinite(t.min()) else -1)


def test_no_ray_slips_through_an_edge_or_a_vertex(surface):
    rng = np.random.default_rng(3)
    share = rng.random((len(surface.triangles), 3, 1))
    share[: len(share) // 2] = 0.0  # the first half aims at vertices
    targets = (share * surface.corners + (1 - share) * np.roll(surface.corners, 1, axis=1)).reshape(-1, 3)
    first, _ = triangle_tree(surface.points, surface.triangles).cast(
        surface.centroid, targets - surface.centroid
    )
    assert first == pytest.approx(1.0, abs=1e-6)


def test_points_inside_are_those_whose_rays_leave_once(surface):
    points = points_around(surface, 300, seed=4)
    inside = triangle_tree(surface.points, surface.triangles).contains(points)
    skew = np.array([0.57, 0.21, 0.79])
    naive = [np.isfinite(naive_hits(p, skew, surface.corners)).sum() % 2 == 1 for p in points]
    assert inside.tolist() == naive
    assert 0 < inside.sum() < 300


def test_inside_does_not_ask_which_way_triangles_face():
    points = np.array([(0.5, 0.5, 0.5), (0.01, 0.99, 0.01), (1.01, 0.5, 0.5), (-3.0, 0.5, 0.5)])
    for triangles in (TRIANGLES, TRIANGLES[:, ::-1]):
        assert triangle_tree(CUBE, triangles).contains(points).tolist() == [True, True, False, False]


def test_a_ray_that_misses_says_so(surface):
    first, triangle = triangle_tree(surface.points, surface.triangles).cast(
        np.array([[999.0, 0, 0]]), np.array([[1.0, 0, 0]])
    )
    assert np.isinf(first[0])
    assert triangle[0] == -1


def test_triangles_in_one_place_do_not_stop_the_tree():
    points = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    tree = triangle_tree(points, np.tile([0, 1, 2], (50, 1)))
    assert tree.nearest(np.array([[0.2, 0.2, 3.0]]))[0] == pytest.approx(3.0)
