"""Stiffness of tetrahedra as the textbook writes it: int B^T D B dV, dense, in loops over cells and points."""

import numpy as np


def elasticity_matrix(young, poisson):
    lam, mu = young * poisson / ((1 + poisson) * (1 - 2 * poisson)), young / (2 * (1 + poisson))
    D = np.diag([2 * mu] * 3 + [mu] * 3)
    D[:3, :3] += lam
    return D


def strain_matrix(gradient):
    """B (6, 3 a) for gradients (a, 3), xx yy zz yz xz xy."""
    B = np.zeros((6, 3 * len(gradient)))
    for a, (x, y, z) in enumerate(gradient):
        B[:, 3 * a : 3 * a + 3] = [[x, 0, 0], [0, y, 0], [0, 0, z], [0, z, y], [z, 0, x], [y, x, 0]]
    return B


def stiffness(points, cells, geometry, young, poisson):
    """Dense (3 n, 3 n) matrix of all nodes."""
    elasticity = [elasticity_matrix(E, nu) for E, nu in zip(young, poisson, strict=True)]
    return stiffness_of(points, cells, geometry, elasticity)


def stiffness_of(points, cells, geometry, elasticity):
    """The same for the matrix D (6, 6) of each cell."""
    K = np.zeros((3 * len(points), 3 * len(points)))
    for cell, nodes in enumerate(cells):
        dofs = (3 * nodes[:, None] + np.arange(3)).ravel()
        for q in range(geometry.volume.shape[1]):
            B = strain_matrix(geometry.element.gradient[q] @ geometry.inverse[cell, q].T)
            K[np.ix_(dofs, dofs)] += geometry.volume[cell, q] * B.T @ elasticity[cell] @ B
    return K
