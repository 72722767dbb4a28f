"""Linear tetrahedra of nearly incompressible material: what locks, and who is told."""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.cells.locking import LIMIT, LockingWarning, locking_cells
from vertebra.meshes.shapes import box


def pressed(order):
    """A block between rough plates, twice as wide as high."""
    points, cells = box((2.0, 2.0, 1.0), (6, 6, 3), order)
    supports = np.where((points[:, 2] == 0)[:, None], 0.0, np.full(points.shape, np.nan))
    supports[points[:, 2] == 1] = [0.0, 0.0, -0.1]
    return Elasticity(points, cells, supports)


def test_only_linear_cells_above_the_limit_are_marked():
    poisson = np.array([0.3, LIMIT, 0.41, 0.49])
    np.testing.assert_array_equal(locking_cells(np.zeros((4, 4), int), poisson), [False, False, True, True])
    assert not locking_cells(np.zeros((4, 10), int), poisson).any()


def test_a_locked_block_is_too_stiff_and_the_caller_is_told():
    linear, quadratic = pressed(1), pressed(2)
    with pytest.warns(LockingWarning, match=r"up to 0\.45 in 648 of 648 .*10-node"):
        locked = linear.solve(1.0, 0.45).energy
    assert 1.2 < locked / quadratic.solve(1.0, 0.45).energy < 1.3
    assert 1.0 < linear.solve(1.0, 0.3).energy / quadratic.solve(1.0, 0.3).energy < 1.05
    with pytest.warns(LockingWarning, match="order 2"):
        linear.stepper().solve(1.0, 0.45)
