import numpy as np
import pytest

from vertebra.meshes.procedures.height_field import HeightField


def sphere(radius=30.0):
    """Dome over a square of 20 mm: z = sqrt(R^2 - x^2 - y^2)."""
    x, y = (a.ravel() for a in np.meshgrid(np.linspace(-10, 10, 31), np.linspace(-10, 10, 31)))
    z = np.sqrt(radius**2 - x**2 - y**2)
    points = np.stack([x, y, z], axis=1)
    return points, points / radius


def test_surface_runs_through_its_points_and_between_them():
    points, normals = sphere()
    dome = HeightField.through(points, normals)
    x, y = np.random.default_rng(0).uniform(-9, 9, (2, 100))
    assert dome.height(x, y) == pytest.approx(np.sqrt(900 - x**2 - y**2), abs=0.01)


def test_distance_near_a_dome_is_that_to_the_sphere():
    dome = HeightField.through(*sphere())
    at = np.array([[0.0, 0.0, 29.0], [4.0, -3.0, 31.0]])
    distance, nearest, normal = dome.signed(at)
    assert distance == pytest.approx(np.linalg.norm(at, axis=1) - 30, abs=0.05)
    assert at - nearest == pytest.approx(distance[:, None] * normal)
    np.testing.assert_array_equal(dome.distance(at), distance)


@pytest.mark.parametrize("gap", [0.3, 2.5, 4.0])
def test_rolling_a_ball_keeps_the_distance(gap):
    dome = HeightField.through(*sphere())
    x, y = np.random.default_rng(0).uniform(-5, 5, (2, 50))
    below = np.sqrt((30 - gap) ** 2 - x**2 - y**2)
    assert dome.lowered(gap).height(x, y) == pytest.approx(below, abs=0.05)
    cup = HeightField(dome.origin, -dome.z)
    assert cup.raised(gap).height(x, y) == pytest.approx(-below, abs=0.05)
