import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from vertebra.meshes.procedures.blocky.ellipsoid import Ellipsoid

AXES = np.array([8.0, 10.0, 5.0])


@pytest.fixture(scope="module")
def ellipsoid():
    return Ellipsoid(
        np.array([1.0, -2.0, 3.0]), AXES, Rotation.from_euler("xyz", [20, 50, -30], degrees=True).as_matrix()
    )


def test_nearest_points_lie_on_the_surface_and_no_other_point_of_it_is_nearer(ellipsoid):
    rng = np.random.default_rng(1)
    points = ellipsoid.centre + 9 * rng.normal(size=(200, 3))
    distance, nearest, normal = ellipsoid.nearest(points)
    local = (nearest - ellipsoid.centre) @ ellipsoid.frame.T
    assert ((local / AXES) ** 2).sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert points - nearest == pytest.approx(distance[:, None] * normal, abs=1e-6)
    directions = rng.normal(size=(20000, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    surface = ellipsoid.centre + (AXES * directions) @ ellipsoid.frame
    least = np.linalg.norm(points[:, None] - surface, axis=2).min(axis=1)
    assert np.all(np.abs(distance) <= least + 1e-9)
    assert np.abs(distance) == pytest.approx(least, abs=0.2)  # what the sampled surface is off


def test_distance_is_negative_inside_and_the_least_semi_axis_in_the_middle(ellipsoid):
    middle = ellipsoid.centre[None]
    assert ellipsoid.nearest(middle)[0] == pytest.approx(-5.0, abs=1e-6)
    assert ellipsoid.contains(middle).all()
    tip = ellipsoid.centre + 12 * ellipsoid.frame[1]
    assert ellipsoid.nearest(tip[None])[0] == pytest.approx(2.0)
    assert ellipsoid.grown(2.5).contains(tip[None]).all()
