"""Beams of 10-node tetrahedra.

Pure bending of a prism by moments M at its ends is a quadratic displacement (Saint-Venant; Timoshenko and Goodier,
article 102), which quadratic elements hold exactly: M = E I k for the curvature k.

Cantilever of length L under a tip force P: deflection P L^3 / (3 E I) + P L / (kappa G A), with kappa = 5/6
(Timoshenko, Strength of Materials); the clamp hinders the side strain of the fixed end, which beam theory ignores.
"""

import numpy as np
import pytest

from vertebra.checks.theory.beams import E, I, L, P, b, cantilever, deflection, h, sag
from vertebra.fem import Elasticity
from vertebra.fem.systems.platens import resultant
from vertebra.meshes.shapes import box

nu = 0.3


def test_pure_bending_is_exact():
    points, cells = box((L, b, h), (6, 1, 1), 2)
    points = points - [0, b / 2, h / 2]
    x, y, z = points.T
    k = 1e-3
    exact = k * np.stack([x * z, -nu * y * z, -(x**2 + nu * (z**2 - y**2)) / 2], axis=1)
    supports = np.full(points.shape, np.nan)
    ends = (x == 0) | (x == L)
    supports[ends, 0] = exact[ends, 0]
    supports[x == 0] = exact[x == 0]
    solution = Elasticity(points, cells, supports).solve(E, nu, tolerance=1e-12)
    np.testing.assert_allclose(solution.displacement, exact, atol=1e-9 * k * L**2)
    _, moment = resultant(points, solution.reaction, np.flatnonzero(x == L), (L, 0, 0))
    assert moment == pytest.approx([0, E * I * k, 0], abs=1e-8 * E * I * k)
    assert np.abs(solution.reaction[x == 0].sum(axis=0)).max() < 1e-8 * E * I * k / L


@pytest.mark.parametrize(("poisson", "close"), [(0.0, 1e-3), (nu, 0.02)], ids=["slim", "clamped"])
def test_cantilever_with_tip_force(poisson, close):
    """Without Poisson's effect the clamp hinders nothing, and beam theory holds to the elements' error."""
    points, solution = cantilever(poisson)
    found = sag(points, solution)
    assert found == pytest.approx(deflection(poisson), rel=close)
    assert found < deflection(poisson), "displacement elements and clamp both stiffen"
    force, moment = resultant(points, solution.reaction, np.flatnonzero(points[:, 0] == 0), (0, b / 2, h / 2))
    assert force == pytest.approx([0, 0, P], abs=1e-7 * P)
    assert moment == pytest.approx([0, -P * L, 0], abs=1e-7 * P * L)


def test_linear_elements_are_too_stiff_in_bending():
    """Why 10 nodes are the default."""
    sinks = {}
    for order in (1, 2):
        points, cells = box((L, b, h), (12, 1, 2), order)
        supports = np.full(points.shape, np.nan)
        supports[points[:, 0] == 0] = 0.0
        loads = np.zeros(points.shape)
        loads[points[:, 0] == L, 2] = -1.0 / np.count_nonzero(points[:, 0] == L)
        sinks[order] = -Elasticity(points, cells, supports).solve(E, nu, loads).displacement[:, 2].min()
    assert sinks[1] < 0.6 * sinks[2]
