"""Homogeneous column pressed along its axis, free or held at its sides.

Free: sigma = E e, side strain -nu e. Held: sigma = M e with M = E (1 - nu) / ((1 + nu) (1 - 2 nu)), side stress
nu / (1 - nu) sigma. The stress is constant, so every mesh gives it exactly (Timoshenko and Goodier, Theory of
Elasticity, chapter 1).
"""

import numpy as np
import pytest

from vertebra.checks.theory.uniform_stress import SHORTENING, SIZE, E, press
from vertebra.fem import Elasticity
from vertebra.fem.cells.loads import body_force
from vertebra.meshes.shapes import box


@pytest.mark.filterwarnings(
    "ignore::vertebra.fem.cells.locking.LockingWarning"
)  # constant strain does not lock
@pytest.mark.parametrize("method", ["direct", "iterative"])
@pytest.mark.parametrize("nu", [0.0, 0.3, 0.45])
@pytest.mark.parametrize("order", [1, 2])
def test_free_column(order, nu, method):
    points, solution = press(order, nu, method, held_sides=False)
    strain = SHORTENING / SIZE[2]
    stress = np.array([0, 0, -E * strain, 0, 0, 0])
    expected = np.broadcast_to(stress, solution.stress().shape)
    np.testing.assert_allclose(solution.stress(), expected, atol=1e-9 * E * strain)
    np.testing.assert_allclose(solution.displacement, points * strain * [nu, nu, -1], atol=1e-11 * SHORTENING)


@pytest.mark.filterwarnings(
    "ignore::vertebra.fem.cells.locking.LockingWarning"
)  # constant strain does not lock
@pytest.mark.parametrize("method", ["direct", "iterative"])
@pytest.mark.parametrize("nu", [0.0, 0.3, 0.45])
@pytest.mark.parametrize("order", [1, 2])
def test_held_column(order, nu, method):
    points, solution = press(order, nu, method, held_sides=True)
    M = E * (1 - nu) / ((1 + nu) * (1 - 2 * nu))
    axial = -M * SHORTENING / SIZE[2]
    side = nu / (1 - nu) * axial
    expected = np.broadcast_to([side, side, axial, 0, 0, 0], solution.stress().shape)
    np.testing.assert_allclose(solution.stress(), expected, atol=1e-9 * abs(axial))
    top = points[:, 2] == SIZE[2]
    assert solution.reaction[top, 2].sum() == pytest.approx(axial * SIZE[0] * SIZE[1], rel=1e-9)


def test_column_sags_under_its_own_weight():
    """Weight w per volume, held at the foot and at the sides: u = -w z (2 H - z) / (2 M), quadratic."""
    nu, weight = 0.3, 2.0
    points, cells = box(SIZE, (1, 1, 4), 2)
    supports = np.full(points.shape, np.nan)
    supports[:, :2] = 0.0
    supports[points[:, 2] == 0, 2] = 0.0
    loads = body_force(points, cells, [0.0, 0.0, -weight])
    solution = Elasticity(points, cells, supports).solve(E, nu, loads)
    M, z, H = E * (1 - nu) / ((1 + nu) * (1 - 2 * nu)), points[:, 2], SIZE[2]
    sag = weight * z * (2 * H - z) / (2 * M)
    np.testing.assert_allclose(solution.displacement[:, 2], -sag, atol=1e-10 * sag.max())
    foot = points[:, 2] == 0
    assert solution.reaction[foot, 2].sum() == pytest.approx(weight * SIZE.prod(), rel=1e-9)
