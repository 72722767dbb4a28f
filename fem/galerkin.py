"""Coarse matrix P^T A P: its pattern once, its numbers for every new A."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from .prolongator import ProlongatorPattern


@dataclass(frozen=True)
class CoarsePattern:
    """Block-CSR pattern of the coarse matrix; `mirror` is the slot of (j, i) for the slot of (i, j)."""

    indptr: np.ndarray
    indices: np.ndarray
    mirror: np.ndarray


@njit(cache=True)
def _coarse_pattern(indptr, indices, start, columns, n_coarse):
    """Pattern of P^T A P, columns ascending."""
    n_rows = indptr.size - 1
    first = np.zeros(n_coarse + 1, np.int64)  # rows of each aggregate's column: transpose of P
    for s in range(start[n_rows]):
        first[columns[s] + 1] += 1
    for number in range(n_coarse):
        first[number + 1] += first[number]
    fill = np.zeros(n_coarse, np.int64)
    rows = np.empty(start[n_rows], np.int32)
    for i in range(n_rows):
        for s in range(start[i], start[i + 1]):
            column = columns[s]
            rows[first[column] + fill[column]] = i
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
    return coarse_ptr, coarse_indices[:end], mirror


@njit(cache=True, fastmath={"contract"})
def _triple_product(indptr, indices, values, start, columns, P, coarse_ptr, coarse_indices, mirror, coarse):
    """Fill coarse (b, 6, 6) with P^T A P: A P row by row, then its outer products with P's row, upper half only."""
    size = values.shape[1]
    n_coarse = coarse_ptr.size - 1
    mark = np.full(n_coarse, -1, np.int32)
    found = np.empty(n_coarse, np.int32)
    width = 64
    AP = np.empty((width, size, 6))  # noqa: N806
    coarse[:] = 0.0
    for i in range(indptr.size - 1):
        if start[i] == start[i + 1]:
            continue
        least = columns[start[i]]
        n_found = 0
        for p in range(indptr[i], indptr[i + 1]):
            j = indices[p]
            for s in range(start[j], start[j + 1]):
                column = columns[s]
                if column < least:
                    continue
                at = mark[column]
                if at < 0:
                    if n_found == width:
                        larger = np.empty((2 * width, size, 6))
                        for q in range(width):
                            for a in range(size):
                                for c in range(6):
                                    larger[q, a, c] = AP[q, a, c]
                        AP = larger  # noqa: N806
                        width *= 2
                    at = n_found
                    mark[column] = at
                    found[at] = column
                    AP[at] = 0.0
                    n_found += 1
                for a in range(size):  # six sums in registers, three columns of A at a time
                    t0, t1, t2 = AP[at, a, 0], AP[at, a, 1], AP[at, a, 2]
                    t3, t4, t5 = AP[at, a, 3], AP[at, a, 4], AP[at, a, 5]
                    for b in range(0, size, 3):
                        f0, f1, f2 = values[p, a, b], values[p, a, b + 1], values[p, a, b + 2]
                        t0 += f0 * P[s, b, 0] + f1 * P[s, b + 1, 0] + f2 * P[s, b + 2, 0]
                        t1 += f0 * P[s, b, 1] + f1 * P[s, b + 1, 1] + f2 * P[s, b + 2, 1]
                        t2 += f0 * P[s, b, 2] + f1 * P[s, b + 1, 2] + f2 * P[s, b + 2, 2]
                        t3 += f0 * P[s, b, 3] + f1 * P[s, b + 1, 3] + f2 * P[s, b + 2, 3]
                        t4 += f0 * P[s, b, 4] + f1 * P[s, b + 1, 4] + f2 * P[s, b + 2, 4]
                        t5 += f0 * P[s, b, 5] + f1 * P[s, b + 1, 5] + f2 * P[s, b + 2, 5]
                    AP[at, a, 0], AP[at, a, 1], AP[at, a, 2] = t0, t1, t2
                    AP[at, a, 3], AP[at, a, 4], AP[at, a, 5] = t3, t4, t5
        for s in range(start[i], start[i + 1]):
            row = columns[s]
            for at in range(n_found):
                column = found[at]
                if column < row:
                    continue
                low = coarse_ptr[row]
                high = coarse_ptr[row + 1] - 1
                while low < high:
                    middle = (low + high) // 2
                    if coarse_indices[middle] < column:
                        low = middle + 1
                    else:
                        high = middle
                for b in range(6):
                    t0, t1, t2 = coarse[low, b, 0], coarse[low, b, 1], coarse[low, b, 2]
                    t3, t4, t5 = coarse[low, b, 3], coarse[low, b, 4], coarse[low, b, 5]
                    for a in range(0, size, 3):
                        f0, f1, f2 = P[s, a, b], P[s, a + 1, b], P[s, a + 2, b]
                        t0 += f0 * AP[at, a, 0] + f1 * AP[at, a + 1, 0] + f2 * AP[at, a + 2, 0]
                        t1 += f0 * AP[at, a, 1] + f1 * AP[at, a + 1, 1] + f2 * AP[at, a + 2, 1]
                        t2 += f0 * AP[at, a, 2] + f1 * AP[at, a + 1, 2] + f2 * AP[at, a + 2, 2]
                        t3 += f0 * AP[at, a, 3] + f1 * AP[at, a + 1, 3] + f2 * AP[at, a + 2, 3]
                        t4 += f0 * AP[at, a, 4] + f1 * AP[at, a + 1, 4] + f2 * AP[at, a + 2, 4]
                        t5 += f0 * AP[at, a, 5] + f1 * AP[at, a + 1, 5] + f2 * AP[at, a + 2, 5]
                    coarse[low, b, 0], coarse[low, b, 1], coarse[low, b, 2] = t0, t1, t2
                    coarse[low, b, 3], coarse[low, b, 4], coarse[low, b, 5] = t3, t4, t5
        for at in range(n_found):
            mark[found[at]] = -1
    for row in range(n_coarse):
        for p in range(coarse_ptr[row], coarse_ptr[row + 1]):
            column = coarse_indices[p]
            if column > row:
                other = mirror[p]
                for b in range(6):
                    for c in range(6):
                        coarse[other, c, b] = coarse[p, b, c]
            elif column == row:
                largest = 0.0
                for b in range(6):
                    largest = max(largest, coarse[p, b, b])
                for b in range(6):  # a mode that the aggregate cannot carry
                    if not coarse[p, b, b] > 1e-12 * largest:
                        coarse[p, b, b] = largest if largest > 0.0 else 1.0


def coarse_pattern(indptr, indices, prolongator: ProlongatorPattern, n_coarse: int) -> CoarsePattern:
    """Pattern of P^T A P for the patterns of A and P; once per hierarchy."""
    start, found, mirror = _coarse_pattern(indptr, indices, prolongator.indptr, prolongator.indices, n_coarse)
    return CoarsePattern(start, found.copy(), mirror)


def coarse_values(indptr, indices, values, prolongator: ProlongatorPattern, P, pattern: CoarsePattern):
    """Blocks (b, 6, 6) of P^T A P."""
    coarse = np.empty((len(pattern.indices), 6, 6))
    _triple_product(
        indptr,
        indices,
        values,
        prolongator.indptr,
        prolongator.indices,
        P,
        pattern.indptr,
        pattern.indices,
        pattern.mirror,
        coarse,
    )
    return coarse
