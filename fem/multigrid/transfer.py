"""Restriction and prolongation between the sweep orders of two levels, in single precision."""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit

from ..threads import run, share
from .prolongator import ProlongatorPattern
from .smoother import SweepPattern


@dataclass(frozen=True)
class Transfer:
    """Prolongator between sweep orders.

    Attributes
    ----------
    indptr : ndarray of int32, shape (r + 1,)
        Block-CSR over the places of the fine sweep.
    indices : ndarray of int32, shape (c,)
        First of the two places that a coarse node has in the coarse sweep.
    values : ndarray of float32, shape (c, 3, 6)
    n_coarse : int
        Places of the coarse sweep.
    """

    indptr: np.ndarray
    indices: np.ndarray
    values: np.ndarray
    n_coarse: int


@njit(cache=True, fastmath={"contract"})
def _arrange(start, columns, P, row, coarse_place, indptr, indices, values):
    """Bring P (c, s, 6) into sweep orders; rows of 3 unknowns."""
    parts = P.shape[1] // 3
    end = 0
    for here in range(row.size):
        indptr[here] = end
        i = row[here] // parts
        a0 = 3 * (row[here] % parts)
        for s in range(start[i], start[i + 1]):
            indices[end] = coarse_place[2 * columns[s]]
            for a in range(3):
                for c in range(6):
                    values[end, a, c] = P[s, a0 + a, c]
            end += 1
    indptr[row.size] = end


@njit(cache=True, nogil=True, fastmath={"contract"})
def _restrict(first, last, indptr, indices, values, fine, n_coarse):
    """Share of rows first..last in P^T fine, fine (k, r, 3), result (k, n, 3)."""
    coarse = np.zeros((fine.shape[0], n_coarse, 3), fine.dtype)
    for i in range(first, last):
        for k in range(fine.shape[0]):
            f0, f1, f2 = fine[k, i, 0], fine[k, i, 1], fine[k, i, 2]
            for s in range(indptr[i], indptr[i + 1]):
                j = indices[s]
                coarse[k, j, 0] += values[s, 0, 0] * f0 + values[s, 1, 0] * f1 + values[s, 2, 0] * f2
                coarse[k, j, 1] += values[s, 0, 1] * f0 + values[s, 1, 1] * f1 + values[s, 2, 1] * f2
                coarse[k, j, 2] += values[s, 0, 2] * f0 + values[s, 1, 2] * f1 + values[s, 2, 2] * f2
                coarse[k, j + 1, 0] += values[s, 0, 3] * f0 + values[s, 1, 3] * f1 + values[s, 2, 3] * f2
                coarse[k, j + 1, 1] += values[s, 0, 4] * f0 + values[s, 1, 4] * f1 + values[s, 2, 4] * f2
                coarse[k, j + 1, 2] += values[s, 0, 5] * f0 + values[s, 1, 5] * f1 + values[s, 2, 5] * f2
    return coarse


@njit(cache=True, nogil=True, fastmath={"contract"})
def _prolong(first, last, indptr, indices, values, coarse, fine):
    """Add P coarse to rows first..last of fine (k, r, 3)."""
    for i in range(first, last):
        for k in range(fine.shape[0]):
            f0, f1, f2 = fine[k, i, 0], fine[k, i, 1], fine[k, i, 2]
            for s in range(indptr[i], indptr[i + 1]):
                j = indices[s]
                c0, c1, c2 = coarse[k, j, 0], coarse[k, j, 1], coarse[k, j, 2]
                c3, c4, c5 = coarse[k, j + 1, 0], coarse[k, j + 1, 1], coarse[k, j + 1, 2]
                f0 += values[s, 0, 0] * c0 + values[s, 0, 1] * c1 + values[s, 0, 2] * c2
                f0 += values[s, 0, 3] * c3 + values[s, 0, 4] * c4 + values[s, 0, 5] * c5
                f1 += values[s, 1, 0] * c0 + values[s, 1, 1] * c1 + values[s, 1, 2] * c2
                f1 += values[s, 1, 3] * c3 + values[s, 1, 4] * c4 + values[s, 1, 5] * c5
                f2 += values[s, 2, 0] * c0 + values[s, 2, 1] * c1 + values[s, 2, 2] * c2
                f2 += values[s, 2, 3] * c3 + values[s, 2, 4] * c4 + values[s, 2, 5] * c5
            fine[k, i, 0], fine[k, i, 1], fine[k, i, 2] = f0, f1, f2


def build_transfer(pattern: ProlongatorPattern, P, fine: SweepPattern, coarse_row: np.ndarray) -> Transfer:
    """Prolongator P (c, s, 6) between the sweep of the fine level and the order `coarse_row` of the coarse one."""
    place = np.empty_like(coarse_row)
    place[coarse_row] = np.arange(len(coarse_row), dtype=np.int32)
    n_blocks = len(pattern.indices) * (P.shape[1] // 3)
    indptr, indices = np.empty(len(fine.row) + 1, np.int32), np.empty(n_blocks, np.int32)
    values = np.empty((n_blocks, 3, 6), np.float32)
    _arrange(pattern.indptr, pattern.indices, P, fine.row, place, indptr, indices, values)
    return Transfer(indptr, indices, values, len(coarse_row))


def restrict(transfer: Transfer, fine: np.ndarray) -> np.ndarray:
    """P^T of k fine vectors (k, r, 3)."""
    ranges = share(transfer.indptr)
    parts = run(
        _restrict, ranges, transfer.indptr, transfer.indices, transfer.values, fine, transfer.n_coarse
    )
    return sum(parts[1:], start=parts[0])


def prolong(transfer: Transfer, coarse: np.ndarray, fine: np.ndarray) -> None:
    """Add P coarse to k fine vectors (k, r, 3) in place."""
    run(_prolong, share(transfer.indptr), transfer.indptr, transfer.indices, transfer.values, coarse, fine)
