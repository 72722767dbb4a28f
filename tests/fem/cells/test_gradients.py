import numpy as np
import pytest

from vertebra.fem.cells.elements import EDGES
from vertebra.fem.cells.geometry import compute_geometry
from vertebra.fem.cells.gradients import fill_displacement_gradient, fill_gradients
from vertebra.fem.cells.loads import quadrature_points
from vertebra.kernels import njit
from vertebra.meshes.shapes import hollow_cylinder


@njit()
def _all_gradients(cells, inverse, gradient, displacement, g, H):
    one = np.empty((gradient.shape[1], 1, 3))
    for cell in range(cells.shape[0]):
        for q in range(gradient.shape[0]):
            fill_gradients(inverse, gradient, cell, q, g[cell], q)
            fill_gradients(inverse, gradient, cell, q, one, 0)
            for mode in range(displacement.shape[0]):
                fill_displacement_gradient(displacement, mode, cells, cell, one, H[mode, cell, q])


@pytest.mark.parametrize("order", [1, 2])
def test_gradients_of_polynomials_up_to_the_order(order):
    """u_i = c_i + A_ij x_j (+ x_i^2 / 2 on quadratic cells with straight edges) has du_i/dx_j = A_ij (+ x_i)."""
    points, cells = hollow_cylinder(divisions=(1, 4, 2), order=1) if order == 1 else _straight(order)
    geometry = compute_geometry(points, np.ascontiguousarray(cells, np.int32))
    A = np.random.default_rng(0).uniform(-1, 1, (3, 3))
    square = order - 1
    displacement = np.stack([points @ A.T + square * points**2 / 2, np.ones_like(points)])
    shape = geometry.volume.shape
    g = np.empty((shape[0], cells.shape[1], shape[1], 3))
    H = np.empty((2, *shape, 3, 3))
    _all_gradients(geometry.cells, geometry.inverse, geometry.element.gradient, displacement, g, H)
    np.testing.assert_allclose(g.sum(axis=1), 0.0, atol=1e-12)
    x = quadrature_points(points, cells)
    np.testing.assert_allclose(H[0], A + square * x[..., None] * np.eye(3), atol=1e-10)
    np.testing.assert_allclose(H[1], 0.0, atol=1e-12)


def _straight(order):
    points, cells = hollow_cylinder(divisions=(1, 4, 2), order=order)
    points = points.copy()
    for mid, (a, b) in enumerate(EDGES, start=4):
        points[cells[:, mid]] = (points[cells[:, a]] + points[cells[:, b]]) / 2
    return points, cells
