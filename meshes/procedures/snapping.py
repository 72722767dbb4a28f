"""Which nodes of a mesh go onto a closed surface, so that whole cells lie inside or outside of it.

Nodes near the surface are snapped, nearest first over the edge length there, until no edge is cut any more or a
snap would leave a cell with all four corners on the surface, which would be flat (warping the background grid, as
in isosurface stuffing [1]_, without the cutting of cells that would follow, for the topology must stay).

References
----------
.. [1] F. Labelle, J. R. Shewchuk, Isosurface stuffing, ACM Trans. Graph. 26 (2007) 57, doi 10.1145/1276377.1276448
"""

import numpy as np
from numba import njit


@njit(cache=True)
def _snap(cells, start, around, order, side, on):
    """Mark in `on`, in the given order, nodes that end a cut edge and leave no cell with all corners on the surface."""
    for node in order:
        if on[node]:
            continue
        cut = False
        flat = False
        for cell in around[start[node] : start[node + 1]]:
            count = 0
            for k in range(4):
                other = cells[cell, k]
                if other == node:
                    continue
                if on[other]:
                    count += 1
                elif side[other] != side[node]:
                    cut = True
            if count == 3:
                flat = True
        on[node] = cut and not flat


def snapped_nodes(patch, distance, edge, may_move):
    """Nodes to be moved onto a surface.

    Parameters
    ----------
    patch : Patch
    distance : ndarray, shape (n,) [mm]
        Signed distance of the nodes to the surface, negative inside.
    edge : ndarray, shape (n,) [mm]
        Mean length of the edges at each node.
    may_move : ndarray of bool, shape (n,)

    Returns
    -------
    ndarray of bool, shape (n,)
        Nodes on the surface: those to be moved, and those that lie within a tenth of the edge of it anyway.
    """
    relative = np.abs(distance) / np.maximum(edge, 1e-12)
    on = np.zeros(len(distance), bool)
    candidates = np.flatnonzero(may_move & (relative < 1))
    # outer nodes first where two are as near: sheets of a regular mesh stay together
    order = candidates[np.argsort(relative[candidates] + 0.05 * (distance[candidates] < 0), kind="stable")]
    resting = ~may_move & (relative < 0.1)
    on[resting] = True
    _snap(patch.cells, patch.start, patch.around, order, distance < 0, on)
    return on


def cells_inside(patch, distance, on, share):
    """Cells that belong to the inside: by their corners off the surface, or by volume where these disagree.

    Parameters
    ----------
    patch : Patch
    distance : ndarray, shape (n,) [mm]
    on : ndarray of bool, shape (n,)
        As from `snapped_nodes`.
    share : ndarray, shape (m,) [-]
        Volume fraction of each cell that lies inside.

    Returns
    -------
    inside, mixed : ndarray of bool, shape (m,)
        Inside; decided by volume.
    """
    off = ~on[patch.cells]
    inner = (off & (distance[patch.cells] < 0)).any(axis=1)
    outer = (off & (distance[patch.cells] >= 0)).any(axis=1)
    mixed = inner == outer
    return np.where(mixed, share > 0.5, inner), mixed
