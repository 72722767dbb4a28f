"""Coarse matrix P^T A P: its pattern once, its numbers for every new A."""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit
from vertebra.kernels.lanes import entry, load8, plus, store, zero8
from vertebra.kernels.prefetch import prefetch

from ..threads import run, share
from .prolongator import ProlongatorPattern


@dataclass(frozen=True)
class CoarsePattern:
    """Block-CSR pattern of the coarse matrix, and the prolongator by columns.

    Attributes
    ----------
    indptr, indices : ndarray of int32, shapes (n + 1,), (b,)
    mirror : ndarray of int32, shape (b,)
        Slot of (j, i) for the slot of (i, j).
    column_start : ndarray of int32, shape (n + 1,)
    column_row, column_slot : ndarray of int32, shape (c,)
        Fine row and slot of each block in a column of the prolongator.
    order : ndarray of int32, shape (n,)
        Coarse rows in clusters of neighbours, which share fine rows.
    """

    indptr: np.ndarray
    indices: np.ndarray
    mirror: np.ndarray
    column_start: np.ndarray
    column_row: np.ndarray
    column_slot: np.ndarray
    order: np.ndarray


CLUSTER = 150
"""Coarse rows computed one after another that lie around one of them: their fine rows stay in cache for each other."""


@njit(cache=True)
def _coarse_pattern(indptr, indices, start, columns, n_coarse):
    """Pattern of P^T A P, columns ascending."""
    n_rows = indptr.size - 1
    first = np.zeros(n_coarse + 1, np.int32)  # rows of each aggregate's column: transpose of P
    for s in range(start[n_rows]):
        first[columns[s] + 1] += 1
    for number in range(n_coarse):
        first[number + 1] += first[number]
    fill = np.zeros(n_coarse, np.int64)
    rows = np.empty(start[n_rows], np.int32)
    slots = np.empty(start[n_rows], np.int32)
    for i in range(n_rows):
        for s in range(start[i], start[i + 1]):
            column = columns[s]
            rows[first[column] + fill[column]] = i
            slots[first[column] + fill[column]] = s
            fill[column] += 1
    seen = np.full(n_rows, -1, np.int32)
    mark = np.full(n_coarse, -1, np.int32)
    found = np.empty(n_coarse, np.int32)
    coarse_ptr = np.zeros(n_coarse + 1, np.int32)
    capacity = max(1024, 32 * n_coarse)
    coarse_indices = np.empty(capacity, np.int32)
    end = 0
    for number in range(n_coarse):
        n_found = 0
        for q in range(first[number], first[number + 1]):
            i = rows[q]
            for p in range(indptr[i], indptr[i + 1]):
                j = entry(indices, p)
                if entry(seen, j) == number:
                    continue
                seen[j] = number
                for s in range(start[j], start[j + 1]):
                    column = entry(columns, s)
                    if entry(mark, column) != number:
                        mark[column] = number
                        found[n_found] = column
                        n_found += 1
        if end + n_found > capacity:
            capacity = 2 * (end + n_found)
            larger = np.empty(capacity, np.int32)
            for p in range(end):
                larger[p] = coarse_indices[p]
            coarse_indices = larger
        for q in range(n_found):  # insertion keeps the row sorted
            p = end + q
            while p > end and coarse_indices[p - 1] > found[q]:
                coarse_indices[p] = coarse_indices[p - 1]
                p -= 1
            coarse_indices[p] = found[q]
        end += n_found
        coarse_ptr[number + 1] = end
    mirror = np.empty(end, np.int32)
    place = np.empty(n_coarse, np.int32)
    for number in range(n_coarse):
        place[number] = coarse_ptr[number]
    for number in range(n_coarse):  # rows ascending: the column's next free place is row `number`
        for p in range(coarse_ptr[number], coarse_ptr[number + 1]):
            column = coarse_indices[p]
            mirror[p] = place[column]
            place[column] += 1
    return coarse_ptr, coarse_indices[:end].copy(), mirror, first, rows, slots


@njit(cache=True)
def _clusters(indptr, indices, largest, order):
    """Fill order (n,) breadth-first around the first row that is left, `largest` rows at a time."""
    done = np.zeros(order.size, np.bool_)
    end = 0
    for seed in range(order.size):
        if done[seed]:
            continue
        done[seed] = True
        begin = end
        order[end] = seed
        end += 1
        head = begin
        while head < end and end - begin < largest:
            for p in range(indptr[order[head]], indptr[order[head] + 1]):
                if not done[indices[p]] and end - begin < largest:
                    done[indices[p]] = True
                    order[end] = indices[p]
                    end += 1
            head += 1


@njit(cache=True, nogil=True, fastmath={"contract"})
def _triple_product(
    first, last, order, indptr, indices, values, start, columns, P, column_start, column_row, column_slot,
    coarse_ptr, coarse_indices, mirror, coarse,
):  # fmt: skip
    """Fill coarse rows order[first:last] from the diagonal on, and their mirror images.

    C_IJ = sum_j (sum_i P_iI^T A_ij) P_jJ for J >= I. The inner sums W of a coarse row and the row itself stay in
    cache; fine columns j without a J >= I are left out. Modes that an aggregate cannot carry get a diagonal.
    """
    size = values.shape[1]
    n_rows = indptr.size - 1
    widest = 0
    longest = 0
    for number in order[first:last]:
        width = 0
        for q in range(column_start[number], column_start[number + 1]):
            width += indptr[column_row[q] + 1] - indptr[column_row[q]]
        widest = max(widest, width)
        longest = max(longest, coarse_ptr[number + 1] - coarse_ptr[number])
    values = values.reshape(values.size)
    P = P.reshape(P.size)
    W = np.empty(8 * size * min(widest, n_rows))  # noqa: N806
    C = np.empty(48 * longest)  # noqa: N806
    found = np.empty(min(widest, n_rows), np.int32)
    known = np.full(n_rows, -1, np.int32)
    where = np.empty(n_rows, np.int32)
    place = np.empty(coarse_ptr.size - 1, np.int32)
    for number in order[first:last]:
        diagonal = coarse_ptr[number + 1]
        while diagonal > coarse_ptr[number] and coarse_indices[diagonal - 1] >= number:
            diagonal -= 1
            place[coarse_indices[diagonal]] = diagonal
        for p in range(6 * (coarse_ptr[number + 1] - diagonal)):
            store(C, 8 * p, zero8(C))
        n_found = 0
        for q in range(column_start[number], column_start[number + 1]):
            i = column_row[q]
            ahead = 0  # blocks from here to the row that comes next, which lies elsewhere in memory
            if q + 1 < column_start[number + 1]:
                ahead = indptr[column_row[q + 1]] - indptr[i]
            for a in range(0, size, 3):
                k = 6 * (column_slot[q] * size + a)
                f0, f1, f2 = load8(P, k), load8(P, k + 6), load8(P, k + 12)
                for p in range(indptr[i], indptr[i + 1]):
                    j = entry(indices, p)
                    prefetch(values, ((p + ahead) * size + a) * size)
                    if entry(known, j) != number:
                        known[j] = number
                        if start[j] < start[j + 1] and columns[start[j + 1] - 1] >= number:
                            where[j] = n_found
                            found[n_found] = j
                            for b in range(size):
                                store(W, 8 * (size * n_found + b), zero8(W))
                            n_found += 1
                        else:
                            where[j] = -1
                    if entry(where, j) < 0:
                        continue
                    for b in range(0, size, 3):
                        w = 8 * (size * entry(where, j) + b)
                        v0 = (size * p + a) * size + b
                        v1, v2 = v0 + size, v0 + 2 * size
                        t0 = plus(load8(W, w), entry(values, v0), f0)
                        t1 = plus(load8(W, w + 8), entry(values, v0 + 1), f0)
                        t2 = plus(load8(W, w + 16), entry(values, v0 + 2), f0)
                        t0 = plus(plus(t0, entry(values, v1), f1), entry(values, v2), f2)
                        t1 = plus(plus(t1, entry(values, v1 + 1), f1), entry(values, v2 + 1), f2)
                        t2 = plus(plus(t2, entry(values, v1 + 2), f1), entry(values, v2 + 2), f2)
                        store(W, w, t0)
                        store(W, w + 8, t1)
                        store(W, w + 16, t2)
        for at in range(n_found):
            j = found[at]
            for s in range(start[j + 1] - 1, start[j] - 1, -1):
                if columns[s] < number:
                    break
                p = 48 * (place[columns[s]] - diagonal)
                for b in range(0, size, 3):
                    w = 8 * (size * at + b)
                    k = 6 * (s * size + b)
                    f0, f1, f2 = load8(P, k), load8(P, k + 6), load8(P, k + 12)
                    for c in range(6):
                        t = plus(load8(C, p + 8 * c), entry(W, w + c), f0)
                        t = plus(plus(t, entry(W, w + 8 + c), f1), entry(W, w + 16 + c), f2)
                        store(C, p + 8 * c, t)
        largest = 0.0
        for c in range(6):
            largest = max(largest, C[9 * c])
        for c in range(6):
            if not C[9 * c] > 1e-12 * largest:
                C[9 * c] = largest if largest > 0.0 else 1.0
        for p in range(diagonal, coarse_ptr[number + 1]):
            other = mirror[p]
            for c in range(6):
                for d in range(6):
                    value = C[48 * (p - diagonal) + 8 * c + d]
                    coarse[p, c, d] = value
                    coarse[other, d, c] = value


def coarse_pattern(indptr, indices, prolongator: ProlongatorPattern, n_coarse: int) -> CoarsePattern:
    """Pattern of P^T A P for the patterns of A and P; once per hierarchy."""
    begin, columns, mirror, *by_column = _coarse_pattern(
        indptr, indices, prolongator.indptr, prolongator.indices, n_coarse
    )
    order = np.empty(n_coarse, np.int32)
    _clusters(begin, columns, CLUSTER, order)
    return CoarsePattern(begin, columns, mirror, *by_column, order=order)


def coarse_values(indptr, indices, values, prolongator: ProlongatorPattern, P, pattern: CoarsePattern):
    """Blocks (b, 6, 6) of P^T A P, summed in double precision."""
    coarse = np.empty((len(pattern.indices), 6, 6))
    length = np.diff(pattern.indptr)
    run(
        _triple_product,
        share(np.concatenate([[0], np.cumsum(length[pattern.order])])),
        pattern.order,
        indptr,
        indices,
        values,
        prolongator.indptr,
        prolongator.indices,
        P,
        pattern.column_start,
        pattern.column_row,
        pattern.column_slot,
        pattern.indptr,
        pattern.indices,
        pattern.mirror,
        coarse,
    )
    return coarse
