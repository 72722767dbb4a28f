"""Cholesky factorisation of the small dense matrix at the bottom of the hierarchy.

Written out, because a threaded BLAS spends longer on waking its threads than on a matrix of this size.
"""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit


@dataclass(frozen=True)
class Cholesky:
    """Lower factor (n, n) with the inverse of its diagonal in place of the diagonal."""

    factor: np.ndarray


@njit(cache=True)
def _dense(indptr, indices, values, dense):
    """Write blocks (b, s, s) into dense (r s, r s)."""
    size = values.shape[1]
    for i in range(indptr.size - 1):
        for p in range(indptr[i], indptr[i + 1]):
            for a in range(size):
                for b in range(size):
                    dense[size * i + a, size * indices[p] + b] = values[p, a, b]


@njit(cache=True)
def _factorise(matrix):
    """Overwrite a symmetric matrix with its lower factor, right-looking; returns the first bad pivot or -1."""
    n = matrix.shape[0]
    bound = 0.0
    for i in range(n):
        bound = max(bound, matrix[i, i])
    bad = -1
    for k in range(n):
        pivot = matrix[k, k]
        if not pivot > 1e-14 * bound:  # rounding has eaten this direction: leave it to the levels above
            if bad < 0:
                bad = k
            pivot = bound
        scale = 1.0 / np.sqrt(pivot)
        matrix[k, k] = scale
        for i in range(k + 1, n):
            matrix[i, k] *= scale
            matrix[k, i] = matrix[i, k]  # the row is used as contiguous workspace
        for i in range(k + 1, n):
            factor = matrix[i, k]
            if factor != 0.0:
                for j in range(k + 1, i + 1):
                    matrix[i, j] -= factor * matrix[k, j]
    return bad


@njit(cache=True)
def _solve(factor, b, x):
    """Solve L L^T x = b for k right-hand sides b (k, n) in any precision; x (k, n) float64."""
    n = factor.shape[0]
    for k in range(b.shape[0]):
        for i in range(n):
            total = float(b[k, i])
            for j in range(i):
                total -= factor[i, j] * x[k, j]
            x[k, i] = total * factor[i, i]
        for i in range(n - 1, -1, -1):
            value = x[k, i] * factor[i, i]
            x[k, i] = value
            for j in range(i):
                x[k, j] -= factor[i, j] * value


def dense_from_blocks(indptr, indices, values) -> np.ndarray:
    """Block-CSR matrix (b, s, s) as a dense one (r s, r s)."""
    size = (len(indptr) - 1) * values.shape[1]
    dense = np.zeros((size, size))
    _dense(indptr, indices, values, dense)
    return dense


def factorise_dense(matrix: np.ndarray) -> Cholesky:
    """Factorise a symmetric positive definite matrix, which is overwritten."""
    _factorise(matrix)
    return Cholesky(matrix)


def solve_dense(cholesky: Cholesky, b: np.ndarray) -> np.ndarray:
    """Solve for k right-hand sides of any trailing shape; same shape and precision as b."""
    flat = b.reshape(len(b), -1)
    x = np.empty(flat.shape)
    _solve(cholesky.factor, flat, x)
    return x.astype(b.dtype).reshape(b.shape)
