"""Restriction and prolongation between the sweep orders of two levels, in single precision."""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit
from vertebra.kernels.lanes import entry, load4, plus, store, total3, zero4

from ..threads import run, share
from .prolongator import ProlongatorPattern


@dataclass(frozen=True)
class Transfer:
    """Prolongator with the places of its rows and columns in the sweeps of the two levels.

    Attributes
    ----------
    pattern : ProlongatorPattern
    values : ndarray of float32, shape (c, s, 6)
        Blocks, from `smooth_prolongator`.
    place, coarse_place : ndarray of int32, shapes (r s / 3,), (2 n,)
        Place of each row of 3 unknowns; a coarse node has two places, one after the other.
    """

    pattern: ProlongatorPattern
    values: np.ndarray
    place: np.ndarray
    coarse_place: np.ndarray


@njit(cache=True, nogil=True, fastmath={"contract"})
def _restrict(first, last, start, columns, P, place, coarse_place, fine):
    """Share of rows first..last in P^T fine, fine (k, r, 4), result (k, n, 4)."""
    size = P.shape[1]
    P = P.reshape(P.size)
    coarse = np.zeros((fine.shape[0], coarse_place.size, 4), fine.dtype)
    flat = coarse.reshape(coarse.size)
    for i in range(first, last):
        for a in range(0, size, 3):
            here = place[(i * size + a) // 3]
            for k in range(fine.shape[0]):
                f0, f1, f2 = fine[k, here, 0], fine[k, here, 1], fine[k, here, 2]
                for s in range(start[i], start[i + 1]):
                    at = 6 * (s * size + a)
                    j = 4 * (k * coarse_place.size + entry(coarse_place, 2 * entry(columns, s)))
                    low = plus(load4(flat, j), f0, load4(P, at))
                    low = plus(low, f1, load4(P, at + 6))
                    low = plus(low, f2, load4(P, at + 12))
                    store(flat, j, low)
                    high = plus(load4(flat, j + 4), f0, load4(P, at + 3))
                    high = plus(high, f1, load4(P, at + 9))
                    high = plus(high, f2, load4(P, at + 15))
                    store(flat, j + 4, high)
    return coarse


@njit(cache=True, nogil=True, fastmath={"contract"})
def _prolong(first, last, start, columns, P, place, coarse_place, coarse, fine):
    """Add P coarse to rows first..last of fine (k, r, 4)."""
    size = P.shape[1]
    P = P.reshape(P.size)
    flat = coarse.reshape(coarse.size)
    for i in range(first, last):
        for a in range(0, size, 3):
            here = place[(i * size + a) // 3]
            for k in range(fine.shape[0]):
                t0 = zero4(fine)
                t1 = zero4(fine)
                t2 = zero4(fine)
                for s in range(start[i], start[i + 1]):
                    at = 6 * (s * size + a)
                    j = 4 * (k * coarse_place.size + entry(coarse_place, 2 * entry(columns, s)))
                    low = load4(flat, j)
                    high = load4(flat, j + 4)
                    t0 = plus(plus(t0, load4(P, at), low), load4(P, at + 3), high)
                    t1 = plus(plus(t1, load4(P, at + 6), low), load4(P, at + 9), high)
                    t2 = plus(plus(t2, load4(P, at + 12), low), load4(P, at + 15), high)
                fine[k, here, 0] += total3(t0)
                fine[k, here, 1] += total3(t1)
                fine[k, here, 2] += total3(t2)


def restrict(transfer: Transfer, fine: np.ndarray) -> np.ndarray:
    """P^T of k fine vectors (k, r, 4)."""
    pattern = transfer.pattern
    parts = run(
        _restrict,
        share(pattern.indptr),
        pattern.indptr,
        pattern.indices,
        transfer.values,
        transfer.place,
        transfer.coarse_place,
        fine,
    )
    return sum(parts[1:], start=parts[0])


def prolong(transfer: Transfer, coarse: np.ndarray, fine: np.ndarray) -> None:
    """Add P coarse to k fine vectors (k, r, 4) in place."""
    pattern = transfer.pattern
    run(
        _prolong,
        share(pattern.indptr),
        pattern.indptr,
        pattern.indices,
        transfer.values,
        transfer.place,
        transfer.coarse_place,
        coarse,
        fine,
    )
