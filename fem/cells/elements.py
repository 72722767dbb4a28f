"""Reference tetrahedra: shape-function gradients and quadrature in natural coordinates."""

from dataclasses import dataclass

import numpy as np

EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))
"""Corner pairs of the mid nodes 4-9 of a 10-node tetrahedron (VTK order)."""


@dataclass(frozen=True)
class Element:
    """Shape-function gradients at the quadrature points of a reference tetrahedron.

    Attributes
    ----------
    order : int
        1 for 4 nodes, 2 for 10 nodes.
    barycentric : ndarray, shape (q, 4) [-]
        Quadrature points as barycentric coordinates (1 - r - s - t, r, s, t).
    weight : ndarray, shape (q,) [-]
        Quadrature weights; they sum to 1/6, the volume of the reference tetrahedron.
    shape : ndarray, shape (q, a) [-]
        Shape functions at the quadrature points.
    gradient : ndarray, shape (q, a, 3) [-]
        Derivatives of the shape functions along r, s, t.
    """

    order: int
    barycentric: np.ndarray
    weight: np.ndarray
    shape: np.ndarray
    gradient: np.ndarray


def shape_functions(order: int, barycentric: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shape functions and their gradients along r, s, t.

    Corners: N_i = L_i (order 1) or L_i (2 L_i - 1) (order 2); mid nodes: N_ij = 4 L_i L_j,
    with L = (1 - r - s - t, r, s, t).

    Parameters
    ----------
    order : int
        1 or 2.
    barycentric : ndarray, shape (q, 4) [-]

    Returns
    -------
    shape : ndarray, shape (q, a) [-]
    gradient : ndarray, shape (q, a, 3) [-]
    """
    L = np.asarray(barycentric, float)  # noqa: N806
    dL = np.array([[-1.0, -1.0, -1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])  # noqa: N806
    if order == 1:
        return L.copy(), np.broadcast_to(dL, (len(L), 4, 3)).copy()
    first, second = np.array(EDGES).T
    shape = np.concatenate([L * (2 * L - 1), 4 * L[:, first] * L[:, second]], axis=1)
    corner = (4 * L - 1)[:, :, None] * dL
    middle = 4 * (L[:, first, None] * dL[second] + L[:, second, None] * dL[first])
    return shape, np.concatenate([corner, middle], axis=1)


def _quadrature(degree: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights exact for polynomials up to `degree` (1 or 2).

    The 4-point rule sits at (a, b, b, b) and its permutations, a = (5 + 3 sqrt 5)/20, b = (5 - sqrt 5)/20.
    """
    if degree == 1:
        return np.full((1, 4), 0.25), np.array([1 / 6])
    a, b = (5 + 3 * np.sqrt(5)) / 20, (5 - np.sqrt(5)) / 20
    return np.full((4, 4), b) + (a - b) * np.eye(4), np.full(4, 1 / 24)


def tetrahedron(n_nodes: int) -> Element:
    """Return the reference element with 4 nodes (1 point) or 10 nodes (4 points).

    The stiffness of a straight 10-node tetrahedron is a quadratic polynomial, which 4 points integrate
    exactly; 4 points with 6 strains each also give the full rank 24 = 30 - 6, so no zero-energy mode arises.
    With curved edges the rule keeps the order of convergence (exact for degree 2 (p - 1), Ciarlet and Raviart
    1972).
    """
    order = {4: 1, 10: 2}[n_nodes]
    barycentric, weight = _quadrature(order)
    shape, gradient = shape_functions(order, barycentric)
    return Element(order, barycentric, weight, shape, gradient)
