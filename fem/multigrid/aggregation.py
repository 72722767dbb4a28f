"""Aggregates of strongly coupled nodes and the tentative prolongator that carries the rigid-body modes."""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit
from vertebra.kernels.lanes import entry, roomy

from ..threads import run, share


@njit(cache=True, nogil=True, fastmath={"contract"})
def _norms(first, last, indptr, indices, values, norm, diagonal):
    """Frobenius norm of each block (b,) in rows first..last, and of the diagonal blocks (r,)."""
    size = values.shape[1] ** 2
    values = values.reshape(values.size)
    for i in range(first, last):
        for p in range(indptr[i], indptr[i + 1]):
            total = 0.0
            for v in range(p * size, (p + 1) * size, 3):
                total += entry(values, v) ** 2 + entry(values, v + 1) ** 2 + entry(values, v + 2) ** 2
            norm[p] = np.sqrt(total)
            if indices[p] == i:
                diagonal[i] = norm[p]


@njit(cache=True, nogil=True)
def _strength(first, last, indptr, indices, norm, diagonal, threshold, strong):
    """Mark slots with |A_ij|^2 > threshold^2 |A_ii| |A_jj| in rows first..last; the diagonal is marked."""
    for i in range(first, last):
        bound = threshold * threshold * diagonal[i]
        for p in range(indptr[i], indptr[i + 1]):
            j = indices[p]
            strong[p] = j == i or norm[p] * norm[p] > bound * diagonal[j]


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
def _rigid(points, free, radius, modes):
    """Six rigid motions (r, 3, 6) about the origin, zero where a displacement is held; see `rigid_modes`."""
    for i in range(points.shape[0]):
        x, y, z = points[i, 0] / radius, points[i, 1] / radius, points[i, 2] / radius
        for a in range(3):
            for c in range(6):
                modes[i, a, c] = 0.0
            modes[i, a, a] = free[i, a]
        modes[i, 1, 3], modes[i, 2, 3] = -z * free[i, 1], y * free[i, 2]
        modes[i, 0, 4], modes[i, 2, 4] = z * free[i, 0], -x * free[i, 2]
        modes[i, 0, 5], modes[i, 1, 5] = -y * free[i, 0], x * free[i, 1]


@njit(cache=True)
def _tentative(aggregate, count, modes, tentative, coarse):
    """Orthonormalise the modes on each aggregate: modes = tentative @ coarse there.

    modes, tentative (r, s, 6); coarse (count, 6, 6). Modified Gram-Schmidt, done twice; a mode that depends on
    those before it on this aggregate (an edge has no rotation about itself) gets a zero column.
    """
    n_rows, size, n_modes = modes.shape
    start = np.zeros(count + 1, np.int64)
    for i in range(n_rows):
        if aggregate[i] >= 0:
            start[aggregate[i] + 1] += 1
        else:
            for a in range(size):
                for c in range(n_modes):
                    tentative[i, a, c] = 0.0
    longest = 0
    for number in range(count):
        longest = max(longest, start[number + 1])
        start[number + 1] += start[number]
    member = np.empty(start[count], np.int64)
    fill = np.zeros(count, np.int64)
    for i in range(n_rows):
        number = aggregate[i]
        if number >= 0:
            member[start[number] + fill[number]] = i
            fill[number] += 1
    Q = np.empty((n_modes, size * longest))  # noqa: N806
    R = np.empty((n_modes, n_modes))
    for number in range(count):
        n = 0
        for p in range(start[number], start[number + 1]):
            for a in range(size):
                for c in range(n_modes):
                    Q[c, n] = modes[member[p], a, c]
                n += 1
        for c in range(n_modes):
            for d in range(n_modes):
                R[d, c] = 0.0
            before = 0.0
            for q in range(n):
                before += Q[c, q] ** 2
            for _ in range(2):
                for d in range(c):
                    product = 0.0
                    for q in range(n):
                        product += Q[d, q] * Q[c, q]
                    R[d, c] += product
                    for q in range(n):
                        Q[c, q] -= product * Q[d, q]
            after = 0.0
            for q in range(n):
                after += Q[c, q] ** 2
            keep = after > 1e-12 * before
            R[c, c] = np.sqrt(after) if keep else 0.0
            scale = 1.0 / np.sqrt(after) if keep else 0.0
            for q in range(n):
                Q[c, q] *= scale
        for c in range(n_modes):
            for d in range(n_modes):
                coarse[number, c, d] = R[c, d]
        n = 0
        for p in range(start[number], start[number + 1]):
            for a in range(size):
                for c in range(n_modes):
                    tentative[member[p], a, c] = Q[c, n]
                n += 1


@dataclass(frozen=True)
class Norms:
    """Frobenius norms of the blocks (b,) and of the diagonal blocks alone (r,), in single precision."""

    block: np.ndarray
    diagonal: np.ndarray


def block_norms(indptr, indices, values) -> Norms:
    """Norms of blocks (b, s, s)."""
    norms = Norms(np.empty(len(indices), np.float32), np.zeros(len(indptr) - 1, np.float32))
    run(_norms, share(indptr), indptr, indices, values, norms.block, norms.diagonal)
    return norms


def find_strong(indptr, indices, norms: Norms, threshold: float) -> np.ndarray:
    """Slots of couplings that count, ndarray of bool, shape (b,).

    |A_ij| > threshold sqrt(|A_ii| |A_jj|) with the Frobenius norm of the blocks.
    """
    strong = np.empty(len(indices), np.bool_)
    run(_strength, share(indptr), indptr, indices, norms.block, norms.diagonal, threshold, strong)
    return strong


def build_aggregates(indptr, indices, strong) -> tuple[np.ndarray, int]:
    """Aggregate of each row, int32 (r,), -1 where nothing couples strongly; and their number.

    P. Vanek, J. Mandel, M. Brezina, Computing 56 (1996) 179-196, algorithm 5.1.
    """
    aggregate = np.empty(len(indptr) - 1, np.int32)
    return aggregate, _aggregate(indptr, indices, strong, aggregate)


def free_rigid_modes(points: np.ndarray, free: np.ndarray) -> np.ndarray:
    """`rigid_modes` of points (r, 3) in single precision (r, 3, 6), times `free` (r, 3)."""
    centred = points - points.mean(axis=0)
    radius = float(np.sqrt(np.vdot(centred, centred) / len(points)))
    modes = np.empty((*points.shape, 6), np.float32)
    _rigid(centred, free, radius if radius > 0 else 1.0, modes)
    return modes


def build_tentative(aggregate, count: int, modes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tentative prolongator (r, s, 6), one block a row, and the modes on the coarse level (count, 6, 6)."""
    tentative = roomy(modes.shape, np.float32)
    coarse = np.empty((count, modes.shape[2], modes.shape[2]), np.float32)
    _tentative(aggregate, count, modes, tentative, coarse)
    return tentative, coarse
