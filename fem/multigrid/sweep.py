"""Order in which the smoother sweeps, and where its blocks come from; once per hierarchy.

With several threads the groups of rows are cut into as many parts. Groups with a neighbour in an earlier part are taken
out and swept after all parts, by one thread: what remains of the parts is not coupled, so the parallel sweep is
Gauss-Seidel in another order, not an approximation of it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vertebra.kernels import njit

from ..threads import share


@dataclass(frozen=True)
class SweepPattern:
    """Places of rows of 3 unknowns in the sweep; a coarse node with 6 unknowns is two such rows.

    Attributes
    ----------
    row : ndarray of int32, shape (r,)
        Matrix row (of 3 unknowns) at each place of the sweep.
    place : ndarray of int32, shape (r,)
        Place of each matrix row.
    start : ndarray of int32, shape (g + 1,)
        First place of each group.
    parts : list of (first, last)
        Groups that each thread sweeps; the last part follows them, in one thread.
    indptr, indices : ndarray of int32, shapes (r + 1,), (l,)
        Block-CSR of the strictly lower part between places.
    slot : ndarray of int32, shape (l,)
        Slot of each lower block in the matrix; times 2 plus its half for blocks of 6 x 6.
    offset : ndarray of int64, shape (g + 1,)
        First block of each group in `inside`.
    inside : ndarray of int32, shape (d,)
        The same as `slot` for the blocks between the rows of a group, row by row; -1 where they are not coupled.
    """

    row: np.ndarray
    place: np.ndarray
    start: np.ndarray
    parts: list[tuple[int, int]]
    indptr: np.ndarray
    indices: np.ndarray
    slot: np.ndarray
    offset: np.ndarray
    inside: np.ndarray


@njit(cache=True)
def _separate(indptr, indices, group, part, late):
    """Mark groups that have a neighbour in an earlier part."""
    for i in range(indptr.size - 1):
        for p in range(indptr[i], indptr[i + 1]):
            if part[group[indices[p]]] < part[group[i]]:
                late[group[i]] = True


@njit(cache=True)
def _block_slots(indptr, indices, halves, row, place, group, first, offset, start, columns, slot, inside):
    """Find the blocks below the groups' diagonal, and inside the groups. Returns the number of the former.

    `halves` rows of 3 unknowns make a matrix row; `first` is the first place of each group.
    """
    end = 0
    inside[:] = -1
    for here in range(row.size):
        start[here] = end
        i = row[here] // halves
        own = group[here]
        diagonal = offset[own] + (here - first[own]) * (first[own + 1] - first[own]) - first[own]
        for p in range(indptr[i], indptr[i + 1]):
            for half in range(halves):
                there = place[halves * indices[p] + half]
                if first[own] <= there < first[own + 1]:
                    inside[diagonal + there] = p * halves + half
                elif there < here:
                    q = end
                    while q > start[here] and columns[q - 1] > there:
                        columns[q] = columns[q - 1]
                        slot[q] = slot[q - 1]
                        q -= 1
                    columns[q] = there
                    slot[q] = p * halves + half
                    end += 1
    start[row.size] = end
    return end


def sweep_pattern(indptr, indices, group: np.ndarray, size: int) -> SweepPattern:
    """Order of the sweep for a symmetric block-CSR pattern with blocks of `size` (3 or 6) and groups (r,)."""
    halves = size // 3
    n_groups = int(group.max()) + 1
    work = np.concatenate([[0], np.cumsum(np.bincount(group, np.diff(indptr), n_groups))]) * halves**2
    part = np.empty(n_groups, np.int32)
    ranges = share(work)
    for number, (first, last) in enumerate(ranges):
        part[first:last] = number
    late = np.zeros(n_groups, np.bool_)
    _separate(indptr, indices, group, part, late)
    part[late] = len(ranges)
    renumbered = np.empty(n_groups, np.int32)
    renumbered[np.argsort(part, kind="stable")] = np.arange(n_groups, dtype=np.int32)
    group = renumbered[group]
    edges = [0, *(int(edge) for edge in np.cumsum(np.bincount(part, minlength=len(ranges) + 1)))]

    order = np.argsort(group, kind="stable")
    row = (halves * order[:, None] + np.arange(halves)).ravel().astype(np.int32)
    place = np.empty_like(row)
    place[row] = np.arange(len(row), dtype=np.int32)
    member = np.repeat(group[order], halves)
    start = np.concatenate([np.searchsorted(member, np.arange(n_groups)), [len(row)]]).astype(np.int32)
    lower_ptr = np.empty(len(row) + 1, np.int32)
    capacity = halves * halves * (len(indices) + len(indptr)) // 2
    columns, slot = np.empty(capacity, np.int32), np.empty(capacity, np.int32)
    offset = np.concatenate([[0], np.cumsum(np.diff(start).astype(np.int64) ** 2)])
    inside = np.empty(offset[-1], np.int32)
    end = _block_slots(
        indptr, indices, halves, row, place, member, start, offset, lower_ptr, columns, slot, inside
    )
    columns, slot = columns[:end].copy(), slot[:end].copy()
    return SweepPattern(row, place, start, list(pairwise(edges)), lower_ptr, columns, slot, offset, inside)
