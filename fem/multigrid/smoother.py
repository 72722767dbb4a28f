"""Group Gauss-Seidel in single precision on the lower half of a symmetric block matrix.

Rows of 3 unknowns are gathered in groups that are solved exactly (see grouping.py); a coarse node with 6 unknowns is
two such rows. Only blocks below the groups' diagonal are stored: a forward sweep from zero needs no others, and what
it leaves as residual, -L^T x, uses the same blocks while they are in cache; so does the backward sweep.

With several threads the groups are cut into as many parts. Groups with a neighbour in an earlier part are taken out and
swept after all parts, by one thread: what remains of the parts is not coupled, so the parallel sweep is Gauss-Seidel in
another order, not an approximation of it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vertebra.kernels import njit

from ..threads import run, share
from .lanes import lane, load4, load8, plus, roomy, store, total3, zero4, zero8


@dataclass(frozen=True)
class SweepPattern:
    """Order of the sweep and where its blocks come from; once per hierarchy.

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
        First entry of each group's inverse.
    """

    row: np.ndarray
    place: np.ndarray
    start: np.ndarray
    parts: list[tuple[int, int]]
    indptr: np.ndarray
    indices: np.ndarray
    slot: np.ndarray
    offset: np.ndarray


@dataclass(frozen=True)
class Lower:
    """Numbers of the sweep, float32: lower blocks (l, 3, 3); flat inverses of the groups, three rows by columns."""

    pattern: SweepPattern
    values: np.ndarray
    inverse: np.ndarray


@njit(cache=True)
def _separate(indptr, indices, group, part, late):
    """Mark groups that have a neighbour in an earlier part."""
    for i in range(indptr.size - 1):
        for p in range(indptr[i], indptr[i + 1]):
            if part[group[indices[p]]] < part[group[i]]:
                late[group[i]] = True


@njit(cache=True)
def _lower_pattern(indptr, indices, halves, row, place, group, start, columns, slot):
    """Find the lower blocks of each place; `halves` rows of 3 unknowns make a matrix row. Returns their number."""
    end = 0
    for here in range(row.size):
        start[here] = end
        i = row[here] // halves
        for p in range(indptr[i], indptr[i + 1]):
            for half in range(halves):
                there = place[halves * indices[p] + half]
                if group[there] < group[here]:
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


@njit(cache=True, nogil=True, fastmath={"contract"})
def _fill(
    first_group, last_group, indptr, indices, values, row, place, start, offset, lower_ptr, slot, lower, inverse
):  # fmt: skip
    """Copy the lower blocks (l, 3, 3) of some groups; invert their diagonal blocks by Gauss-Jordan."""
    halves = values.shape[1] // 3
    odd = halves - 1
    for here in range(start[first_group], start[last_group]):
        a0 = 3 * (row[here] & odd)
        for p in range(lower_ptr[here], lower_ptr[here + 1]):
            source = slot[p] >> odd
            b0 = 3 * (slot[p] & odd)
            for a in range(3):
                for b in range(3):
                    lower[p, a, b] = values[source, a0 + a, b0 + b]
    largest = 0
    for g in range(first_group, last_group):
        largest = max(largest, 3 * (start[g + 1] - start[g]))
    width = 8 * ((largest + 7) // 8)  # of a row of the block that is inverted
    work = np.zeros(largest * width)
    for g in range(first_group, last_group):
        first = start[g]
        last = start[g + 1]
        n = 3 * (last - first)
        work[: n * width] = 0.0
        for here in range(first, last):
            i = row[here] // halves
            a0 = 3 * (row[here] & odd)
            for p in range(indptr[i], indptr[i + 1]):
                for half in range(halves):
                    there = place[halves * indices[p] + half]
                    if first <= there < last:
                        for a in range(3):
                            at = width * (3 * (here - first) + a) + 3 * (there - first)
                            for b in range(3):
                                work[at + b] = values[p, a0 + a, 3 * half + b]
        for pivot in range(n):
            scale = 1.0 / work[width * pivot + pivot]
            work[width * pivot + pivot] = 1.0
            for b in range(0, n, 8):
                store(work, width * pivot + b, plus(zero8(work), scale, load8(work, width * pivot + b)))
            for a in range(n):
                if a != pivot:
                    factor = -work[width * a + pivot]
                    work[width * a + pivot] = 0.0
                    for b in range(0, n, 8):
                        at = width * a + b
                        store(work, at, plus(load8(work, at), factor, load8(work, width * pivot + b)))
        at = offset[g]
        for a in range(0, n, 3):
            for b in range(n):
                for c in range(3):
                    inverse[at] = work[width * (a + c) + b]
                    at += 1


@njit(cache=True, nogil=True, fastmath={"contract"})
def _forward(first_group, last_group, group_start, offset, start, columns, lower, inverse, b, x, residual):
    """Sweep forwards from zero, (D + L) x = b; leaves the residual b - A x = -L^T x. Vectors (k, r, 4)."""
    largest = 0
    for g in range(first_group, last_group):
        largest = max(largest, group_start[g + 1] - group_start[g])
    s = np.empty(3 * largest, b.dtype)
    lower, x_flat, residual = lower.reshape(lower.size), x.reshape(x.size), residual.reshape(residual.size)
    for g in range(first_group, last_group):
        first = group_start[g]
        last = group_start[g + 1]
        for k in range(b.shape[0]):
            origin = 4 * b.shape[1] * k
            for i in range(first, last):
                t0 = zero4(lower)
                t1 = zero4(lower)
                t2 = zero4(lower)
                for p in range(start[i], start[i + 1]):
                    y = load4(x_flat, origin + 4 * columns[p])
                    t0 = plus(t0, load4(lower, 9 * p), y)
                    t1 = plus(t1, load4(lower, 9 * p + 3), y)
                    t2 = plus(t2, load4(lower, 9 * p + 6), y)
                at = 3 * (i - first)
                s[at] = b[k, i, 0] - total3(t0)
                s[at + 1] = b[k, i, 1] - total3(t1)
                s[at + 2] = b[k, i, 2] - total3(t2)
            at = offset[g]
            for i in range(first, last):
                z = zero4(lower)
                for c in range(3 * (last - first)):
                    z = plus(z, s[c], load4(inverse, at))
                    at += 3
                store(x_flat, origin + 4 * i, z)
                for p in range(start[i], start[i + 1]):
                    j = origin + 4 * columns[p]
                    t = load4(residual, j)
                    t = plus(t, -lane(z, 0), load4(lower, 9 * p))
                    t = plus(t, -lane(z, 1), load4(lower, 9 * p + 3))
                    t = plus(t, -lane(z, 2), load4(lower, 9 * p + 6))
                    store(residual, j, t)


@njit(cache=True, nogil=True, fastmath={"contract"})
def _backward(first_group, last_group, group_start, offset, start, columns, lower, inverse, b, x, above):
    """Sweep backwards over b - A x; `above` gathers L^T x of the rows already done. Vectors (k, r, 4).

    Everything is walked downwards, blocks within a row and rows within a group too: where memory goes back and forth
    the processor does not fetch ahead, and the sweep takes twice as long.
    """
    largest = 0
    for g in range(first_group, last_group):
        largest = max(largest, group_start[g + 1] - group_start[g])
    s = np.empty(3 * largest, b.dtype)
    lower, x_flat, above_flat = lower.reshape(lower.size), x.reshape(x.size), above.reshape(above.size)
    for g in range(last_group - 1, first_group - 1, -1):
        first = group_start[g]
        last = group_start[g + 1]
        for k in range(b.shape[0]):
            origin = 4 * b.shape[1] * k
            for i in range(last - 1, first - 1, -1):
                t0 = zero4(lower)
                t1 = zero4(lower)
                t2 = zero4(lower)
                for p in range(start[i + 1] - 1, start[i] - 1, -1):
                    y = load4(x_flat, origin + 4 * columns[p])
                    t0 = plus(t0, load4(lower, 9 * p), y)
                    t1 = plus(t1, load4(lower, 9 * p + 3), y)
                    t2 = plus(t2, load4(lower, 9 * p + 6), y)
                at = 3 * (i - first)
                s[at] = b[k, i, 0] - total3(t0) - above[k, i, 0]
                s[at + 1] = b[k, i, 1] - total3(t1) - above[k, i, 1]
                s[at + 2] = b[k, i, 2] - total3(t2) - above[k, i, 2]
            at = offset[g + 1]
            for i in range(last - 1, first - 1, -1):
                z = zero4(lower)
                for c in range(3 * (last - first) - 1, -1, -1):
                    at -= 3
                    z = plus(z, s[c], load4(inverse, at))
                store(x_flat, origin + 4 * i, z)
                for p in range(start[i + 1] - 1, start[i] - 1, -1):
                    j = origin + 4 * columns[p]
                    t = load4(above_flat, j)
                    t = plus(t, lane(z, 0), load4(lower, 9 * p))
                    t = plus(t, lane(z, 1), load4(lower, 9 * p + 3))
                    t = plus(t, lane(z, 2), load4(lower, 9 * p + 6))
                    store(above_flat, j, t)


@njit(cache=True)
def _enter(row, x, ordered):
    """Copy x (k, r, s) to ordered (k, r, t), rows renumbered, first three numbers of each."""
    for k in range(x.shape[0]):
        for here in range(row.size):
            i = row[here]
            for a in range(3):
                ordered[k, here, a] = x[k, i, a]


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
    end = _lower_pattern(indptr, indices, halves, row, place, member, lower_ptr, columns, slot)
    offset = np.concatenate([[0], np.cumsum(9 * np.diff(start).astype(np.int64) ** 2)])
    parts = list(pairwise(edges))
    return SweepPattern(row, place, start, parts, lower_ptr, columns[:end].copy(), slot[:end].copy(), offset)


def take_lower(pattern: SweepPattern, indptr, indices, values) -> Lower:
    """Lower blocks and inverted groups of new values (b, s, s)."""
    lower = roomy((len(pattern.slot), 3, 3), np.float32)
    inverse = roomy((int(pattern.offset[-1]),), np.float32)
    run(
        _fill,
        pattern.parts,
        indptr,
        indices,
        values,
        pattern.row,
        pattern.place,
        pattern.start,
        pattern.offset,
        pattern.indptr,
        pattern.slot,
        lower,
        inverse,
    )
    return Lower(pattern, lower, inverse)


def enter_sweep(pattern: SweepPattern, x: np.ndarray) -> np.ndarray:
    """Vectors (k, r, 3) in sweep order and single precision, (k, r, 4): of four numbers a row the last is not used."""
    ordered = np.empty((*x.shape[:2], 4), np.float32)
    _enter(pattern.row, x, ordered)
    return ordered


def leave_sweep(pattern: SweepPattern, ordered: np.ndarray) -> np.ndarray:
    """Vectors (k, r, 3) in double precision and the order of the matrix."""
    x = np.empty((*ordered.shape[:2], 3))
    _enter(pattern.place, ordered, x)
    return x


def sweep_forward(lower: Lower, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One forward sweep from zero on k right-hand sides (k, r, 4) in sweep order: result and its residual."""
    x, residual = np.empty_like(b), np.zeros_like(b)
    parts = lower.pattern.parts
    _sweep(_forward, parts[:-1], lower, b, x, residual)
    _sweep(_forward, parts[-1:], lower, b, x, residual)
    return x, residual


def sweep_backward(lower: Lower, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """One backward sweep from x (k, r, 4) in sweep order, which it overwrites and returns."""
    above = np.zeros_like(b)
    parts = lower.pattern.parts
    _sweep(_backward, parts[-1:], lower, b, x, above)
    _sweep(_backward, parts[:-1], lower, b, x, above)
    return x


def _sweep(kernel, parts, lower, b, x, gathered):
    pattern = lower.pattern
    run(
        kernel,
        parts,
        pattern.start,
        pattern.offset,
        pattern.indptr,
        pattern.indices,
        lower.values,
        lower.inverse,
        b,
        x,
        gathered,
    )
