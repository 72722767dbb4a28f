"""Manufactured solution: the L2 error of the displacement falls like h^2 (4 nodes) and h^3 (10 nodes).

u = A (sin(x + y), cos(y - z), sin(z) cos(x)) with body force b = -div sigma(u), all derivatives taken by hand;
u is prescribed on the boundary. P. J. Roache, Code verification by the method of manufactured solutions, 2002.
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.elements import shape_functions
from vertebra.fem.loads import body_force, quadrature_points
from vertebra.meshes.shapes import box

E, NU = 100.0, 0.3
LAM, MU = E * NU / ((1 + NU) * (1 - 2 * NU)), E / (2 * (1 + NU))


def exact(points):
    x, y, z = np.moveaxis(points, -1, 0)
    return np.stack([np.sin(x + y), np.cos(y - z), np.sin(z) * np.cos(x)], axis=-1)


def load(points):
    """b = -(lam + mu) grad div u - mu laplace u; div u = cos(x + y) - sin(y - z) + cos(z) cos(x)."""
    x, y, z = np.moveaxis(points, -1, 0)
    grad_div = np.stack(
        [
            -np.sin(x + y) - np.cos(z) * np.sin(x),
            -np.sin(x + y) - np.cos(y - z),
            np.cos(y - z) - np.sin(z) * np.cos(x),
        ],
        axis=-1,
    )
    return -(LAM + MU) * grad_div + 2 * MU * exact(points)  # laplace u = -2 u for each component


def l2_error(order, n):
    points, cells = box((1.0, 1.0, 1.0), (n, n, n), order)
    boundary = (np.isclose(points, 0) | np.isclose(points, 1)).any(axis=1)
    supports = np.where(boundary[:, None], exact(points), np.nan)
    force = body_force(points, cells, load(quadrature_points(points, cells)))
    solution = Elasticity(points, cells, supports).solve(E, NU, force, tolerance=1e-10)
    rng = np.random.default_rng(0)
    barycentric = rng.dirichlet(np.ones(4), 40)  # Monte Carlo within the cells, the same in all
    shape = shape_functions(order, barycentric)[0]
    difference = shape @ solution.displacement[cells] - exact(shape @ points[cells])
    return np.sqrt((difference**2).sum(axis=-1).mean())


@pytest.mark.parametrize(("order", "counts"), [(1, (4, 6, 9)), (2, (2, 3, 5))])
def test_fitted_order_of_convergence(order, counts):
    errors = [l2_error(order, n) for n in counts]
    rate = -np.polyfit(np.log(counts), np.log(errors), 1)[0]
    assert rate == pytest.approx(order + 1, abs=0.25)
