"""Which whole cells lie inside a closed surface, so that the nodes between inside and outside can go onto it.

Cells begin by the share of their volume that lies inside. A search then flips single cells, and all cells around a
node at once, as long as that lowers a cost: how far the nodes between inside and outside lie off the surface, how
many cells have all four corners there (on a smooth surface they would become flat), and how much volume lies on the
wrong side.
"""

import numpy as np

from vertebra.kernels import njit

from ..volume_fraction import sixteen_points

FLAT = 0.3
"""Cost of a cell with four corners between inside and outside, in squares of an edge length of distance."""
MISFIT = 0.6
"""Cost of a cell that is wholly on the wrong side."""
VOLUME = 0.15
"""Share of the volume aimed at by which the search may be off."""
_SWEEPS = 20


@njit(cache=True)
def _is_between(node, n_inside, n_around):
    return 0 < n_inside[node] < n_around[node]


@njit(cache=True)
def _cost(cells, start, around, flips, inside, n_inside, n_around, off, share, seen_cell, seen_node, tag):
    """Cost of some cells, of their nodes and of the cells around these; `seen_*` keep what `tag` has counted."""
    total = 0.0
    for cell in flips:
        total += 0.6 * (1 - share[cell] if inside[cell] else share[cell])  # MISFIT
        for k in range(4):
            node = cells[cell, k]
            if seen_node[node] == tag:
                continue
            seen_node[node] = tag
            if _is_between(node, n_inside, n_around):
                total += off[node]
            for other in around[start[node] : start[node + 1]]:
                if seen_cell[other] == tag:
                    continue
                seen_cell[other] = tag
                flat = True
                for j in range(4):
                    flat = flat and _is_between(cells[other, j], n_inside, n_around)
                if flat:
                    total += 0.3  # FLAT
    return total


@njit(cache=True)
def _flip(cells, flips, inside, n_inside):
    """Turn cells inside out and count again; writes `inside` and `n_inside`."""
    for cell in flips:
        step = -1 if inside[cell] else 1
        inside[cell] = not inside[cell]
        for k in range(4):
            n_inside[cells[cell, k]] += step


@njit(cache=True)
def _search(
    cells, start, around, inside, n_inside, n_around, off, share, allowed, volume, target, slack, n_sweeps
):
    """Flip cells while the cost falls and the volume inside stays within `slack` of `target`; writes `inside`.

    Moves of a node: all cells around it to the inside, all to the outside, each one alone.
    """
    seen_cell = np.zeros(len(cells), np.int64)
    seen_node = np.zeros(len(n_around), np.int64)
    buffer = np.empty(len(cells), np.int64)
    tag = 0
    total = 0.0
    for cell in range(len(cells)):
        if inside[cell]:
            total += volume[cell]
    for _ in range(n_sweeps):
        changed = False
        for node in range(len(n_around)):
            if not _is_between(node, n_inside, n_around):
                continue
            here = around[start[node] : start[node + 1]]
            for move in range(2 + len(here)):
                count = 0
                gain = 0.0
                for k in range(len(here)):
                    cell = here[k]
                    wanted = k == move - 2 if move >= 2 else inside[cell] == (move == 1)
                    if wanted and (inside[cell] or allowed[cell]):
                        buffer[count] = cell
                        count += 1
                        gain += -volume[cell] if inside[cell] else volume[cell]
                if count == 0 or abs(total + gain - target) > max(abs(total - target), slack):
                    continue
                flips = buffer[:count]
                tag += 1
                before = _cost(
                    cells,
                    start,
                    around,
                    flips,
                    inside,
                    n_inside,
                    n_around,
                    off,
                    share,
                    seen_cell,
                    seen_node,
                    tag,
                )
                _flip(cells, flips, inside, n_inside)
                tag += 1
                after = _cost(
                    cells,
                    start,
                    around,
                    flips,
                    inside,
                    n_inside,
                    n_around,
                    off,
                    share,
                    seen_cell,
                    seen_node,
                    tag,
                )
                if after < before - 1e-9:
                    changed = True
                    total += gain
                else:
                    _flip(cells, flips, inside, n_inside)
        if not changed:
            break


def inside_cells(patch, off, share, allowed, volume, target):
    """Choose the cells inside a surface.

    Parameters
    ----------
    patch : Patch
    off : ndarray, shape (n,) [-]
        Distance of each node to the surface over the edge length there.
    share : ndarray, shape (m,) [-]
        Volume fraction of each cell inside the surface.
    allowed : ndarray of bool, shape (m,)
        Cells that may be inside.
    volume : ndarray, shape (m,) [mm3]
    target : float [mm3]
        Volume inside the surface.

    Returns
    -------
    ndarray of bool, shape (m,)
    """
    candidates = np.flatnonzero(allowed & (share > 0))
    order = candidates[np.argsort(-share[candidates], kind="stable")]
    inside = np.zeros(len(share), bool)
    inside[order[: max(1, int(np.searchsorted(np.cumsum(volume[order]), target)))]] = True
    n_around = np.diff(patch.start)
    n_inside = np.bincount(patch.cells[inside].ravel(), minlength=len(n_around))
    _search(
        patch.cells,
        patch.start,
        patch.around,
        inside,
        n_inside,
        n_around,
        off**2,
        share,
        allowed,
        volume,
        target,
        VOLUME * target,
        _SWEEPS,
    )
    return inside


def share_inside(points, cells, distance, contains):
    """Volume fraction of cells inside a surface, by sixteen points in each cell that it may cut.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int, shape (m, 4)
    distance : ndarray, shape (n,) [mm]
        Of the nodes to the surface, negative inside.
    contains : callable
        Marks points inside.

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    corners = points[cells]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    at = distance[cells]
    share = (at < 0).all(axis=1).astype(float)
    cut = np.flatnonzero(np.abs(at).min(axis=1) <= longest)
    samples = np.einsum("qa,cai->cqi", sixteen_points(), corners[cut])
    share[cut] = contains(samples.reshape(-1, 3)).reshape(samples.shape[:2]).mean(axis=1)
    return share
