"""Stress at the nodes of 10-node tetrahedra, as commercial codes print it: the mean of the cells that meet there."""

import numpy as np

from vertebra.fem.cells.elements import EDGES, shape_functions


def nodal_stress(points, cells, displacement, young, poisson):
    """Stress (n, 6) in Voigt order from displacements (n, 3)."""
    corner = np.eye(4)
    _, gradient = shape_functions(
        2, np.concatenate([corner, corner[np.array(EDGES)].mean(axis=1)])
    )  # (10, a, 3)
    jacobian = np.einsum("mai,qaj->mqij", points[cells], gradient)
    H = np.einsum("mai,qaj,mqjk->mqik", displacement[cells], gradient, np.linalg.inv(jacobian))
    e = (H + H.swapaxes(-1, -2)) / 2
    mu, lam = young / (2 * (1 + poisson)), young * poisson / ((1 + poisson) * (1 - 2 * poisson))
    s = 2 * mu * e + lam * np.trace(e, axis1=-2, axis2=-1)[..., None, None] * np.eye(3)
    voigt = s[..., [0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]]
    count = np.bincount(cells.ravel())
    return np.stack([np.bincount(cells.ravel(), voigt[..., i].ravel()) / count for i in range(6)], axis=1)
