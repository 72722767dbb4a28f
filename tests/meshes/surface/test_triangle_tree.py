import numpy as np
import pytest

from vertebra.meshes.surface.synthetic import synthetic_body
from vertebra.meshes.surface.triangle_tree import triangle_tree


@pytest.fixture(scope="module")
def surface():
    return synthetic_body(16, 4)


def naive_distance(p, corners):
    """Least distance to dense samples of every triangle: from above the true one, by less than the spacing."""
    r, s = np.meshgrid(np.linspace(0, 1, 41), np.linspace(0, 1, 41))
    r, s = r[r + s <= 1], s[r + s <= 1]
    a, b, c = corners.transpose(1, 0, 2)[:, :, None]
    samples = a + r[:, None] * (b - a) + s[:, None] * (c - a)
    return np.linalg.norm(samples - p, axis=-1).min()


def test_nearest_agrees_with_dense_sampling(surface):
    rng = np.random.default_rng(0)
    points = rng.uniform(surface.points.min(axis=0) - 5, surface.points.max(axis=0) + 5, (20, 3))
    distance, triangle, foot = triangle_tree(surface.corners).nearest(points)
    longest = np.linalg.norm(surface.corners - np.roll(surface.corners, 1, axis=1), axis=2).max()
    for k, p in enumerate(points):
        dense = naive_distance(p, surface.corners)
        assert distance[k] <= dense + 1e-12
        assert distance[k] >= dense - longest / 40
        assert np.linalg.norm(p - foot[k]) == pytest.approx(distance[k])
        assert naive_distance(foot[k], surface.corners[triangle[k] : triangle[k] + 1]) < longest / 40


def test_points_on_the_surface_are_at_no_distance(surface):
    assert triangle_tree(surface.corners).nearest(surface.corners.mean(axis=1))[0].max() < 1e-12


def test_rays_agree_with_the_plane_of_every_triangle(surface):
    rng = np.random.default_rng(1)
    origins = surface.centroid + rng.normal(0, 5, (30, 3))
    directions = rng.normal(0, 1, (30, 3))
    first, triangle, count = triangle_tree(surface.corners).cast(origins, directions)
    a, b, c = surface.corners.transpose(1, 0, 2)
    for k in range(30):
        # o + t d = a + r (b - a) + s (c - a)
        matrix = np.stack([np.broadcast_to(-directions[k], a.shape), b - a, c - a], axis=-1)
        t, r, s = np.linalg.solve(matrix, (origins[k] - a)[..., None])[..., 0].T
        hit = (t > 0) & (r >= 0) & (s >= 0) & (r + s <= 1)
        assert count[k] == hit.sum()
        assert first[k] == pytest.approx(t[hit].min())
        assert t[triangle[k]] == pytest.approx(first[k])


def test_share_of_points_inside_is_the_volume(surface):
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    axes = [np.linspace(a, b, 21)[:-1] + (b - a) / 40 for a, b in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    share = triangle_tree(surface.corners).contains(grid).mean()
    assert share * np.prod(high - low) == pytest.approx(surface.volume, rel=0.03)


def test_a_ray_that_misses_says_so(surface):
    first, triangle, count = triangle_tree(surface.corners).cast(
        np.array([[999.0, 0, 0]]), np.array([[1.0, 0, 0]])
    )
    assert np.isinf(first[0])
    assert triangle[0] == -1
    assert count[0] == 0


def test_triangles_in_one_place_do_not_stop_the_tree():
    corners = np.tile(np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]), (50, 1, 1))
    assert triangle_tree(corners).nearest(np.array([[0.2, 0.2, 3.0]]))[0] == pytest.approx(3.0)
