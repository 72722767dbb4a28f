"""Smoothed prolongator: one damped block-Jacobi step with the filtered matrix on the tentative one."""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit
from vertebra.kernels.lanes import entry, load4, load8, plus, roomy, store, total3, zero4, zero8
from vertebra.kernels.prefetch import prefetch

from ..threads import run, share


@dataclass(frozen=True)
class ProlongatorPattern:
    """Block-CSR pattern (r rows, one column per aggregate): `indptr` (r + 1,), `indices` (c,), int32."""

    indptr: np.ndarray
    indices: np.ndarray


@njit(cache=True)
def _pattern(indptr, indices, strong, aggregate, start, columns):
    """Columns of each row: aggregates of its strong neighbours, ascending. Returns the number of blocks."""
    end = 0
    for i in range(indptr.size - 1):
        start[i] = end
        for p in range(indptr[i], indptr[i + 1]):
            column = aggregate[indices[p]]
            if not strong[p] or column < 0 or aggregate[i] < 0:
                continue
            s = start[i]
            while s < end and columns[s] < column:
                s += 1
            if s < end and columns[s] == column:
                continue
            for move in range(end, s, -1):
                columns[move] = columns[move - 1]
            columns[s] = column
            end += 1
    start[indptr.size - 1] = end
    return end


@njit(cache=True, nogil=True)
def _invert(matrix, out):
    """Inverse of a symmetric matrix from its lower half by Cholesky; False where it is not safely definite."""
    n = matrix.shape[0]
    for i in range(n):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= out[i, k] * out[j, k]
            if i == j:
                if not total > 1e-3 * matrix[i, i]:
                    return False
                out[i, i] = np.sqrt(total)
            else:
                out[i, j] = total / out[j, j]
    for i in range(n):  # lower factor inverted in place
        out[i, i] = 1.0 / out[i, i]
        for j in range(i):
            total = 0.0
            for k in range(j, i):
                total -= out[i, k] * out[k, j]
            out[i, j] = total * out[i, i]
    for i in range(n):  # inverse = L^-T L^-1, rows from the top
        for j in range(i + 1):
            total = 0.0
            for k in range(i, n):
                total += out[k, i] * out[k, j]
            out[i, j] = total
    for i in range(n):
        for j in range(i):
            out[j, i] = out[i, j]
    return True


@njit(cache=True, nogil=True)
def _inverse_diagonal(first, last, indptr, indices, values, inverse):
    """Inverse (r, s, s) of the diagonal blocks; of their diagonal alone where a block is not safely definite."""
    size = values.shape[1]
    flat = values.reshape(values.size)
    block = np.empty((size, size))
    scratch = np.empty((size, size))
    found = np.empty(32, np.int64)
    for begin in range(first, last, found.size):
        end = min(begin + found.size, last)
        for i in range(begin, end):  # diagonals lie far apart in memory: ask for some at a time
            diagonal = int(indptr[i])
            while entry(indices, diagonal) != i:
                diagonal += 1
            found[i - begin] = diagonal
            prefetch(flat, diagonal * size * size)
            prefetch(flat, (diagonal + 1) * size * size - 1)
        for i in range(begin, end):
            diagonal = found[i - begin]
            for a in range(size):
                for b in range(a + 1):
                    block[a, b] = 0.5 * (values[diagonal, a, b] + values[diagonal, b, a])
            good = _invert(block, scratch)
            for a in range(size):
                for b in range(size):
                    if good:
                        inverse[i, a, b] = scratch[a, b]
                    else:
                        inverse[i, a, b] = 1.0 / values[diagonal, a, a] if a == b else 0.0


@njit(cache=True, nogil=True, fastmath={"contract"})
def _power_step(first, last, indptr, indices, values, strong, inverse, x, y):
    """Compute y = D^-1 A x for the filtered matrix; x, y (r, s). Returns |x|^2 and |y|^2 of the rows.

    A block is read to the end of its lanes: what follows the last block off the diagonal is the diagonal of its row.
    """
    size = x.shape[1]
    values, x = values.reshape(values.size), x.reshape(x.size)
    row = np.zeros(size)
    before = 0.0
    after = 0.0
    for i in range(first, last):
        for a in range(0, size, 3):
            t0 = zero4(x)
            t1 = zero4(x)
            t2 = zero4(x)
            for p in range(indptr[i], indptr[i + 1]):
                j = entry(indices, p)
                if j == i or not entry(strong, p):
                    continue
                for b in range(0, size, 3):
                    f = load4(x, j * size + b)
                    v = (p * size + a) * size + b
                    t0 = plus(t0, load4(values, v), f)
                    t1 = plus(t1, load4(values, v + size), f)
                    t2 = plus(t2, load4(values, v + 2 * size), f)
            row[a] = total3(t0)
            row[a + 1] = total3(t1)
            row[a + 2] = total3(t2)
        for a in range(size):
            total = x[i * size + a]
            before += total**2
            for b in range(size):
                total += inverse[i, a, b] * row[b]
            y[i, a] = total
            after += total**2
    return before, after


@njit(cache=True, nogil=True, fastmath={"contract"})
def _smooth(
    first, last, indptr, indices, values, strong, inverse, aggregate, tentative, omega, start, columns, out
):
    """P = (I - omega D^-1 A) T on the filtered matrix in rows first..last; out (c, s, 6)."""
    size = values.shape[1]
    most = 0
    for i in range(first, last):
        most = max(most, start[i + 1] - start[i])
    row = np.empty(8 * size * most)
    sums = np.empty(8)
    T = tentative.reshape(tentative.size)  # noqa: N806
    values, inverse, out = values.reshape(values.size), inverse.reshape(inverse.size), out.reshape(out.size)
    for i in range(first, last):
        n_blocks = start[i + 1] - start[i]
        if n_blocks == 0:
            continue
        for s in range(size * n_blocks):
            store(row, 8 * s, zero8(row))
        for p in range(indptr[i], indptr[i + 1]):
            j = entry(indices, p)
            if not entry(strong, p) or entry(aggregate, j) < 0 or j == i:
                continue
            s = 0
            while entry(columns, start[i] + s) != entry(aggregate, j):
                s += 1
            for a in range(0, size, 3):
                at = 8 * (size * s + a)
                t0, t1, t2 = load8(row, at), load8(row, at + 8), load8(row, at + 16)
                for b in range(0, size, 3):
                    k = 6 * (j * size + b)
                    f0, f1, f2 = load8(T, k), load8(T, k + 6), load8(T, k + 12)
                    v0 = (p * size + a) * size + b
                    v1, v2 = v0 + size, v0 + 2 * size
                    t0, t1 = plus(t0, entry(values, v0), f0), plus(t1, entry(values, v1), f0)
                    t2 = plus(t2, entry(values, v2), f0)
                    t0, t1 = plus(t0, entry(values, v0 + 1), f1), plus(t1, entry(values, v1 + 1), f1)
                    t2 = plus(t2, entry(values, v2 + 1), f1)
                    t0, t1 = plus(t0, entry(values, v0 + 2), f2), plus(t1, entry(values, v1 + 2), f2)
                    t2 = plus(t2, entry(values, v2 + 2), f2)
                store(row, at, t0)
                store(row, at + 8, t1)
                store(row, at + 16, t2)
        for s in range(n_blocks):
            own = 1.0 - omega if columns[start[i] + s] == aggregate[i] else 0.0
            for a in range(size):
                t = zero8(row)
                for b in range(size):
                    t = plus(t, entry(inverse, (i * size + a) * size + b), load8(row, 8 * (size * s + b)))
                store(sums, 0, t)
                k, o = 6 * (i * size + a), 6 * ((start[i] + s) * size + a)
                for c in range(6):
                    out[o + c] = own * entry(T, k + c) - omega * sums[c]


def prolongator_pattern(indptr, indices, strong, aggregate) -> ProlongatorPattern:
    """Pattern of the smoothed prolongator; once per hierarchy."""
    start = np.empty(len(indptr), np.int32)
    columns = np.empty(np.count_nonzero(strong), np.int32)
    n_blocks = _pattern(indptr, indices, strong, aggregate, start, columns)
    return ProlongatorPattern(start, columns[:n_blocks].copy())


def inverse_diagonal(indptr, indices, values) -> np.ndarray:
    """Inverse diagonal blocks (r, s, s), for the filtered matrix too: weak couplings are left out, not lumped.

    Lumped, as is usual, they make the diagonal of some coarse rows so small that the estimate of the largest
    eigenvalue, which all rows share, doubles: with a soft callus (0.5 MPa) iterations grew from 19 at 135 000 to 36 at
    a million unknowns; left out, they are 20 and 21.
    """
    inverse = np.empty((len(indptr) - 1, *values.shape[1:]))
    run(_inverse_diagonal, share(indptr), indptr, indices, values, inverse)
    return inverse


def largest_eigenvalue(indptr, indices, values, strong, inverse, steps: int) -> float:
    """Estimate of the largest eigenvalue of D^-1 A (filtered) by the power method: too low after a few steps."""
    vector, image = (roomy(inverse.shape[:2], np.float64) for _ in range(2))
    vector[:] = np.random.default_rng(0).uniform(-1, 1, vector.shape)
    estimate = 0.0
    for _ in range(steps):
        squares = run(_power_step, share(indptr), indptr, indices, values, strong, inverse, vector, image)
        before, after = np.sum(squares, axis=0)
        estimate = float(np.sqrt(after / before))
        image /= np.sqrt(after)
        vector, image = image, vector
    return estimate


def smooth_prolongator(
    matrix, strong, inverse, aggregate, tentative, omega, pattern: ProlongatorPattern
) -> np.ndarray:
    """Blocks (c, s, 6) of P = (I - omega D^-1 A) T with the filtered matrix, in single precision.

    `matrix` is A in block rows: row pointers, columns, blocks.
    """
    indptr, indices, values = matrix
    out = roomy((len(pattern.indices), *tentative.shape[1:]), np.float32)
    run(
        _smooth,
        share(indptr),
        indptr,
        indices,
        values,
        strong,
        inverse,
        aggregate,
        tentative,
        omega,
        pattern.indptr,
        pattern.indices,
        out,
    )
    return out
