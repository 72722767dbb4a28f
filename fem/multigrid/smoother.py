"""Group Gauss-Seidel in single precision on the lower half of a symmetric block matrix.

Rows of 3 unknowns are gathered in groups that are solved exactly (see grouping.py), in the order of sweep.py. Only
blocks below the groups' diagonal are stored: a forward sweep from zero needs no others, and what it leaves as residual,
-L^T x, uses the same blocks while they are in cache; so does the backward sweep.
"""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit
from vertebra.kernels.lanes import entry, lane, load4, plus, roomy, store, total3, zero4

from ..threads import run, share
from .sweep import SweepPattern


@dataclass(frozen=True)
class Lower:
    """Numbers of the sweep, float32: lower blocks (l, 3, 3); flat inverses of the groups, three rows by columns."""

    pattern: SweepPattern
    values: np.ndarray
    inverse: np.ndarray


@njit(cache=True, nogil=True, fastmath={"contract"})
def _fill(first_group, last_group, values, row, start, lower_ptr, slot, offset, inside, lower, inverse):
    """Copy the lower blocks (l, 3, 3) of some groups; invert their diagonal blocks by Gauss-Jordan."""
    size = values.shape[1]
    odd = size // 3 - 1
    values, lower = values.reshape(values.size), lower.reshape(lower.size)
    for here in range(start[first_group], start[last_group]):
        a0 = 3 * (row[here] & odd)
        for p in range(lower_ptr[here], lower_ptr[here + 1]):
            found = entry(slot, p)
            v = ((found >> odd) * size + a0) * size + 3 * (found & odd)
            for a in range(3):
                for b in range(3):
                    lower[9 * p + 3 * a + b] = entry(values, v + b)
                v += size
    largest = 0
    for g in range(first_group, last_group):
        largest = max(largest, 3 * (start[g + 1] - start[g]))
    width = 4 * ((largest + 3) // 4)  # of a row of the block that is inverted
    work = np.zeros(largest * width)
    factor = np.empty(largest)
    for g in range(first_group, last_group):
        rows = start[g + 1] - start[g]
        n = 3 * rows
        for a in range(n * width):
            work[a] = 0.0
        for r in range(rows):
            a0 = 3 * (row[start[g] + r] & odd)
            for c in range(rows):
                found = inside[offset[g] + r * rows + c]
                if found >= 0:
                    v = ((found >> odd) * size + a0) * size + 3 * (found & odd)
                    for a in range(3):
                        for b in range(3):
                            work[width * (3 * r + a) + 3 * c + b] = entry(values, v + b)
                        v += size
        for pivot in range(n):
            scale = 1.0 / work[width * pivot + pivot]
            for a in range(n):
                factor[a] = -scale * work[width * a + pivot]
                work[width * a + pivot] = 0.0
            factor[pivot] = scale - 1.0
            work[width * pivot + pivot] = 1.0
            for b in range(0, n, 4):
                t = load4(work, width * pivot + b)
                for a in range(n):
                    at = width * a + b
                    store(work, at, plus(load4(work, at), entry(factor, a), t))
        at = 9 * offset[g]
        for a in range(0, n, 3):
            for b in range(n):
                for c in range(3):
                    inverse[at] = work[width * (a + c) + b]
                    at += 1


@njit(cache=True, nogil=True, fastmath={"contract"})
def _forward(first_group, last_group, group_start, offset, start, columns, lower, inverse, b, x, residual):
    """Sweep forwards from zero, (D + L) x = b; leaves the residual b - A x = -L^T x. Vectors (k, r, 4)."""
    largest = 0
    for g in range(first_group, last_group):
        largest = max(largest, group_start[g + 1] - group_start[g])
    s = np.empty(3 * largest, b.dtype)
    lower, x_flat, residual = lower.reshape(lower.size), x.reshape(x.size), residual.reshape(residual.size)
    for g in range(first_group, last_group):
        first = group_start[g]
        last = group_start[g + 1]
        for k in range(b.shape[0]):
            origin = 4 * b.shape[1] * k
            for i in range(first, last):
                t0 = zero4(lower)
                t1 = zero4(lower)
                t2 = zero4(lower)
                for p in range(start[i], start[i + 1]):
                    y = load4(x_flat, origin + 4 * entry(columns, p))
                    t0 = plus(t0, load4(lower, 9 * p), y)
                    t1 = plus(t1, load4(lower, 9 * p + 3), y)
                    t2 = plus(t2, load4(lower, 9 * p + 6), y)
                at = 3 * (i - first)
                s[at] = b[k, i, 0] - total3(t0)
                s[at + 1] = b[k, i, 1] - total3(t1)
                s[at + 2] = b[k, i, 2] - total3(t2)
            at = 9 * offset[g]
            for i in range(first, last):
                z = zero4(lower)
                for c in range(3 * (last - first)):
                    z = plus(z, s[c], load4(inverse, at))
                    at += 3
                store(x_flat, origin + 4 * i, z)
                for p in range(start[i], start[i + 1]):
                    j = origin + 4 * entry(columns, p)
                    t = load4(residual, j)
                    t = plus(t, -lane(z, 0), load4(lower, 9 * p))
                    t = plus(t, -lane(z, 1), load4(lower, 9 * p + 3))
                    t = plus(t, -lane(z, 2), load4(lower, 9 * p + 6))
                    store(residual, j, t)


@njit(cache=True, nogil=True, fastmath={"contract"})
def _backward(first_group, last_group, group_start, offset, start, columns, lower, inverse, b, x, above):
    """Sweep backwards over b - A x; `above` gathers L^T x of the rows already done. Vectors (k, r, 4).

    Everything is walked downwards, blocks within a row and rows within a group too: where memory goes back and forth
    the processor does not fetch ahead, and the sweep takes twice as long.
    """
    largest = 0
    for g in range(first_group, last_group):
        largest = max(largest, group_start[g + 1] - group_start[g])
    s = np.empty(3 * largest, b.dtype)
    lower, x_flat, above_flat = lower.reshape(lower.size), x.reshape(x.size), above.reshape(above.size)
    for g in range(last_group - 1, first_group - 1, -1):
        first = group_start[g]
        last = group_start[g + 1]
        for k in range(b.shape[0]):
            origin = 4 * b.shape[1] * k
            for i in range(last - 1, first - 1, -1):
                t0 = zero4(lower)
                t1 = zero4(lower)
                t2 = zero4(lower)
                for p in range(start[i + 1] - 1, start[i] - 1, -1):
                    y = load4(x_flat, origin + 4 * entry(columns, p))
                    t0 = plus(t0, load4(lower, 9 * p), y)
                    t1 = plus(t1, load4(lower, 9 * p + 3), y)
                    t2 = plus(t2, load4(lower, 9 * p + 6), y)
                at = 3 * (i - first)
                s[at] = b[k, i, 0] - total3(t0) - above[k, i, 0]
                s[at + 1] = b[k, i, 1] - total3(t1) - above[k, i, 1]
                s[at + 2] = b[k, i, 2] - total3(t2) - above[k, i, 2]
            at = 9 * offset[g + 1]
            for i in range(last - 1, first - 1, -1):
                z = zero4(lower)
                for c in range(3 * (last - first) - 1, -1, -1):
                    at -= 3
                    z = plus(z, s[c], load4(inverse, at))
                store(x_flat, origin + 4 * i, z)
                for p in range(start[i + 1] - 1, start[i] - 1, -1):
                    j = origin + 4 * entry(columns, p)
                    t = load4(above_flat, j)
                    t = plus(t, lane(z, 0), load4(lower, 9 * p))
                    t = plus(t, lane(z, 1), load4(lower, 9 * p + 3))
                    t = plus(t, lane(z, 2), load4(lower, 9 * p + 6))
                    store(above_flat, j, t)


@njit(cache=True, nogil=True, fastmath={"contract"})
def _below(first_group, last_group, group_start, start, columns, lower, before, after, y):
    """Fill y with L (after - before), where L holds the blocks below the groups' diagonal. Vectors (k, r, 4)."""
    lower, y_flat = lower.reshape(lower.size), y.reshape(y.size)
    before, after = before.reshape(before.size), after.reshape(after.size)
    for k in range(y.shape[0]):
        origin = 4 * y.shape[1] * k
        for i in range(group_start[first_group], group_start[last_group]):
            t0 = zero4(lower)
            t1 = zero4(lower)
            t2 = zero4(lower)
            for p in range(start[i], start[i + 1]):
                j = origin + 4 * entry(columns, p)
                step = plus(load4(after, j), -1.0, load4(before, j))
                t0 = plus(t0, load4(lower, 9 * p), step)
                t1 = plus(t1, load4(lower, 9 * p + 3), step)
                t2 = plus(t2, load4(lower, 9 * p + 6), step)
            at = origin + 4 * i
            y_flat[at], y_flat[at + 1], y_flat[at + 2] = total3(t0), total3(t1), total3(t2)


@njit(cache=True, nogil=True)
def _enter(first, last, row, x, ordered):
    """Copy the first three numbers of rows of x (k, r, s) to places first..last of ordered (k, r, t)."""
    for k in range(x.shape[0]):
        for here in range(first, last):
            i = row[here]
            for a in range(3):
                ordered[k, here, a] = x[k, i, a]


def take_lower(pattern: SweepPattern, values) -> Lower:
    """Lower blocks and inverted groups of new values (b, s, s)."""
    lower = roomy((len(pattern.slot), 3, 3), np.float32)
    inverse = roomy((9 * len(pattern.inside),), np.float32)
    run(
        _fill,
        pattern.parts,
        values,
        pattern.row,
        pattern.start,
        pattern.indptr,
        pattern.slot,
        pattern.offset,
        pattern.inside,
        lower,
        inverse,
    )
    return Lower(pattern, lower, inverse)


def enter_sweep(pattern: SweepPattern, x: np.ndarray) -> np.ndarray:
    """Vectors (k, r, 3) in sweep order and single precision, (k, r, 4): of four numbers a row the last is not used."""
    ordered = np.empty((*x.shape[:2], 4), np.float32)
    run(_enter, share(pattern.indptr), pattern.row, x, ordered)
    return ordered


def leave_sweep(pattern: SweepPattern, ordered: np.ndarray) -> np.ndarray:
    """Vectors (k, r, 3) in double precision and the order of the matrix."""
    x = np.empty((*ordered.shape[:2], 3))
    run(_enter, share(pattern.indptr), pattern.place, ordered, x)
    return x


def sweep_forward(lower: Lower, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One forward sweep from zero on k right-hand sides (k, r, 4) in sweep order: result and its residual."""
    x, residual = np.empty_like(b), np.zeros_like(b)
    parts = lower.pattern.parts
    _sweep(_forward, parts[:-1], lower, b, x, residual)
    _sweep(_forward, parts[-1:], lower, b, x, residual)
    return x, residual


def sweep_backward(lower: Lower, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """One backward sweep from x (k, r, 4) in sweep order, which it overwrites and returns."""
    above = np.zeros_like(b)
    parts = lower.pattern.parts
    _sweep(_backward, parts[-1:], lower, b, x, above)
    _sweep(_backward, parts[:-1], lower, b, x, above)
    return x


def lower_product(lower: Lower, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Product of the blocks below the groups' diagonal with after - before; vectors (k, r, 4) in sweep order.

    Added to b it is the product of the whole matrix with what a backward sweep has made of `before`: that has solved
    (D + L^T) after = b - L before.
    """
    y = np.empty_like(after)
    pattern = lower.pattern
    run(_below, pattern.parts, pattern.start, pattern.indptr, pattern.indices, lower.values, before, after, y)
    return y


def _sweep(kernel, parts, lower, b, x, gathered):
    pattern = lower.pattern
    run(
        kernel,
        parts,
        pattern.start,
        pattern.offset,
        pattern.indptr,
        pattern.indices,
        lower.values,
        lower.inverse,
        b,
        x,
        gathered,
    )
