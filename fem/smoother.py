"""Group Gauss-Seidel in single precision on the lower half of a symmetric block matrix.

Rows of 3 unknowns are gathered in groups that are solved exactly (see grouping.py); a coarse node with 6 unknowns is
two such rows. Only blocks below the groups' diagonal are stored: a forward sweep from zero needs no others, and what
it leaves as residual, -L^T x, uses the same blocks while they are in cache; so does the backward sweep.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit


@dataclass(frozen=True)
class SweepPattern:
    """Order of the sweep and where its blocks come from; once per hierarchy.

    Attributes
    ----------
    row : ndarray of int32, shape (r,)
        Matrix row (of 3 unknowns) at each place of the sweep.
    start : ndarray of int32, shape (g + 1,)
        First place of each group.
    indptr, indices : ndarray of int32, shapes (r + 1,), (l,)
        Block-CSR of the strictly lower part between places.
    slot : ndarray of int32, shape (l,)
        Slot of each lower block in the matrix, times 4 plus its quarter for blocks of 6 x 6.
    offset : ndarray of int64, shape (g + 1,)
        First entry of each group's inverse.
    """

    row: np.ndarray
    start: np.ndarray
    indptr: np.ndarray
    indices: np.ndarray
    slot: np.ndarray
    offset: np.ndarray


@dataclass(frozen=True)
class Lower:
    """Numbers of the sweep: lower blocks (l, 3, 3) and flat inverses of the groups, float32."""

    pattern: SweepPattern
    values: np.ndarray
    inverse: np.ndarray


@njit(cache=True, fastmath={"contract"})
def _lower_pattern(indptr, indices, parts, row, place, group, start, columns, slot):
    """Find the lower blocks of each place; `parts` rows of 3 unknowns make a matrix row. Returns their number."""
    end = 0
    for here in range(row.size):
        start[here] = end
        i = row[here] // parts
        for p in range(indptr[i], indptr[i + 1]):
            for part in range(parts):
                there = place[parts * indices[p] + part]
                if group[there] < group[here]:
                    q = end
                    while q > start[here] and columns[q - 1] > there:
                        columns[q] = columns[q - 1]
                        slot[q] = slot[q - 1]
                        q -= 1
                    columns[q] = there
                    slot[q] = p * parts * parts + (row[here] % parts) * parts + part
                    end += 1
    start[row.size] = end
    return end


@njit(cache=True, fastmath={"contract"})
def _fill(indptr, indices, values, row, place, start, offset, slot, lower, inverse):
    """Copy the lower blocks (l, 3, 3) and invert the groups' diagonal blocks by Gauss-Jordan."""
    parts = values.shape[1] // 3
    for p in range(slot.size):
        source = slot[p] // (parts * parts)
        a0 = 3 * ((slot[p] // parts) % parts)
        b0 = 3 * (slot[p] % parts)
        for a in range(3):
            for b in range(3):
                lower[p, a, b] = values[source, a0 + a, b0 + b]
    largest = 0
    for g in range(start.size - 1):
        largest = max(largest, 3 * (start[g + 1] - start[g]))
    work = np.empty((largest, largest))
    for g in range(start.size - 1):
        first = start[g]
        last = start[g + 1]
        n = 3 * (last - first)
        for a in range(n):
            for b in range(n):
                work[a, b] = 0.0
        for here in range(first, last):
            i = row[here] // parts
            a0 = 3 * (row[here] % parts)
            for p in range(indptr[i], indptr[i + 1]):
                for part in range(parts):
                    there = place[parts * indices[p] + part]
                    if first <= there < last:
                        for a in range(3):
                            for b in range(3):
                                work[3 * (here - first) + a, 3 * (there - first) + b] = values[
                                    p, a0 + a, 3 * part + b
                                ]
        for pivot in range(n):
            scale = 1.0 / work[pivot, pivot]
            work[pivot, pivot] = 1.0
            for b in range(n):
                work[pivot, b] *= scale
            for a in range(n):
                if a != pivot:
                    factor = work[a, pivot]
                    work[a, pivot] = 0.0
                    for b in range(n):
                        work[a, b] -= factor * work[pivot, b]
        for a in range(n):
            for b in range(n):
                inverse[offset[g] + a * n + b] = work[a, b]


@njit(cache=True, fastmath={"contract"})
def _forward(group_start, offset, start, columns, lower, inverse, b, x, residual):
    """Sweep forwards from zero, (D + L) x = b; leaves the residual b - A x = -L^T x. Vectors (k, r, 3)."""
    largest = 0
    for g in range(group_start.size - 1):
        largest = max(largest, group_start[g + 1] - group_start[g])
    s = np.empty(3 * largest, b.dtype)
    residual[:] = 0.0
    for g in range(group_start.size - 1):
        first = group_start[g]
        last = group_start[g + 1]
        n = 3 * (last - first)
        for k in range(b.shape[0]):
            for i in range(first, last):
                s0, s1, s2 = b[k, i, 0], b[k, i, 1], b[k, i, 2]
                for p in range(start[i], start[i + 1]):
                    j = columns[p]
                    y0, y1, y2 = x[k, j, 0], x[k, j, 1], x[k, j, 2]
                    s0 -= lower[p, 0, 0] * y0 + lower[p, 0, 1] * y1 + lower[p, 0, 2] * y2
                    s1 -= lower[p, 1, 0] * y0 + lower[p, 1, 1] * y1 + lower[p, 1, 2] * y2
                    s2 -= lower[p, 2, 0] * y0 + lower[p, 2, 1] * y1 + lower[p, 2, 2] * y2
                at = 3 * (i - first)
                s[at] = s0
                s[at + 1] = s1
                s[at + 2] = s2
            at = offset[g]
            for i in range(first, last):
                x0 = inverse[at] * s[0]
                x1 = inverse[at + n] * s[0]
                x2 = inverse[at + 2 * n] * s[0]
                for c in range(1, n):
                    x0 += inverse[at + c] * s[c]
                    x1 += inverse[at + n + c] * s[c]
                    x2 += inverse[at + 2 * n + c] * s[c]
                at += 3 * n
                x[k, i, 0], x[k, i, 1], x[k, i, 2] = x0, x1, x2
                for p in range(start[i], start[i + 1]):
                    j = columns[p]
                    residual[k, j, 0] -= lower[p, 0, 0] * x0 + lower[p, 1, 0] * x1 + lower[p, 2, 0] * x2
                    residual[k, j, 1] -= lower[p, 0, 1] * x0 + lower[p, 1, 1] * x1 + lower[p, 2, 1] * x2
                    residual[k, j, 2] -= lower[p, 0, 2] * x0 + lower[p, 1, 2] * x1 + lower[p, 2, 2] * x2


@njit(cache=True, fastmath={"contract"})
def _backward(group_start, offset, start, columns, lower, inverse, b, x, above):
    """Sweep backwards over b - A x; `above` gathers L^T x of the rows already done. Vectors (k, r, 3).

    Blocks are walked downwards throughout, which measured a quarter faster than upwards within a row.
    """
    largest = 0
    for g in range(group_start.size - 1):
        largest = max(largest, group_start[g + 1] - group_start[g])
    s = np.empty(3 * largest, b.dtype)
    above[:] = 0.0
    for g in range(group_start.size - 2, -1, -1):
        first = group_start[g]
        last = group_start[g + 1]
        n = 3 * (last - first)
        for k in range(b.shape[0]):
            for i in range(first, last):
                s0, s1, s2 = b[k, i, 0], b[k, i, 1], b[k, i, 2]
                for p in range(start[i + 1] - 1, start[i] - 1, -1):
                    j = columns[p]
                    y0, y1, y2 = x[k, j, 0], x[k, j, 1], x[k, j, 2]
                    s0 -= lower[p, 0, 0] * y0 + lower[p, 0, 1] * y1 + lower[p, 0, 2] * y2
                    s1 -= lower[p, 1, 0] * y0 + lower[p, 1, 1] * y1 + lower[p, 1, 2] * y2
                    s2 -= lower[p, 2, 0] * y0 + lower[p, 2, 1] * y1 + lower[p, 2, 2] * y2
                at = 3 * (i - first)
                s[at] = s0 - above[k, i, 0]
                s[at + 1] = s1 - above[k, i, 1]
                s[at + 2] = s2 - above[k, i, 2]
            at = offset[g]
            for i in range(first, last):
                x0 = inverse[at] * s[0]
                x1 = inverse[at + n] * s[0]
                x2 = inverse[at + 2 * n] * s[0]
                for c in range(1, n):
                    x0 += inverse[at + c] * s[c]
                    x1 += inverse[at + n + c] * s[c]
                    x2 += inverse[at + 2 * n + c] * s[c]
                at += 3 * n
                x[k, i, 0], x[k, i, 1], x[k, i, 2] = x0, x1, x2
                for p in range(start[i + 1] - 1, start[i] - 1, -1):
                    j = columns[p]
                    above[k, j, 0] += lower[p, 0, 0] * x0 + lower[p, 1, 0] * x1 + lower[p, 2, 0] * x2
                    above[k, j, 1] += lower[p, 0, 1] * x0 + lower[p, 1, 1] * x1 + lower[p, 2, 1] * x2
                    above[k, j, 2] += lower[p, 0, 2] * x0 + lower[p, 1, 2] * x1 + lower[p, 2, 2] * x2


def sweep_pattern(indptr, indices, group: np.ndarray, size: int) -> SweepPattern:
    """Order of the sweep for a symmetric block-CSR pattern with blocks of `size` (3 or 6) and groups (r,)."""
    parts = size // 3
    order = np.argsort(group, kind="stable")
    row = (parts * order[:, None] + np.arange(parts)).ravel().astype(np.int32)
    place = np.empty_like(row)
    place[row] = np.arange(len(row), dtype=np.int32)
    member = np.repeat(group[order], parts)
    start = np.concatenate([np.searchsorted(member, np.arange(member[-1] + 1)), [len(row)]]).astype(np.int32)
    lower_ptr = np.empty(len(row) + 1, np.int32)
    capacity = parts * parts * (len(indices) + len(indptr)) // 2
    columns, slot = np.empty(capacity, np.int32), np.empty(capacity, np.int32)
    end = _lower_pattern(indptr, indices, parts, row, place, member, lower_ptr, columns, slot)
    offset = np.concatenate([[0], np.cumsum(9 * np.diff(start).astype(np.int64) ** 2)])
    return SweepPattern(row, start, lower_ptr, columns[:end].copy(), slot[:end].copy(), offset)


def take_lower(pattern: SweepPattern, indptr, indices, values) -> Lower:
    """Lower blocks and inverted groups of new values (b, s, s)."""
    lower = np.empty((len(pattern.slot), 3, 3), np.float32)
    inverse = np.empty(pattern.offset[-1], np.float32)
    place = np.empty_like(pattern.row)
    place[pattern.row] = np.arange(len(place), dtype=np.int32)
    _fill(
        indptr,
        indices,
        values,
        pattern.row,
        place,
        pattern.start,
        pattern.offset,
        pattern.slot,
        lower,
        inverse,
    )
    return Lower(pattern, lower, inverse)


def sweep_forward(lower: Lower, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One forward sweep from zero on k right-hand sides (k, r, 3) in sweep order: result and its residual."""
    x, residual = np.empty_like(b), np.empty_like(b)
    pattern = lower.pattern
    _forward(
        pattern.start,
        pattern.offset,
        pattern.indptr,
        pattern.indices,
        lower.values,
        lower.inverse,
        b,
        x,
        residual,
    )
    return x, residual


def sweep_backward(lower: Lower, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """One backward sweep from x (k, r, 3) in sweep order, which it overwrites and returns."""
    pattern = lower.pattern
    _backward(
        pattern.start,
        pattern.offset,
        pattern.indptr,
        pattern.indices,
        lower.values,
        lower.inverse,
        b,
        x,
        np.empty_like(b),
    )
    return x
