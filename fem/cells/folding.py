"""Folded cells: where the Jacobian of curved edges is negative, between the points at which it is looked at too."""

import itertools

import numpy as np

from vertebra.kernels import njit

from .elements import EDGES, shape_functions

STRAIGHT = 1e-9
"""Distance of a mid node from the middle of its edge, over the length of the edge, that does not count as curved."""
ZERO = 1e-9
"""Negative determinants that are taken for rounding, over the largest in the cell (a mid node at 1/4 gives zero)."""
DEPTH = 6
"""Times that a cell is cut into eight while the sign is open."""
CHUNK = 50_000
"""Cells that are looked at together."""

_TRIPLES = list(itertools.combinations_with_replacement(range(4), 3))
_CORNERS = [_TRIPLES.index((i, i, i)) for i in range(4)]
_MEANS = np.array(
    [[float(tuple(sorted(t)) == s) for s in _TRIPLES] for t in itertools.product(range(4), repeat=3)]
)
_MEANS /= _MEANS.sum(axis=0)  # (64, 20)
_POINTS = np.concatenate([np.eye(4), np.eye(4)[np.array(EDGES)].mean(axis=1)])
_EIGHTHS = _POINTS[  # corners, in barycentric coordinates, of the eight parts of a tetrahedron
    [
        [0, 4, 6, 7],
        [4, 1, 5, 8],
        [6, 5, 2, 9],
        [7, 8, 9, 3],
        [6, 8, 4, 5],
        [6, 8, 5, 9],
        [6, 8, 9, 7],
        [6, 8, 7, 4],
    ]
]


def folded_cells(points: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Cells whose Jacobian determinant is negative somewhere, numbers in ascending order.

    The Jacobian of a 10-node tetrahedron is linear, J = sum_i L_i J_i with J_i at the corners, so the determinant is a
    cubic polynomial. Its Bernstein coefficients are means of det(J_i e1, J_j e2, J_k e3) over the orders of i, j, k:
    those at the corners are values, and all of them bound the determinant from below. Where a coefficient is negative
    and no value at a corner is, the cell is cut into eight parts, which are looked at in the same way
    (A. Johnen, J.-F. Remacle and C. Geuzaine, J. Comput. Phys. 233 (2013) 359, doi:10.1016/j.jcp.2012.08.051).

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int, shape (m, 4) or (m, 10)
        Of positive volume; where all edges are straight a cell can not fold.

    Returns
    -------
    ndarray of int, shape (k,)
    """
    if cells.shape[1] == 4:
        return np.empty(0, int)
    curved = np.flatnonzero(edge_offsets(points, cells).max(axis=1) > STRAIGHT)
    gradient = shape_functions(2, np.eye(4))[1]
    found = [np.empty(0, int)]
    for start in range(0, len(curved), CHUNK):
        some = curved[start : start + CHUNK]
        jacobian = np.einsum("mai,qaj->mqij", points[cells[some]], gradient, optimize=True)
        found.append(some[_is_folded(jacobian)])
    return np.concatenate(found)


def refuse_folded(points: np.ndarray, cells: np.ndarray) -> None:
    """Check that no cell is folded.

    Parameters
    ----------
    points, cells
        As for `folded_cells`.

    Raises
    ------
    ValueError
        Naming the first folded cell, and its mid node that is farthest from the middle of its edge.
    """
    folded = folded_cells(points, cells)
    if not folded.size:
        return
    cell = cells[folded[0]]
    offset = edge_offsets(points, cell[None])[0]
    edge = int(np.argmax(offset))
    text = (
        f"cell {folded[0]} is folded ({folded.size} of {len(cells)} cells): its Jacobian determinant is negative where "
        f"no quadrature point looks. Its mid node {cell[4 + edge]} is {offset[edge]:.2f} edge lengths from the middle "
        f"between nodes {cell[EDGES[edge][0]]} and {cell[EDGES[edge][1]]}; on a straight edge up to 0.25 is valid. "
        "Move mid nodes towards the middles, or make the edges straight."
    )
    raise ValueError(text)


@njit(cache=True)
def _offsets(points, cells, first, second, offset):
    """Fill offset (m, 6); first, second: corners of each edge."""
    for cell in range(cells.shape[0]):
        for e in range(first.size):
            a, b, middle = cells[cell, first[e]], cells[cell, second[e]], cells[cell, 4 + e]
            away, length = 0.0, 0.0
            for i in range(3):
                away = max(away, abs(points[middle, i] - 0.5 * (points[a, i] + points[b, i])))
                length = max(length, abs(points[b, i] - points[a, i]))
            offset[cell, e] = away / length


def edge_offsets(points: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Distance of each mid node from the middle of its edge over the length of the edge, shape (m, 6) [-]."""
    offset = np.empty((len(cells), len(EDGES)))
    _offsets(points, cells, *np.array(EDGES).T, offset)
    return offset


def _is_folded(jacobian) -> np.ndarray:
    """Whether the determinant is negative somewhere, (m,), for Jacobians at the corners (m, 4, 3, 3)."""
    owner = np.arange(len(jacobian))
    folded = np.zeros(len(jacobian), bool)
    limit = np.zeros(len(jacobian))
    for depth in range(DEPTH + 1):
        a, b, c = np.moveaxis(jacobian, 3, 0)
        normal = np.cross(b[:, :, None], c[:, None]).reshape(len(a), 16, 3)
        coefficient = (a @ np.swapaxes(normal, 1, 2)).reshape(len(a), 64) @ _MEANS
        if depth == 0:
            limit = -ZERO * np.abs(coefficient).max(axis=1, initial=0.0)
        negative = coefficient < limit[owner, None]
        folded[owner[negative[:, _CORNERS].any(axis=1)]] = True
        undecided = negative.any(axis=1) & ~folded[owner]
        if not undecided.any():
            break
        jacobian = np.einsum("pij,mjxy->mpixy", _EIGHTHS, jacobian[undecided], optimize=True)
        jacobian = jacobian.reshape(-1, 4, 3, 3)
        owner = np.repeat(owner[undecided], len(_EIGHTHS))
    return folded
