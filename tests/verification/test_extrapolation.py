"""What is extrapolated from coarse meshes is met by much finer ones, within the uncertainty that was stated.

A cube glued between platens: its stiffness has no closed form, and its corners are singular (order below that of the
element), as those of a vertebra between caps are.
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.meshes.shapes import box
from vertebra.studies.convergence.grid_convergence import extrapolate

SIDE = 10.0


def stiffness(divisions, order):
    """Force for unit shortening; E = 1000 MPa, nu = 0.3."""
    points, cells = box((SIDE,) * 3, (divisions,) * 3, order=order)
    supports = np.full(points.shape, np.nan)
    supports[points[:, 2] == 0.0] = 0.0
    supports[points[:, 2] == SIDE] = [0.0, 0.0, -1.0]
    return Elasticity(points, cells, supports).solve(1000.0, 0.3, tolerance=1e-9).energy


@pytest.fixture(scope="module")
def fine():
    """On a mesh of 10-node cells with twice the nodes along an edge."""
    return stiffness(10, 2)


@pytest.mark.parametrize("order", [1, 2])
def test_finer_meshes_fall_within_the_uncertainty(order, fine):
    divisions = np.array([3, 4, 6]) if order == 2 else np.array([5, 7, 10])
    value = [stiffness(number, order) for number in divisions]
    found = extrapolate(SIDE / divisions, value, highest_order=2 * order, noise=1e-8)
    assert found.verdict == "converging"
    assert abs(found.value - fine) < found.uncertainty
    assert found.uncertainty < 0.05 * fine
    assert abs(found.value - fine) < abs(value[-1] - fine)  # nearer than the finest of its meshes
    assert 1.0 < found.order < 2.0  # twice the exponent of the displacement at a glued edge
