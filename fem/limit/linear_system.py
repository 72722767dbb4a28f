"""One sparse symmetric matrix, many right-hand sides that change little from one to the next.

Conjugate gradients start from the last solution, with a symmetric sweep of Gauss-Seidel as preconditioner at the price
of the product alone [1]_. Of values at faces the smooth part of the error is taken away first, by values at the corners
of the faces: sweeps take it away slowly, and what is left of it costs steps of the search. The bracket of an intact
vertebral body takes 3.3 and 7.0 s of processor time with 127 000 and 340 000 faces; 8.9 and 35 s with the diagonal in
place of both, 25 and 175 s with factors.

References
----------
.. [1] S. C. Eisenstat, SIAM Journal on Scientific and Statistical Computing 2 (1981) 1-4, doi 10.1137/0902001.
"""

from collections.abc import Callable

import numpy as np
from scipy.sparse import coo_array, coo_matrix, csr_matrix, diags, tril, triu

from vertebra.kernels import njit

Solve = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From a right-hand side and a solution to start from, both of shape (u,), to the solution."""

REDUCED = 0.1
"""Residual of a solution over that of its start. With 0.3 the search takes two to four times the steps, with 0.03 as
many or a tenth less."""
_LIMIT = 2000


def iterated(matrix: csr_matrix, coarse: csr_matrix | None = None) -> Solve:
    """Conjugate gradients from the last solution, corrected by a coarse one where there is one.

    Parameters
    ----------
    matrix : csr_matrix, shape (u, u)
        Symmetric positive definite.
    coarse : csr_matrix, shape (u, c), optional
        From few values to all; the best sum of its columns is added to the start.

    Returns
    -------
    Solve
    """
    scale = 1.0 / np.sqrt(matrix.diagonal())
    unit = diags(scale) @ matrix @ diags(scale)
    below, above = _rows(tril(unit, -1)), _rows(triu(unit, 1))

    def swept_rest(load: np.ndarray, x: np.ndarray) -> np.ndarray:
        rest = scale * (load - matrix @ x)
        _sweep_forward(*below, rest)
        return rest

    correct = _correction(matrix, coarse)

    def solve(load: np.ndarray, start: np.ndarray) -> np.ndarray:
        rest, x = swept_rest(load, start), correct(load, start)
        goal = REDUCED * REDUCED * float(rest @ rest)
        if x is not start:
            rest = swept_rest(load, x)
        change = np.zeros(len(x))
        _conjugate_gradients(*below, *above, rest, goal, _LIMIT, change)
        return x + scale * change

    return solve


def _correction(matrix: csr_matrix, coarse: csr_matrix | None) -> Solve:
    """To a start without what columns of the coarse matrix take away."""
    if coarse is None:
        return lambda load, start: start
    gather = coarse.T.tocsr()
    from_few, nothing = iterated((gather @ matrix @ coarse).tocsr()), np.zeros(len(gather.indptr) - 1)
    return lambda load, start: start + coarse @ from_few(gather @ (load - matrix @ start), nothing)


def _rows(half: coo_matrix | coo_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First entries, columns and entries of the rows of a matrix."""
    rows = csr_matrix(half)
    return rows.indptr, rows.indices.astype(np.uint32), rows.data


@njit(cache=True, fastmath={"contract"})
def _sweep_forward(begin, column, entry, x):
    """Solve (1 + L) x' = x in place, L (n, n) strictly lower."""
    for i in range(x.size):
        total = x[i]
        for k in range(begin[i], begin[i + 1]):
            total -= entry[k] * x[column[k]]
        x[i] = total


@njit(cache=True, fastmath={"contract"})
def _conjugate_gradients(begin, column, entry, begin_up, column_up, entry_up, r, goal, limit, x):
    """Add to x the solution of (L + 1 + U) x = (1 + L) r, U = L^T, until the square of r is at its goal."""
    n = r.size
    p, t, w = r.copy(), np.empty(n), np.empty(n)
    rho = 0.0
    for i in range(n):
        rho += r[i] * r[i]
    iteration = 0
    while rho > goal and iteration < limit:
        iteration += 1
        for i in range(n - 1, -1, -1):  # (1 + U) t = p
            total = p[i]
            for k in range(begin_up[i], begin_up[i + 1]):
                total -= entry_up[k] * t[column_up[k]]
            t[i] = total
        product = 0.0
        for i in range(n):  # (1 + L) w = p - t: the swept matrix takes p to t + w
            total = p[i] - t[i]
            for k in range(begin[i], begin[i + 1]):
                total -= entry[k] * w[column[k]]
            w[i] = total
            product += p[i] * (t[i] + total)
        alpha = rho / product
        old = rho
        rho = 0.0
        for i in range(n):
            x[i] += alpha * t[i]
            r[i] -= alpha * (t[i] + w[i])
            rho += r[i] * r[i]
        beta = rho / old
        for i in range(n):
            p[i] = r[i] + beta * p[i]
