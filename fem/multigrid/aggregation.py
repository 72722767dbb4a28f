"""Aggregates of strongly coupled nodes and the tentative prolongator that carries the rigid-body modes."""

import numpy as np

from vertebra.kernels import njit


@njit(cache=True)
def _strength(indptr, indices, values, threshold, strong):
    """Mark slots (b,) with |A_ij| > threshold sqrt(|A_ii| |A_jj|) in the Frobenius norm; the diagonal is marked."""
    n_rows = indptr.size - 1
    size = values.shape[1]
    diagonal = np.zeros(n_rows)
    for i in range(n_rows):
        for p in range(indptr[i], indptr[i + 1]):
            if indices[p] == i:
                for a in range(size):
                    for b in range(size):
                        diagonal[i] += values[p, a, b] ** 2
    for i in range(n_rows):
        for p in range(indptr[i], indptr[i + 1]):
            total = 0.0
            for a in range(size):
                for b in range(size):
                    total += values[p, a, b] ** 2
            bound = threshold * threshold * np.sqrt(diagonal[i] * diagonal[indices[p]])
            strong[p] = indices[p] == i or total > bound


@njit(cache=True)
def _aggregate(indptr, indices, strong, aggregate):
    """Fill aggregate (r,) by Vanek's three passes; -1 for nodes without strong neighbours. Returns the count."""
    n_rows = indptr.size - 1
    count = 0
    aggregate[:] = -1
    lonely = np.zeros(n_rows, np.bool_)
    for i in range(n_rows):  # 1: whole neighbourhoods that are still free
        n_strong = 0
        taken = aggregate[i] >= 0
        for p in range(indptr[i], indptr[i + 1]):
            if strong[p] and indices[p] != i:
                n_strong += 1
                taken = taken or aggregate[indices[p]] >= 0
        if n_strong == 0:
            lonely[i] = True
        elif not taken:
            for p in range(indptr[i], indptr[i + 1]):
                if strong[p]:
                    aggregate[indices[p]] = count
            count += 1
    first = np.empty(n_rows, np.int32)
    for i in range(n_rows):
        first[i] = aggregate[i]
    for i in range(n_rows):  # 2: the rest joins the neighbour from pass 1 it shares most links with
        if aggregate[i] >= 0 or lonely[i]:
            continue
        best = 0
        for p in range(indptr[i], indptr[i + 1]):
            candidate = first[indices[p]]
            if not strong[p] or candidate < 0:
                continue
            links = 0
            for s in range(indptr[i], indptr[i + 1]):
                if strong[s] and first[indices[s]] == candidate:
                    links += 1
            if links > best:
                best = links
                aggregate[i] = candidate
    for i in range(n_rows):  # 3: what is left forms its own
        if aggregate[i] >= 0 or lonely[i]:
            continue
        for p in range(indptr[i], indptr[i + 1]):
            j = indices[p]
            if strong[p] and aggregate[j] < 0 and not lonely[j]:
                aggregate[j] = count
        count += 1
    return count


@njit(cache=True)
def _tentative(aggregate, count, modes, tentative, coarse):
    """Orthonormalise the modes on each aggregate: modes = tentative @ coarse there.

    modes, tentative (r, s, c); coarse (count, c, c). Modified Gram-Schmidt, done twice; a mode that depends on
    those before it on this aggregate (an edge has no rotation about itself) gets a zero column.
    """
    n_rows, size, n_modes = modes.shape
    start = np.zeros(count + 1, np.int64)
    for i in range(n_rows):
        if aggregate[i] >= 0:
            start[aggregate[i] + 1] += 1
    for number in range(count):
        start[number + 1] += start[number]
    member = np.empty(start[count], np.int64)
    fill = np.zeros(count, np.int64)
    for i in range(n_rows):
        number = aggregate[i]
        if number >= 0:
            member[start[number] + fill[number]] = i
            fill[number] += 1
        for a in range(size):
            for c in range(n_modes):
                tentative[i, a, c] = modes[i, a, c] if number >= 0 else 0.0
    coarse[:] = 0.0
    for number in range(count):
        for c in range(n_modes):
            before = 0.0
            for p in range(start[number], start[number + 1]):
                for a in range(size):
                    before += tentative[member[p], a, c] ** 2
            for _ in range(2):
                for d in range(c):
                    product = 0.0
                    for p in range(start[number], start[number + 1]):
                        for a in range(size):
                            product += tentative[member[p], a, d] * tentative[member[p], a, c]
                    coarse[number, d, c] += product
                    for p in range(start[number], start[number + 1]):
                        for a in range(size):
                            tentative[member[p], a, c] -= product * tentative[member[p], a, d]
            after = 0.0
            for p in range(start[number], start[number + 1]):
                for a in range(size):
                    after += tentative[member[p], a, c] ** 2
            norm = np.sqrt(after)
            keep = after > 1e-12 * before
            coarse[number, c, c] = norm if keep else 0.0
            for p in range(start[number], start[number + 1]):
                for a in range(size):
                    if keep:
                        tentative[member[p], a, c] /= norm
                    else:
                        tentative[member[p], a, c] = 0.0


def find_strong(indptr, indices, values, threshold: float) -> np.ndarray:
    """Slots of couplings that count, ndarray of bool, shape (b,).

    |A_ij| > threshold sqrt(|A_ii| |A_jj|) with the Frobenius norm of the blocks.
    """
    strong = np.empty(len(indices), np.bool_)
    _strength(indptr, indices, values, threshold, strong)
    return strong


def build_aggregates(indptr, indices, strong) -> tuple[np.ndarray, int]:
    """Aggregate of each row, int32 (r,), -1 where nothing couples strongly; and their number.

    P. Vanek, J. Mandel, M. Brezina, Computing 56 (1996) 179-196, algorithm 5.1.
    """
    aggregate = np.empty(len(indptr) - 1, np.int32)
    return aggregate, _aggregate(indptr, indices, strong, aggregate)


def build_tentative(aggregate, count: int, modes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tentative prolongator (r, s, c), one block a row, and the modes on the coarse level (count, c, c)."""
    tentative = np.empty_like(modes)
    coarse = np.empty((count, modes.shape[2], modes.shape[2]))
    _tentative(aggregate, count, modes, tentative, coarse)
    return tentative, coarse
