"""A platen on a ball joint: rigid motion, hinges of bars under eccentric force, and never more than without turning."""

import numpy as np
import pytest
from scipy.optimize import brentq

from vertebra.fem.limit.axial_strength import AxialStrength
from vertebra.fem.limit.body import LimitBody
from vertebra.fem.limit.limit_load import limit_load
from vertebra.fem.limit.platen_motion import PlatenMotion
from vertebra.fem.limit.turning import turning_platen
from vertebra.meshes.shapes import box

WIDTH, DEPTH, HEIGHT, TENSION = 4.0, 1.0, 4.0, 0.9


@pytest.fixture(scope="module")
def bar():
    """A bar whose uppermost layer, beside the pivot, is weak: the hinge lies there."""
    points, cells = box((WIDTH, DEPTH, HEIGHT), (16, 4, 16))
    weak = points[cells].mean(axis=1)[:, 2] > HEIGHT - 0.25
    ends = [np.flatnonzero(points[:, 2] == z) for z in (0.0, HEIGHT)]
    compression = np.where(weak, 1.0, 4.0)
    return LimitBody.of(points, cells, *ends), AxialStrength.of(
        compression, TENSION * compression, compression / 2
    )


def hinge(eccentricity):
    """Plastic hinge of a rectangle, C = 1: compressed over x, N = x - T (w - x) and N e = (1 + T) x (w - x) / 2."""

    def moment(x):
        return (x - TENSION * (WIDTH - x)) * eccentricity - (1 + TENSION) * x * (WIDTH - x) / 2

    x = brentq(moment, TENSION / (1 + TENSION) * WIDTH * (1 + 1e-9), WIDTH)
    return DEPTH * (x - TENSION * (WIDTH - x))


def test_motion_is_rigid_and_one_at_the_pivot(bar):
    body, _ = bar
    pivot = np.array([1.0, 0.3, HEIGHT])
    places = body.points[body.cells]
    motion = PlatenMotion(pivot, (0.4, -0.2)).at(places)
    strain = np.einsum("cai,cak->cik", motion, body.gradient)  # d R_i / d x_k
    np.testing.assert_allclose(strain, -np.swapaxes(strain, 1, 2), atol=1e-10)
    near = np.linalg.norm(places - pivot, axis=2)
    assert np.abs(motion - [0, 0, 1])[near < 0.5].max() < 0.4 * 0.5


@pytest.mark.parametrize("eccentricity", [0.5, 1.0])
def test_a_bar_under_eccentric_force_bears_its_plastic_hinge(bar, eccentricity):
    body, strength = bar
    pivot = np.array([WIDTH / 2 + eccentricity, DEPTH / 2, HEIGHT])
    platen = turning_platen(body, strength, pivot)
    found = limit_load(body, strength, motion=platen.motion)
    assert found.high == pytest.approx(hinge(eccentricity), rel=0.01)
    assert found.low == pytest.approx(hinge(eccentricity), rel=0.02)
    assert found.low < found.high
    assert platen.tilt[0] == pytest.approx(1 / (WIDTH / 2), rel=0.12)  # axis of rotation beyond the far half


def test_freedom_to_turn_never_makes_a_body_stronger(bar):
    body, _ = bar
    compression = np.random.default_rng(4).uniform(1, 3, len(body.cells))
    strength = AxialStrength.of(compression, TENSION * compression, compression / 2)
    pivot = np.array([WIDTH / 2, DEPTH / 2, HEIGHT])
    assert turning_platen(body, strength, pivot).above.force <= limit_load(body, strength, splits=0).high


@pytest.mark.parametrize("n", [2, 4, 8])
def test_a_bar_pressed_through_its_middle_is_not_cheated_by_tilting(n):
    """Even stress bears C times the area on a ball joint as well: no tilt on any mesh may find less."""
    points, cells = box((10.0, 8.0, 12.0), (n, n, n + 2))
    ends = [np.flatnonzero(np.isclose(points[:, 2], z)) for z in (0.0, 12.0)]
    compression = np.full(len(cells), 2.0)
    body = LimitBody.of(points, cells, *ends)
    strength = AxialStrength.of(compression, TENSION * compression, compression / 2)
    platen = turning_platen(body, strength, np.array([5.0, 4.0, 12.0]))
    assert platen.above.force == pytest.approx(160.0, rel=1e-3)
    assert limit_load(body, strength, motion=platen.motion).high == pytest.approx(160.0, rel=1e-3)
