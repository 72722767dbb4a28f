import numpy as np
import pytest

from vertebra.meshes.procedures.spongy.level_set import Grid, LevelSet

RADIUS = 5.0


@pytest.fixture(scope="module")
def ball():
    grid = Grid.around([-9, -9, -9], [9, 9, 9], 0.5)
    return LevelSet.of(grid, np.linalg.norm(grid.points, axis=-1) - RADIUS)


def test_nearest_points_lie_on_the_surface_with_its_normal(ball):
    points = np.random.default_rng(0).uniform(-7, 7, (500, 3))
    points = points[np.linalg.norm(points, axis=1) > 1.5]
    distance, foot, normal = ball.nearest(points)
    length = np.linalg.norm(points, axis=1)
    np.testing.assert_allclose(distance, length - RADIUS, atol=0.05)
    np.testing.assert_allclose(foot, RADIUS * points / length[:, None], atol=0.15)
    np.testing.assert_allclose(normal, points / length[:, None], atol=0.05)


def test_growth_moves_the_surface_out(ball):
    point = np.array([[6.0, 0.0, 0.0]])
    assert not ball.contains(point)[0]
    grown = ball.grown(0.5).grown(0.7)
    assert grown.contains(point)[0]
    assert grown.nearest(point)[0][0] == pytest.approx(-0.2, abs=0.05)


def test_grid_reads_linear_fields_exactly():
    grid = Grid.around([1.0, -2.0, 0.0], [4.0, 3.0, 2.0], 0.4)
    points = np.random.default_rng(2).uniform([1, -2, 0], [4, 3, 2], (50, 3))
    np.testing.assert_allclose(grid.read(grid.points @ [1.0, 2.0, -3.0], points), points @ [1.0, 2.0, -3.0])
