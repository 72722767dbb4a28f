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
    fill = first[:-1].copy()
    rows = np.empty(start[n_rows], np.int32)
    for i in range(n_rows):
        for s in range(start[i], start[i + 1]):
            rows[fill[columns[s]]] = i
            fill[columns[s]] += 1
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
            larger[:end] = coarse_indices[:end]
            coarse_indices = larger
        coarse_indices[end : end + n_found] = np.sort(found[:n_found])
        end += n_found
        coarse_ptr[number + 1] = end
    coarse_indices = coarse_indices[:end].copy()
    mirror = np.empty(end, np.int32)
    place = coarse_ptr[:-1].copy()
    for number in range(n_coarse):  # rows ascending: the column's next free place is row `number`
        for p in range(coarse_ptr[number], coarse_ptr[number + 1]):
            column = coarse_indices[p]
            mirror[p] = place[column]
            place[column] += 1
    return coarse_ptr, coarse_indices, mirror


@njit(cache=True, fastmath={"contract"})
def _triple_product(
    block, indptr, indices, values, start, columns, P, coarse_ptr, coarse_indices, mirror, coarse
):
    """Fill coarse (b, 6, 6) with P^T A P: A P row by row, then its outer products with P's row, upper half only.

    `block` is a tuple whose length is the block size of A, so that the compiler sees a constant.
    """
    size = len(block)
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
                        larger[:width] = AP
                        AP = larger  # noqa: N806
                        width *= 2
                    at = n_found
                    mark[column] = at
                    found[at] = column
                    AP[at] = 0.0
                    n_found += 1
                for a in range(size):  # six sums in registers
                    t0, t1, t2 = AP[at, a, 0], AP[at, a, 1], AP[at, a, 2]
                    t3, t4, t5 = AP[at, a, 3], AP[at, a, 4], AP[at, a, 5]
                    for b in range(size):
                        factor = values[p, a, b]
                        t0 += factor * P[s, b, 0]
                        t1 += factor * P[s, b, 1]
                        t2 += factor * P[s, b, 2]
                        t3 += factor * P[s, b, 3]
                        t4 += factor * P[s, b, 4]
                        t5 += factor * P[s, b, 5]
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
                    for a in range(size):
                        factor = P[s, a, b]
                        t0 += factor * AP[at, a, 0]
                        t1 += factor * AP[at, a, 1]
                        t2 += factor * AP[at, a, 2]
                        t3 += factor * AP[at, a, 3]
                        t4 += factor * AP[at, a, 4]
                        t5 += factor * AP[at, a, 5]
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
    return CoarsePattern(*_coarse_pattern(indptr, indices, prolongator.indptr, prolongator.indices, n_coarse))


def coarse_values(indptr, indices, values, prolongator: ProlongatorPattern, P, pattern: CoarsePattern):
    """Blocks (b, 6, 6) of P^T A P."""
    coarse = np.empty((len(pattern.indices), 6, 6))
    block = (0,) * values.shape[1]
    _triple_product(
        block,
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
