"""Block Gauss-Seidel in single precision on the strictly lower half of a symmetric block matrix."""

from dataclasses import dataclass

import numpy as np
from numba import njit


@dataclass(frozen=True)
class Lower:
    """Strictly lower blocks and inverted diagonal blocks of a symmetric matrix, in single precision.

    Attributes
    ----------
    indptr, indices : ndarray of int32, shapes (r + 1,), (l,)
    values : ndarray of float32, shape (l, s, s)
    inverse : ndarray of float32, shape (r, s, s)
        Inverse of each diagonal block.
    """

    indptr: np.ndarray
    indices: np.ndarray
    values: np.ndarray
    inverse: np.ndarray


@njit(cache=True)
def _split(indptr, indices, values, start, columns, lower, inverse):
    """Copy the strictly lower blocks and invert the diagonal ones (Gauss-Jordan; they are positive definite)."""
    size = values.shape[1]
    work = np.empty((size, size))
    end = 0
    for i in range(indptr.size - 1):
        start[i] = end
        for p in range(indptr[i], indptr[i + 1]):
            if indices[p] < i:
                columns[end] = indices[p]
                for a in range(size):
                    for b in range(size):
                        lower[end, a, b] = values[p, a, b]
                end += 1
            elif indices[p] == i:
                for a in range(size):
                    for b in range(size):
                        work[a, b] = values[p, a, b]
                for pivot in range(size):
                    scale = 1.0 / work[pivot, pivot]
                    work[pivot, pivot] = 1.0
                    for b in range(size):
                        work[pivot, b] *= scale
                    for a in range(size):
                        if a != pivot:
                            factor = work[a, pivot]
                            work[a, pivot] = 0.0
                            for b in range(size):
                                work[a, b] -= factor * work[pivot, b]
                for a in range(size):
                    for b in range(size):
                        inverse[i, a, b] = work[a, b]
    start[indptr.size - 1] = end


@njit(cache=True)
def _forward3(start, columns, lower, inverse, b, x, residual):
    """Sweep forwards from zero, (D + L) x = b; the residual b - A x = -L^T x comes from the same blocks."""
    residual[:] = 0.0
    for i in range(start.size - 1):
        for k in range(b.shape[0]):
            s0, s1, s2 = b[k, i, 0], b[k, i, 1], b[k, i, 2]
            for p in range(start[i], start[i + 1]):
                j = columns[p]
                y0, y1, y2 = x[k, j, 0], x[k, j, 1], x[k, j, 2]
                s0 -= lower[p, 0, 0] * y0 + lower[p, 0, 1] * y1 + lower[p, 0, 2] * y2
                s1 -= lower[p, 1, 0] * y0 + lower[p, 1, 1] * y1 + lower[p, 1, 2] * y2
                s2 -= lower[p, 2, 0] * y0 + lower[p, 2, 1] * y1 + lower[p, 2, 2] * y2
            x0 = inverse[i, 0, 0] * s0 + inverse[i, 0, 1] * s1 + inverse[i, 0, 2] * s2
            x1 = inverse[i, 1, 0] * s0 + inverse[i, 1, 1] * s1 + inverse[i, 1, 2] * s2
            x2 = inverse[i, 2, 0] * s0 + inverse[i, 2, 1] * s1 + inverse[i, 2, 2] * s2
            x[k, i, 0], x[k, i, 1], x[k, i, 2] = x0, x1, x2
            for p in range(start[i], start[i + 1]):
                j = columns[p]
                residual[k, j, 0] -= lower[p, 0, 0] * x0 + lower[p, 1, 0] * x1 + lower[p, 2, 0] * x2
                residual[k, j, 1] -= lower[p, 0, 1] * x0 + lower[p, 1, 1] * x1 + lower[p, 2, 1] * x2
                residual[k, j, 2] -= lower[p, 0, 2] * x0 + lower[p, 1, 2] * x1 + lower[p, 2, 2] * x2


@njit(cache=True)
def _backward3(start, columns, lower, inverse, b, x, above):
    """Sweep backwards over b - A x; `above` collects L^T x of the rows already done."""
    above[:] = 0.0
    for i in range(start.size - 2, -1, -1):
        for k in range(b.shape[0]):
            s0, s1, s2 = b[k, i, 0], b[k, i, 1], b[k, i, 2]
            for p in range(start[i], start[i + 1]):
                j = columns[p]
                y0, y1, y2 = x[k, j, 0], x[k, j, 1], x[k, j, 2]
                s0 -= lower[p, 0, 0] * y0 + lower[p, 0, 1] * y1 + lower[p, 0, 2] * y2
                s1 -= lower[p, 1, 0] * y0 + lower[p, 1, 1] * y1 + lower[p, 1, 2] * y2
                s2 -= lower[p, 2, 0] * y0 + lower[p, 2, 1] * y1 + lower[p, 2, 2] * y2
            s0 -= above[k, i, 0]
            s1 -= above[k, i, 1]
            s2 -= above[k, i, 2]
            x0 = inverse[i, 0, 0] * s0 + inverse[i, 0, 1] * s1 + inverse[i, 0, 2] * s2
            x1 = inverse[i, 1, 0] * s0 + inverse[i, 1, 1] * s1 + inverse[i, 1, 2] * s2
            x2 = inverse[i, 2, 0] * s0 + inverse[i, 2, 1] * s1 + inverse[i, 2, 2] * s2
            x[k, i, 0], x[k, i, 1], x[k, i, 2] = x0, x1, x2
            for p in range(start[i + 1] - 1, start[i] - 1, -1):
                j = columns[p]
                above[k, j, 0] += lower[p, 0, 0] * x0 + lower[p, 1, 0] * x1 + lower[p, 2, 0] * x2
                above[k, j, 1] += lower[p, 0, 1] * x0 + lower[p, 1, 1] * x1 + lower[p, 2, 1] * x2
                above[k, j, 2] += lower[p, 0, 2] * x0 + lower[p, 1, 2] * x1 + lower[p, 2, 2] * x2


@njit(cache=True)
def _forward(start, columns, lower, inverse, b, x, residual):
    """As `_forward3` for blocks of any size."""
    size = lower.shape[1]
    s = np.empty(size, lower.dtype)
    y = np.empty(size, lower.dtype)
    residual[:] = 0.0
    for i in range(start.size - 1):
        for k in range(b.shape[0]):
            s[:] = b[k, i]
            for p in range(start[i], start[i + 1]):
                j = columns[p]
                for a in range(size):
                    total = s[a]
                    for c in range(size):
                        total -= lower[p, a, c] * x[k, j, c]
                    s[a] = total
            y[:] = 0.0
            for c in range(size):
                factor = s[c]
                for a in range(size):
                    y[a] += inverse[i, c, a] * factor
            x[k, i] = y
            for p in range(start[i], start[i + 1]):
                j = columns[p]
                for a in range(size):
                    factor = y[a]
                    for c in range(size):
                        residual[k, j, c] -= lower[p, a, c] * factor


@njit(cache=True)
def _backward(start, columns, lower, inverse, b, x, above):
    """As `_backward3` for blocks of any size."""
    size = lower.shape[1]
    s = np.empty(size, lower.dtype)
    y = np.empty(size, lower.dtype)
    above[:] = 0.0
    for i in range(start.size - 2, -1, -1):
        for k in range(b.shape[0]):
            s[:] = b[k, i]
            for p in range(start[i], start[i + 1]):
                j = columns[p]
                for a in range(size):
                    total = s[a]
                    for c in range(size):
                        total -= lower[p, a, c] * x[k, j, c]
                    s[a] = total
            y[:] = 0.0
            for c in range(size):
                factor = s[c] - above[k, i, c]
                for a in range(size):
                    y[a] += inverse[i, c, a] * factor
            x[k, i] = y
            for p in range(start[i], start[i + 1]):
                j = columns[p]
                for a in range(size):
                    factor = y[a]
                    for c in range(size):
                        above[k, j, c] += lower[p, a, c] * factor


def split_lower(indptr, indices, values, count: int | None = None) -> Lower:
    """Lower half and inverted diagonal of a block-CSR matrix (b, s, s) with full symmetric pattern."""
    n_rows, size = len(indptr) - 1, values.shape[1]
    n_lower = (len(indices) - n_rows) // 2
    lower = Lower(
        np.empty(n_rows + 1, np.int32),
        np.empty(n_lower, np.int32),
        np.empty((n_lower, size, size), np.float32),
        np.empty((n_rows, size, size), np.float32),
    )
    _split(indptr, indices, values, lower.indptr, lower.indices, lower.values, lower.inverse)
    return lower


def sweep_forward(lower: Lower, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One forward sweep from zero on k right-hand sides (k, r, s): the approximation and its residual."""
    x, residual = np.empty_like(b), np.empty_like(b)
    kernel = _forward3 if b.shape[2] == 3 else _forward
    kernel(lower.indptr, lower.indices, lower.values, lower.inverse, b, x, residual)
    return x, residual


def sweep_backward(lower: Lower, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """One backward sweep from x, which it overwrites and returns."""
    kernel = _backward3 if b.shape[2] == 3 else _backward
    kernel(lower.indptr, lower.indices, lower.values, lower.inverse, b, x, np.empty_like(b))
    return x
