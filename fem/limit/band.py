"""The part of a body in which a field of velocities changes, cut into smaller cells.

Where u is 0 or 1 nothing is dissipated: held there, the field on the finer cells of the band alone is a velocity of the
whole body and bounds its collapse load from above. So a split by eight costs what the band costs.
"""

from dataclasses import dataclass

import numpy as np

from .tetrahedra import Faces, gradients, split

STILL = 0.02
"""A cell whose corners are all this near to 0, or all to 1, lies outside the band."""


@dataclass(frozen=True, eq=False)
class Band:
    """Linear tetrahedra with what is given at their nodes.

    Attributes
    ----------
    points : ndarray, shape (v, 3) [mm]
    cells : ndarray of int32, shape (m, 4)
    parent : ndarray of int, shape (m,)
        Cell of the body in which each lies.
    given : ndarray, shape (v,)
        0, 1, or NaN where u is free.
    gradient : ndarray, shape (m, 4, 3) [1/mm]
    volume : ndarray, shape (m,) [mm3]
    """

    points: np.ndarray
    cells: np.ndarray
    parent: np.ndarray
    given: np.ndarray
    gradient: np.ndarray
    volume: np.ndarray


def refined_band(coarse: Band, u: np.ndarray, also: np.ndarray) -> tuple[Band, np.ndarray, np.ndarray]:
    """Cut the cells of a band in which u changes, and those around them, by eight.

    Parameters
    ----------
    coarse : Band
    u : ndarray, shape (v,) [-]
        Field on it.
    also : ndarray of bool, shape (m,)
        Further cells to be cut.

    Returns
    -------
    band : Band
    u : ndarray
        The field on the finer cells.
    inside : ndarray of bool, shape (m,)
        Cells that were cut, each into eight after eight.
    """
    corners = u[coarse.cells]
    changes = (corners.max(axis=1) > STILL) & (corners.min(axis=1) < 1 - STILL) | also
    near = np.zeros(len(u), bool)
    near[coarse.cells[changes]] = True
    inside = near[coarse.cells].any(axis=1)
    still = np.full(len(u), np.nan)
    outside = coarse.cells[~inside]
    still[outside] = np.round(u[outside])
    given = np.where(np.isnan(coarse.given), still, coarse.given)
    nodes, cells = np.unique(coarse.cells[inside], return_inverse=True)
    cells = cells.reshape(-1, 4)
    given, field = given[nodes], u[nodes]
    held = _held_edges(cells, given)
    points, parts, ends = split(coarse.points[nodes], cells)
    middle = np.full(len(ends), np.nan)
    low = given[ends[:, 0]]
    on_edge = np.isin(ends[:, 0] * len(nodes) + ends[:, 1], held)
    middle[on_edge] = low[on_edge]
    fine = Band(
        points,
        parts,
        np.repeat(coarse.parent[inside], 8),
        np.concatenate([given, middle]),
        *gradients(points, parts),
    )
    return fine, np.concatenate([field, field[ends].mean(axis=1)]), np.asarray(inside)


def _held_edges(cells: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Edges of outer faces that are held as a whole, as lower end times number of nodes plus upper end."""
    faces = Faces.of(cells)
    values = given[faces.nodes]
    held = faces.nodes[faces.exterior & (values == values[:, :1]).all(axis=1)]
    pairs = np.concatenate([held[:, [0, 1]], held[:, [0, 2]], held[:, [1, 2]]])
    return np.unique(pairs[:, 0] * len(given) + pairs[:, 1])
