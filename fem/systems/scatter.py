"""Stiffness of quadratic tetrahedra, added cell by cell to the blocks right of the diagonal.

Blocks left of the diagonal are copied, and a diagonal block is what balances its row, for a translation strains
nothing.
"""

from dataclasses import dataclass, replace

import numpy as np

from vertebra.kernels import njit

from ..cells.folding import edge_offsets
from ..cells.geometry import Geometry
from ..threads import run, share
from .quadratic_blocks import FIRST, SECOND, add_curved, add_straight, linear_terms
from .slots import find_slot

STRAIGHT = 1e-13
"""Distance of a mid node from the middle of its edge, over the length of the edge, that is rounding."""
NOWHERE = np.int32(-(2**31))
"""Slot of a pair without a free unknown."""


@dataclass(frozen=True)
class Scatter:
    """Quadratic cells in the order of their first row, once per mesh.

    Attributes
    ----------
    cell : ndarray of int32, shape (t,)
        Cell of the mesh.
    span : ndarray of int32, shape (t, 2)
        Smallest and largest row of its nodes.
    slot : ndarray of int32, shape (t, 45)
        Where the block of each pair of nodes is added: right of the diagonal; on it, if one of them is held altogether;
        the complement where the transposed block is meant.
    straight : ndarray of bool, shape (t,)
        Cells whose edges are all straight.
    """

    cell: np.ndarray
    span: np.ndarray
    slot: np.ndarray
    straight: np.ndarray

    def at(self, points: np.ndarray, cells: np.ndarray) -> "Scatter":
        """The same cells (m, 10) with the nodes at other places (n, 3) [mm]."""
        return replace(self, straight=_are_straight(points, cells)[self.cell])


@njit(cache=True)
def _place(cells, cell, row, indptr, indices, first, second, nowhere, span, slot):
    """Fill span (t, 2) and slot (t, p) of the selected cells; first, second (p,): nodes of the pairs."""
    for t in range(cell.size):
        nodes = cells[cell[t]]
        low, high = indptr.size, -1
        for node in nodes:
            if row[node] >= 0:
                low, high = min(low, row[node]), max(high, row[node])
        span[t, 0], span[t, 1] = low, high
        for p in range(first.size):
            i, j = row[nodes[first[p]]], row[nodes[second[p]]]
            if i < 0 and j < 0:
                slot[t, p] = nowhere
            elif j < 0:
                slot[t, p] = find_slot(indptr, indices, i, i)
            elif i < 0:
                slot[t, p] = ~find_slot(indptr, indices, j, j)
            elif i < j:
                slot[t, p] = find_slot(indptr, indices, i, j)
            else:
                slot[t, p] = ~find_slot(indptr, indices, j, i)


@njit(cache=True, nogil=True)
def _complete(first, last, indptr, indices, values):
    """Copy what stands right of the diagonal to the left of it in rows first..last, and balance the rows."""
    following = np.full(last, -1, np.int32)  # slot of the next block of each row to be copied
    total = np.empty((3, 3))
    for i in range(first, last):
        diagonal = indptr[i]
        for a in range(3):
            for b in range(3):
                total[a, b] = 0.0
        while indices[diagonal] < i:
            j = indices[diagonal]
            q = following[j]
            if q < 0:
                q = indptr[j]
                while indices[q] < i:
                    q += 1
            following[j] = q + 1
            for a in range(3):
                for b in range(3):
                    values[diagonal, a, b] = values[q, b, a]
                    total[a, b] += values[q, b, a]
            diagonal += 1
        for p in range(diagonal, indptr[i + 1]):
            for a in range(3):
                for b in range(3):
                    total[a, b] += values[p, a, b]
        for a in range(3):
            for b in range(3):
                values[diagonal, a, b] = -0.5 * (total[a, b] + total[b, a])


def build_scatter(points, cells, row, indptr, indices) -> Scatter:
    """Sort quadratic cells (m, 10) by their first row and find the slots of their blocks; row (n,) as in `Pattern`."""
    number = np.where(row < 0, np.int32(len(indptr)), row)
    smallest = number[cells].min(axis=1)
    order = np.argsort(smallest, kind="stable").astype(np.int32)
    cell = order[: np.count_nonzero(smallest < len(indptr))]
    span = np.empty((len(cell), 2), np.int32)
    slot = np.empty((len(cell), len(FIRST)), np.int32)
    _place(cells, cell, row, indptr, indices, FIRST, SECOND, NOWHERE, span, slot)
    return Scatter(cell, span, slot, _are_straight(points, cells)[cell])


def _are_straight(points, cells):
    """Whether all edges of each cell are straight, bool (m,)."""
    return edge_offsets(points, cells).max(axis=1) <= STRAIGHT


def scatter_stiffness(scatter: Scatter, geometry: Geometry, indptr, indices, lam, mu) -> np.ndarray:
    """Values (b, 3, 3) [N/mm] for moduli (m,) [MPa]."""
    values = np.zeros((len(indices), 3, 3))
    ranges = share(indptr)
    mesh = geometry.points, geometry.cells, scatter.cell, scatter.span
    if scatter.straight.any():
        terms = linear_terms()
        run(
            add_straight,
            ranges,
            *mesh,
            scatter.slot.ravel(),
            scatter.straight,
            lam,
            mu,
            terms.begin,
            terms.block.ravel(),
            terms.weight,
            indptr,
            values.ravel(),
        )
    if not scatter.straight.all():
        gradient, volume = geometry.element.gradient, geometry.volume
        curved = scatter.slot, scatter.straight, gradient, volume, lam, mu, FIRST, SECOND
        run(add_curved, ranges, *mesh, *curved, indptr, values)
    run(_complete, ranges, indptr, indices, values)
    return values
