"""Manufactured solution: the order at which the displacement converges.

A smooth displacement u is chosen; the body force that causes it follows from Navier's equation,

    b = -mu lap u - (lambda + mu) grad div u.

With elements of degree k the error in L2 falls like h^(k + 1): 2 for 4-node, 3 for 10-node tetrahedra (Ciarlet, The
Finite Element Method for Elliptic Problems, 1978, theorem 3.2.5), also when the elements are curved smoothly.
"""

import numpy as np
from scipy.special import roots_jacobi

from vertebra.fem import Elasticity
from vertebra.fem.cells.elements import shape_functions
from vertebra.fem.cells.loads import body_force, quadrature_points
from vertebra.meshes.shapes import box

from .case import Theory

E, nu = 1000.0, 0.3
mu, lam = E / (2 * (1 + nu)), E * nu / ((1 + nu) * (1 - 2 * nu))
AMPLITUDE, PHASE = np.array([1.0, -0.7, 0.4]), np.array([0.2, 0.5, -0.3])
WAVE = np.array([2.0, 1.4, 1.7])


def displacement(x):
    """u_i = A_i sin(k.x + phase_i)."""
    return AMPLITUDE * np.sin((x @ WAVE)[..., None] + PHASE)


def force(x):
    """b_i = mu |k|^2 u_i + (lambda + mu) k_i (k.u), since div u = k.A cos(...) and grad div u = -k (k.u)."""
    u = displacement(x)
    return mu * WAVE @ WAVE * u + (lam + mu) * (u @ WAVE)[..., None] * WAVE


def conical_rule(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (barycentric) and weights on the unit tetrahedron, exact to degree 2 count - 1 (Stroud 1971)."""
    rules = [roots_jacobi(count, power, 0) for power in (2, 1, 0)]
    (x, wx), (y, wy), (z, wz) = [((1 + node) / 2, weight) for node, weight in rules]
    r, s, t = (part.ravel() for part in np.meshgrid(x, y, z, indexing="ij"))
    weight = np.einsum("i,j,k->ijk", wx / 8, wy / 4, wz / 2).ravel()
    first, second, third = r, s * (1 - r), t * (1 - s) * (1 - r)
    return np.stack([1 - first - second - third, first, second, third], axis=1), weight


def mean_square_error(points, cells, found) -> float:
    """Size of the error of displacements (n, 3), integrated."""
    order = 1 if cells.shape[1] == 4 else 2
    barycentric, weight = conical_rule(4)
    shape, gradient = shape_functions(order, barycentric)
    at = np.einsum("qa,mai->mqi", shape, points[cells])
    jacobian = np.linalg.det(np.einsum("mai,qaj->mqij", points[cells], gradient))
    difference = np.einsum("qa,mai->mqi", shape, found[cells]) - displacement(at)
    return np.sqrt(np.einsum("q,mq,mqi->", weight, jacobian, difference**2))


def error_of(divisions: int, order: int) -> float:
    """Error in L2 on a bent cube of divisions^3 bricks."""
    points, cells = box((1.0, 1.0, 1.0), (divisions,) * 3, order)
    on_boundary = np.any(np.isclose(points, 0) | np.isclose(points, 1), axis=1)
    x, y, z = points.T
    bent = np.stack([x + 0.1 * np.sin(2 * y), y + 0.1 * x * z, z + 0.08 * x * x], axis=1)  # curves the edges
    supports = np.where(on_boundary[:, None], displacement(bent), np.nan)
    loads = body_force(bent, cells, force(quadrature_points(bent, cells)))
    solution = Elasticity(bent, cells, supports).solve(E, nu, loads, tolerance=1e-10)
    return mean_square_error(bent, cells, solution.displacement)


def fitted_order(order: int, divisions) -> float:
    """Observed order of the error over the given divisions."""
    errors = [error_of(n, order) for n in divisions]
    return -np.polyfit(np.log(divisions), np.log(errors), 1)[0]


CASES = tuple(
    Theory(
        f"order tet{nodes}",
        "manufactured solution on curved elements, order of the displacement's error",
        "Ciarlet 1978, theorem 3.2.5",
        lambda order=order, divisions=divisions: fitted_order(order, divisions),
        order + 1.0,
        0.15 / (order + 1),
    )
    for order, nodes, divisions in ((1, 4, (6, 9, 12)), (2, 10, (2, 4, 6)))
)
