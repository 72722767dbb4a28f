"""Thick cylinder under internal pressure (G. Lame; S. Timoshenko and J. N. Goodier, Theory of Elasticity, art. 28).

With inner radius a, outer b, pressure p at a:  sigma_r,t = p a^2 / (b^2 - a^2) (1 -+ b^2 / r^2). In plane strain
u(r) = p a^2 (1 + nu) / (E (b^2 - a^2)) ((1 - 2 nu) r + b^2 / r).
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.loads import boundary_faces, pressure, quadrature_points
from vertebra.meshes.shapes import hollow_cylinder

a, b, p, E, nu = 10.0, 20.0, 1.0, 1000.0, 0.3


def displacement(r):
    return p * a**2 * (1 + nu) / (E * (b**2 - a**2)) * ((1 - 2 * nu) * r + b**2 / r)


def solve(divisions, order):
    points, cells = hollow_cylinder(a, b, 2.0, divisions, order=order)
    supports = np.full(points.shape, np.nan)
    supports[np.isclose(points[:, 0], 0), 0] = 0
    supports[np.isclose(points[:, 1], 0), 1] = 0
    supports[np.isin(points[:, 2], (0.0, 2.0)), 2] = 0
    faces = boundary_faces(cells)
    inner = faces[np.isclose(np.hypot(*np.moveaxis(points[faces[:, :3]], -1, 0)[:2]), a).all(axis=1)]
    return points, cells, Elasticity(points, cells, supports).solve(E, nu, pressure(points, inner, p))


def test_plane_strain_cylinder():
    points, cells, solution = solve((4, 8, 1), 2)
    radius = np.hypot(points[:, 0], points[:, 1])
    radial = (solution.displacement[:, :2] * points[:, :2]).sum(axis=1) / radius
    assert displacement(a) == pytest.approx(0.019067, abs=5e-7)  # the numbers of the book
    assert displacement(b) == pytest.approx(0.012133, abs=5e-7)
    np.testing.assert_allclose(radial, displacement(radius), rtol=2e-3)
    x, y, _ = np.moveaxis(quadrature_points(points, cells), -1, 0)
    r = np.hypot(x, y)
    sxx, syy, _, _, _, sxy = np.moveaxis(solution.stress(), -1, 0)
    hoop = (sxx * y**2 + syy * x**2 - 2 * sxy * x * y) / r**2
    exact = p * a**2 / (b**2 - a**2) * (1 + b**2 / r**2)
    np.testing.assert_allclose(hoop, exact, atol=0.03)


@pytest.mark.parametrize(("order", "rate"), [(1, 2), (2, 3)])
def test_order_on_curved_cells(order, rate):
    """Root mean square error of the nodal radial displacement falls at least like h^2 and h^3."""
    errors = []
    for n in (3, 6):
        points, _, solution = solve((n, 2 * n, 1), order)
        radius = np.hypot(points[:, 0], points[:, 1])
        radial = (solution.displacement[:, :2] * points[:, :2]).sum(axis=1) / radius
        errors.append(np.sqrt(np.mean((radial - displacement(radius)) ** 2)))
    assert np.log2(errors[0] / errors[1]) > rate - 0.2
