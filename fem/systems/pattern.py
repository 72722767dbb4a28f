"""Sparsity of the stiffness on nodes that can move: order, 3x3 block rows, cells to gather from; once per mesh."""

from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from vertebra.kernels import njit

from .constraints import Constraints
from .gather import Gather, build_gather


@dataclass(frozen=True)
class Pattern:
    """Block-CSR pattern over the rows (nodes with at least one free unknown).

    Attributes
    ----------
    cells : ndarray of int32, shape (m, a)
    node : ndarray of int32, shape (r,)
        Node of each row, in breadth-first order.
    row : ndarray of int32, shape (n,)
        Row of each node, -1 where all three displacements are prescribed.
    indptr, indices : ndarray of int32, shapes (r + 1,), (b,)
        Block-CSR pattern, columns ascending.
    mirror : ndarray of int32, shape (b,)
        Slot of the block (j, i) for each block (i, j).
    gather : Gather or None
        Linear cells around each row; None for quadratic cells.
    held : ndarray of bool, shape (r, 3)
        Prescribed unknowns of nodes that are held in part.
    free : ndarray, shape (r, 3) [-]
        1 where an unknown is free, 0 where held.
    """

    cells: np.ndarray
    node: np.ndarray
    row: np.ndarray
    indptr: np.ndarray
    indices: np.ndarray
    mirror: np.ndarray
    gather: Gather | None
    held: np.ndarray
    free: np.ndarray

    @property
    def n_unknowns(self) -> int:
        """Free displacements."""
        return int(np.count_nonzero(~self.held))

    def at(self, points: np.ndarray) -> "Pattern":
        """The same pattern with the nodes at other places (n, 3) [mm]; what has been found of it is kept."""
        other = copy(self)
        if self.gather is not None:
            position = np.concatenate([points[self.node], points[self.row < 0]])
            object.__setattr__(other, "gather", replace(self.gather, position=position))
        return other

    @cached_property
    def slots(self) -> np.ndarray:
        """Where the element block (a, b) is added, int32 (m, a, a); -1 where a or b has no row."""
        slots = np.empty((*self.cells.shape, self.cells.shape[1]), np.int32)
        _slots(self.cells, self.row, self.indptr, self.indices, slots)
        return slots

    @cached_property
    def order(self) -> np.ndarray:
        """Cells sorted by their smallest row, int32 (m,), so that assembly cell by cell walks through memory."""
        return np.argsort(self.row[self.cells].min(axis=1), kind="stable").astype(np.int32)


@njit(cache=True)
def _corners_of_nodes(cells, n_points):
    """List the corners at each node: start (n + 1,), corner (m a,), cell times nodes a cell plus place in the cell."""
    n_cells, n_nodes = cells.shape
    start = np.zeros(n_points + 1, np.int32)
    for cell in range(n_cells):
        for a in range(n_nodes):
            start[cells[cell, a] + 1] += 1
    for node in range(n_points):
        start[node + 1] += start[node]
    fill = start[:-1].copy()
    corner = np.empty(cells.size, np.int32)
    for cell in range(n_cells):
        for a in range(n_nodes):
            node = cells[cell, a]
            corner[fill[node]] = cell * n_nodes + a
            fill[node] += 1
    return start, corner


@njit(cache=True)
def _breadth_first(cells, start, corner, first):
    """Nodes in breadth-first order from node first[0]; the connected part of each node."""
    n_points = start.size - 1
    queue = np.empty(n_points, np.int32)
    part = np.full(n_points, -1, np.int32)
    seen = np.zeros(cells.shape[0], np.bool_)
    head = 0
    tail = 0
    n_parts = 0
    for seed in first:
        if part[seed] >= 0:
            continue
        part[seed] = n_parts
        queue[tail] = seed
        tail += 1
        while head < tail:
            node = queue[head]
            head += 1
            for p in range(start[node], start[node + 1]):
                cell = corner[p] // cells.shape[1]
                if seen[cell]:
                    continue
                seen[cell] = True
                for a in range(cells.shape[1]):
                    other = cells[cell, a]
                    if part[other] < 0:
                        part[other] = n_parts
                        queue[tail] = other
                        tail += 1
        n_parts += 1
    return queue, part, n_parts


@njit(cache=True)
def _block_rows(cells, start, corner, node, row):
    """Block-CSR pattern of the rows, columns ascending, and the slot of each block's mirror image."""
    n_rows = node.size
    n_nodes = cells.shape[1]
    mark = np.full(n_rows, -1, np.int32)
    indptr = np.zeros(n_rows + 1, np.int32)
    for i in range(n_rows):
        count = 0
        for p in range(start[node[i]], start[node[i] + 1]):
            cell = corner[p] // n_nodes
            for a in range(n_nodes):
                j = row[cells[cell, a]]
                if j >= 0 and mark[j] != i:
                    mark[j] = i
                    count += 1
        indptr[i + 1] = indptr[i] + count
    indices = np.empty(indptr[n_rows], np.int32)
    mirror = np.empty(indptr[n_rows], np.int32)
    fill = indptr[:-1].copy()
    mark[:] = -1
    for i in range(n_rows):  # the pattern is symmetric: row by row every column fills up in ascending order
        for p in range(start[node[i]], start[node[i] + 1]):
            cell = corner[p] // n_nodes
            for a in range(n_nodes):
                j = row[cells[cell, a]]
                if j >= 0 and mark[j] != i:
                    mark[j] = i
                    indices[fill[j]] = i
                    fill[j] += 1
    for i in range(n_rows):
        fill[i] = indptr[i]
    for i in range(n_rows):
        for p in range(indptr[i], indptr[i + 1]):
            j = indices[p]
            mirror[p] = fill[j]
            fill[j] += 1
    return indptr, indices, mirror


@njit(cache=True)
def _slots(cells, row, indptr, indices, slots):
    """Slot of every element block by binary search in its row."""
    for cell in range(cells.shape[0]):
        for a in range(cells.shape[1]):
            i = row[cells[cell, a]]
            for b in range(cells.shape[1]):
                j = row[cells[cell, b]]
                if i < 0 or j < 0:
                    slots[cell, a, b] = -1
                    continue
                low = indptr[i]
                high = indptr[i + 1] - 1
                while low < high:
                    middle = (low + high) // 2
                    if indices[middle] < j:
                        low = middle + 1
                    else:
                        high = middle
                slots[cell, a, b] = low


def build_pattern(points: np.ndarray, cells: np.ndarray, constraints: Constraints) -> Pattern:
    """Order the nodes, find the block rows and the cells that each is gathered from.

    Raises
    ------
    ValueError
        If a connected part of the mesh can move as a rigid body.
    """
    held = constraints.held
    start, corner = _corners_of_nodes(cells, len(points))
    longest = np.argmax(np.ptp(points, axis=0))
    queue, part, n_parts = _breadth_first(
        cells, start, corner, np.argsort(points[:, longest]).astype(np.int32)
    )
    _check_held(points, cells, held, part, n_parts)

    node = np.ascontiguousarray(queue[~held[queue].all(axis=1)])
    row = np.full(len(points), -1, np.int32)
    row[node] = np.arange(len(node), dtype=np.int32)
    indptr, indices, mirror = _block_rows(cells, start, corner, node, row)
    gather = build_gather(points, cells, node, row, (start, corner)) if cells.shape[1] == 4 else None
    free = np.where(held[node], 0.0, 1.0)
    return Pattern(cells, node, row, indptr, indices, mirror, gather, held[node], free)


def rigid_modes(points: np.ndarray) -> np.ndarray:
    """Six rigid motions of points (n, 3): translations along and rotations about x, y, z.

    Rotations turn about the centroid and are scaled by the radius of gyration, so that all modes are alike
    in size.

    Returns
    -------
    ndarray, shape (n, 3, 6)
    """
    centred = points - points.mean(axis=0)
    radius = np.sqrt((centred**2).sum(axis=1).mean())
    x, y, z = (centred / (radius if radius > 0 else 1.0)).T
    modes = np.zeros((len(points), 3, 6))
    modes[:, [0, 1, 2], [0, 1, 2]] = 1.0
    modes[:, 1, 3], modes[:, 2, 3] = -z, y
    modes[:, 0, 4], modes[:, 2, 4] = z, -x
    modes[:, 0, 5], modes[:, 1, 5] = -y, x
    return modes


def _check_held(points, cells, held, part, n_parts):
    """Refuse a connected part of the mesh that some rigid motion leaves unstrained and unsupported."""
    for number in range(n_parts):
        nodes = np.flatnonzero(part == number) if n_parts > 1 else np.arange(len(points))
        fixed = rigid_modes(points[nodes])[held[nodes]]  # (h, 6)
        rank = (
            int(np.sum(np.linalg.eigvalsh(fixed.T @ fixed) > 1e-10 * max(len(fixed), 1))) if len(fixed) else 0
        )
        if rank == 6:
            continue
        n_cells = np.count_nonzero(part[cells[:, 0]] == number)
        cell = np.flatnonzero(part[cells[:, 0]] == number)[0]
        text = (
            f"the supports leave {6 - rank} of 6 rigid motions free in the part of the mesh that holds cell "
            f"{cell} ({n_cells} of {len(cells)} cells, {np.count_nonzero(held[nodes])} held unknowns): "
            "prescribe displacements that hold each connected part, or remove cells that hang on nothing."
        )
        raise ValueError(text)
