"""Patch test: a linear displacement on the boundary of a distorted mesh is reproduced exactly inside.

B. M. Irons and A. Razzaque, "Experience with the patch test for convergence of finite elements", 1972.
"""

import numpy as np
import pytest

from vertebra.checks.theory.uniform_stress import GRADIENT as H
from vertebra.checks.theory.uniform_stress import distorted_box, patch
from vertebra.fem import Elasticity


@pytest.mark.parametrize("method", ["direct", "iterative"])
@pytest.mark.parametrize("order", [1, 2])
def test_linear_displacement_gives_constant_strain(order, method):
    linear, solution = patch(order, method)
    e = H + H.T
    strain = np.array([H[0, 0], H[1, 1], H[2, 2], e[1, 2], e[0, 2], e[0, 1]])
    np.testing.assert_allclose(solution.displacement, linear, atol=1e-13)
    np.testing.assert_allclose(
        solution.strain(), np.broadcast_to(strain, solution.strain().shape), atol=1e-13
    )
    mu, lam = 1000 / 2.6, 1000 * 0.3 / (1.3 * 0.4)
    stress = mu * strain * [2, 2, 2, 1, 1, 1] + lam * strain[:3].sum() * np.array([1, 1, 1, 0, 0, 0])
    np.testing.assert_allclose(
        solution.stress(), np.broadcast_to(stress, solution.stress().shape), atol=1e-10
    )
    np.testing.assert_allclose(solution.energy, stress @ strain * 3.0, rtol=1e-12)


@pytest.mark.parametrize("order", [1, 2])
def test_rigid_motion_gives_no_stress(order):
    points, cells = distorted_box(order)
    omega = np.array([0.3, -0.1, 0.2])
    motion = np.cross(omega, points) + np.array([1.0, 2.0, 3.0])
    held = points[:, 2] == 0
    solution = Elasticity(points, cells, np.where(held[:, None], motion, np.nan)).solve(
        8000.0, 0.3, tolerance=1e-12
    )
    np.testing.assert_allclose(solution.displacement, motion, atol=1e-10)
    assert np.abs(solution.stress()).max() < 1e-7
