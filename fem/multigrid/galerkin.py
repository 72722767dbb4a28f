"""Coarse matrix P^T A P: its pattern once, its numbers for every new A."""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit

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
    """

    indptr: np.ndarray
    indices: np.ndarray
    mirror: np.ndarray
    column_start: np.ndarray
    column_row: np.ndarray
    column_slot: np.ndarray


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
                j = indices[p]
                if seen[j] == number:
                    continue
                seen[j] = number
                for s in range(start[j], start[j + 1]):
                    column = columns[s]
                    if mark[column] != number:
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


@njit(cache=True, nogil=True, fastmath={"contract"})
def _triple_product(
    first, last, indptr, indices, values, start, columns, P, column_start, column_row, column_slot,
    coarse_ptr, coarse_indices, coarse,
):  # fmt: skip
    """Fill the blocks on and right of the diagonal in coarse rows first..last: C_IJ = sum_j (sum_i P_iI^T A_ij) P_jJ.

    The inner sums of a coarse row and the row itself stay in cache.
    """
    size = values.shape[1]
    n_rows = indptr.size - 1
    widest = 0
    for number in range(first, last):
        width = 0
        for q in range(column_start[number], column_start[number + 1]):
            width += indptr[column_row[q] + 1] - indptr[column_row[q]]
        widest = max(widest, width)
    parts = size // 3
    W = np.empty((parts * min(widest, n_rows), 6, 3))  # noqa: N806
    P = P.reshape((P.shape[0] * size, 6))  # lengths that are known when compiling save index arithmetic
    found = np.empty(min(widest, n_rows), np.int32)
    known = np.full(n_rows, -1, np.int32)
    where = np.empty(n_rows, np.int32)
    place = np.empty(coarse_ptr.size - 1, np.int32)
    for number in range(first, last):
        for p in range(coarse_ptr[number], coarse_ptr[number + 1]):
            place[coarse_indices[p]] = p
            if coarse_indices[p] >= number:
                for c in range(6):
                    for d in range(6):
                        coarse[p, c, d] = 0.0
        n_found = 0
        for q in range(column_start[number], column_start[number + 1]):
            i = column_row[q]
            s = column_slot[q]
            for p in range(indptr[i], indptr[i + 1]):
                j = indices[p]
                if start[j] == start[j + 1] or columns[start[j + 1] - 1] < number:
                    continue
                if known[j] != number:
                    known[j] = number
                    where[j] = n_found
                    found[n_found] = j
                    for part in range(parts * n_found, parts * n_found + parts):
                        for c in range(6):
                            for b in range(3):
                                W[part, c, b] = 0.0
                    n_found += 1
                at = where[j]
                for a in range(0, size, 3):
                    for b in range(0, size, 3):
                        a00, a01, a02 = values[p, a, b], values[p, a, b + 1], values[p, a, b + 2]
                        a10, a11, a12 = values[p, a + 1, b], values[p, a + 1, b + 1], values[p, a + 1, b + 2]
                        a20, a21, a22 = values[p, a + 2, b], values[p, a + 2, b + 1], values[p, a + 2, b + 2]
                        part = parts * at + b // 3
                        k = s * size + a
                        for c in range(6):
                            f0, f1, f2 = float(P[k, c]), float(P[k + 1, c]), float(P[k + 2, c])
                            W[part, c, 0] += f0 * a00 + f1 * a10 + f2 * a20
                            W[part, c, 1] += f0 * a01 + f1 * a11 + f2 * a21
                            W[part, c, 2] += f0 * a02 + f1 * a12 + f2 * a22
        for at in range(n_found):
            j = found[at]
            for t in range(start[j], start[j + 1]):
                if columns[t] < number:
                    continue
                p = place[columns[t]]
                for part in range(parts):
                    k = t * size + 3 * part
                    w = parts * at + part
                    for d in range(6):
                        f0, f1, f2 = float(P[k, d]), float(P[k + 1, d]), float(P[k + 2, d])
                        for c in range(6):
                            coarse[p, c, d] += W[w, c, 0] * f0 + W[w, c, 1] * f1 + W[w, c, 2] * f2


@njit(cache=True, nogil=True)
def _complete(first, last, coarse_ptr, coarse_indices, mirror, coarse):
    """Copy the right half to the left; give modes that an aggregate cannot carry a diagonal."""
    for row in range(first, last):
        for p in range(coarse_ptr[row], coarse_ptr[row + 1]):
            column = coarse_indices[p]
            if column < row:
                other = mirror[p]
                for c in range(6):
                    for d in range(6):
                        coarse[p, c, d] = coarse[other, d, c]
            elif column == row:
                largest = 0.0
                for c in range(6):
                    largest = max(largest, coarse[p, c, c])
                for c in range(6):
                    if not coarse[p, c, c] > 1e-12 * largest:
                        coarse[p, c, c] = largest if largest > 0.0 else 1.0


def coarse_pattern(indptr, indices, prolongator: ProlongatorPattern, n_coarse: int) -> CoarsePattern:
    """Pattern of P^T A P for the patterns of A and P; once per hierarchy."""
    return CoarsePattern(*_coarse_pattern(indptr, indices, prolongator.indptr, prolongator.indices, n_coarse))


def coarse_values(indptr, indices, values, prolongator: ProlongatorPattern, P, pattern: CoarsePattern):
    """Blocks (b, 6, 6) of P^T A P, summed in double precision."""
    coarse = np.empty((len(pattern.indices), 6, 6))
    ranges = share(pattern.indptr)
    run(
        _triple_product,
        ranges,
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
        coarse,
    )
    run(_complete, ranges, pattern.indptr, pattern.indices, pattern.mirror, coarse)
    return coarse
