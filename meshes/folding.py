"""Where the Jacobian of a curved 10-node tetrahedron is negative, between the points at which it is looked at too.

The determinant is a cubic polynomial: values at 20 points give its Bernstein coefficients, of which those at corners
are values and the least is a lower bound. Where the sign stays open the cell is cut into eight parts (A. Johnen,
J.-F. Remacle and C. Geuzaine, J. Comput. Phys. 233 (2013) 359, doi:10.1016/j.jcp.2012.08.051).
"""

import itertools
import math

import numpy as np

_POWERS = np.array([p for p in itertools.product(range(4), repeat=4) if sum(p) == 3])
_FACTORS = np.array([6 / math.prod(math.factorial(int(p)) for p in powers) for powers in _POWERS])
_ZERO = 1e-9
_DEPTH = 6

LATTICE = _POWERS[:, 1:] / 3
"""Reference points (20, 3) at which `is_folded` wants the determinant."""


def _bernstein(barycentric):
    """Bernstein polynomials of degree 3 at points (..., 4); shape (..., 20)."""
    return _FACTORS * np.prod(barycentric[..., None, :] ** _POWERS, axis=-1)


def _eighths():
    """Corners, in barycentric coordinates, of the eight parts of a tetrahedron; shape (8, 4, 4)."""
    corner = np.eye(4)
    middle = {(i, j): (corner[i] + corner[j]) / 2 for i in range(4) for j in range(4)}
    ring = ((0, 1), (1, 2), (2, 3), (0, 3), (0, 1))
    parts = [[middle[i, j] for j in range(4)] for i in range(4)]
    parts += [[middle[0, 2], middle[1, 3], middle[a], middle[b]] for a, b in itertools.pairwise(ring)]
    return np.array(parts)


_FROM_VALUES = np.linalg.inv(_bernstein(_POWERS / 3))
_CUT = np.array([_FROM_VALUES @ _bernstein(_POWERS / 3 @ part) for part in _eighths()])
_CORNERS = np.flatnonzero((_POWERS == 3).any(axis=1))


def is_folded(determinant: np.ndarray) -> np.ndarray:
    """Whether the Jacobian determinant is negative anywhere in a cell.

    Parameters
    ----------
    determinant : ndarray, shape (m, 20) [mm3]
        At the points of `LATTICE`.

    Returns
    -------
    ndarray of bool, shape (m,)
    """
    coefficient = determinant @ _FROM_VALUES.T
    limit = -_ZERO * np.abs(coefficient).max(axis=1, initial=0.0)
    folded = np.zeros(len(determinant), bool)
    owner = np.arange(len(determinant))
    for _ in range(_DEPTH + 1):
        negative = coefficient < limit[owner, None]
        folded[owner[negative[:, _CORNERS].any(axis=1)]] = True
        undecided = negative.any(axis=1) & ~folded[owner]
        if not undecided.any():
            break
        coefficient = np.einsum("pij,mj->mpi", _CUT, coefficient[undecided]).reshape(-1, len(_POWERS))
        owner = np.repeat(owner[undecided], len(_CUT))
    return folded
