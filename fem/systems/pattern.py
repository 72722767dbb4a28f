"""Sparsity of the stiffness on nodes that can move: order, 3x3 block rows, cells to gather from; once per mesh."""

from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vertebra.kernels import njit

from .constraints import Constraints
from .gather import Gather, build_gather
from .ordering import order_nodes
from .scatter import Scatter, build_scatter
from .slots import find_slot


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
        Block-CSR pattern, columns ascending; symmetric.
    cells_of_rows : Gather or Scatter
        Linear or quadratic cells in the order of the rows.
    held : ndarray of bool, shape (r, 3)
        Prescribed unknowns of nodes that are held in part.
    """

    cells: np.ndarray
    node: np.ndarray
    row: np.ndarray
    indptr: np.ndarray
    indices: np.ndarray
    cells_of_rows: Gather | Scatter
    held: np.ndarray

    @property
    def n_unknowns(self) -> int:
        """Free displacements."""
        return int(np.count_nonzero(~self.held))

    def at(self, points: np.ndarray) -> "Pattern":
        """The same pattern with the nodes at other places (n, 3) [mm]; what has been found of it is kept."""
        other = copy(self)
        object.__setattr__(other, "cells_of_rows", self.cells_of_rows.at(points, self.cells))
        return other

    @cached_property
    def free(self) -> np.ndarray:
        """1 where an unknown is free, 0 where held; float32 (r, 3) [-]."""
        return np.where(self.held, np.float32(0), np.float32(1))

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
def _block_rows(start, later, indptr, indices):
    """Fill the pattern (r + 1,), (b,) from the later neighbours of each row; columns ascend."""
    n_rows = start.size - 1
    indptr[0] = 0
    for i in range(n_rows):
        indptr[i + 1] = 1 + start[i + 1] - start[i]
    for q in range(start[n_rows]):
        indptr[later[q] + 1] += 1
    for i in range(n_rows):
        indptr[i + 1] += indptr[i]
    end = indptr[:-1].copy()
    for i in range(
        n_rows
    ):  # columns up to the diagonal: rows ascend, so what is added to another row does too
        indices[end[i]] = i
        end[i] += 1
        for q in range(start[i], start[i + 1]):
            j = later[q]
            indices[end[j]] = i
            end[j] += 1
    for j in range(n_rows):  # their mirror images
        for p in range(indptr[j], indptr[j + 1]):
            i = indices[p]
            if i >= j:
                break
            indices[end[i]] = j
            end[i] += 1


@njit(cache=True)
def _slots(cells, row, indptr, indices, slots):
    """Slot of every element block."""
    for cell in range(cells.shape[0]):
        for a in range(cells.shape[1]):
            i = row[cells[cell, a]]
            for b in range(cells.shape[1]):
                j = row[cells[cell, b]]
                if i < 0 or j < 0:
                    slots[cell, a, b] = -1
                    continue
                slots[cell, a, b] = find_slot(indptr, indices, i, j)


def build_pattern(points: np.ndarray, cells: np.ndarray, constraints: Constraints) -> Pattern:
    """Order the nodes, find the block rows and the cells that each is gathered from.

    Raises
    ------
    ValueError
        If a connected part of the mesh can move as a rigid body.
    """
    held = constraints.held
    ordering = order_nodes(points, cells, np.all(held, axis=1))
    _check_held(points, cells, held, ordering.part, ordering.n_parts)
    n_rows, number = ordering.n_rows, ordering.number
    indptr, indices = np.empty(n_rows + 1, np.int32), np.empty(n_rows + 2 * len(ordering.later), np.int32)
    _block_rows(ordering.start, ordering.later, indptr, indices)
    at = np.empty(len(points), np.int32)
    at[number] = np.arange(len(points), dtype=np.int32)
    node = at[:n_rows].copy()
    row = np.where(number < n_rows, number, np.int32(-1))
    if cells.shape[1] == 4:
        cells_of_rows = build_gather(points, at, cells, number, n_rows)
    else:
        cells_of_rows = build_scatter(points, cells, row, indptr, indices)
    return Pattern(cells, node, row, indptr, indices, cells_of_rows, held[node])


def rigid_modes(points: np.ndarray) -> np.ndarray:
    """Six rigid motions of points (n, 3): translations along and rotations about x, y, z.

    Rotations turn about the centroid and are scaled by the radius of gyration, so that all modes are alike
    in size.

    Returns
    -------
    ndarray, shape (n, 3, 6)
    """
    return _motions(points, *_frame(points))


def _frame(points):
    """Centroid and radius of gyration; 1 for a single point."""
    centre = points.mean(axis=0)
    centred = points - centre
    radius = np.sqrt(np.vdot(centred, centred) / len(points))
    return centre, radius if radius > 0 else 1.0


def _motions(points, centre, radius):
    """Six rigid motions of points (n, 3) about a centre, rotations over a radius; shape (n, 3, 6)."""
    x, y, z = ((points - centre) / radius).T
    modes = np.zeros((len(points), 3, 6))
    modes[:, [0, 1, 2], [0, 1, 2]] = 1.0
    modes[:, 1, 3], modes[:, 2, 3] = -z, y
    modes[:, 0, 4], modes[:, 2, 4] = z, -x
    modes[:, 0, 5], modes[:, 1, 5] = -y, x
    return modes


def _check_held(points, cells, held, part, n_parts):
    """Refuse a connected part of the mesh that some rigid motion leaves unstrained and unsupported."""
    some = np.flatnonzero(held.any(axis=1))
    for number in range(n_parts):
        frame = _frame(points[part == number] if n_parts > 1 else points)
        nodes = some[part[some] == number]
        fixed = _motions(points[nodes], *frame)[held[nodes]]  # (h, 6)
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
