"""The weakest surface as the zero level of a field at the nodes, from the cells that it passes through."""

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components


def signed_sides(
    cells: np.ndarray, area: np.ndarray, above: np.ndarray, below: np.ndarray, count: int
) -> np.ndarray | None:
    """Sides of a surface across a body: 1 above it, -1 below, between in nodes that only its cells share.

    Cells that the surface does not pass through lie on one side of it, and so do their nodes: those that hang together
    with the upper end are above. The zero level lies within the cells of the surface.

    Parameters
    ----------
    cells : ndarray of int, shape (m, 4)
        Nodes of each cell, counted from 0.
    area : ndarray, shape (m,) [mm2]
        Of the surface in each cell.
    above, below : ndarray of int
        Nodes of the upper and of the lower end. The lowest node of a vertebra is the tip of a process, not of an end.
    count : int
        Number of nodes, n.

    Returns
    -------
    ndarray, shape (n,) [-], or None
        None where there is no surface, or where it does not part the body.
    """
    passed = area > 0
    if not (passed.any() and len(above) and len(below)):
        return None
    whole = cells[~passed]
    pairs = np.concatenate([whole[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 3))])
    links = csr_matrix((np.ones(len(pairs)), pairs.T), shape=(count, count))
    _, part = connected_components(links, directed=False)
    upper, lower = (np.bincount(part[end]).argmax() for end in (above, below))
    if upper == lower:
        return None
    sides = np.full(count, np.nan)
    sides[part == upper], sides[part == lower] = 1.0, -1.0
    return _filled(sides, cells)


def _filled(sides: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Give nodes without a side the mean of their neighbours, from the known ones inwards."""
    while np.isnan(sides).any():
        known = ~np.isnan(sides)
        value = np.where(known, sides, 0.0)
        other = cells.ravel()
        total = np.bincount(other, np.repeat(value[cells].sum(axis=1), 4), len(sides))
        count = np.bincount(other, np.repeat(known[cells].sum(axis=1), 4), len(sides))
        new = ~known & (count > 0)
        if not new.any():
            return np.where(known, sides, 0.0)
        sides = np.where(new, total / np.maximum(count, 1), sides)
    return sides
