"""Conjugate gradients to a loose tolerance, whose iterations take no product with the matrix.

The cycle of the preconditioner gives z = M r together with A z (`Multigrid.apply_with_product`), and A p follows by
the recursion of p itself, A p = A z + beta A p. Both are right to single precision, which is all that the direction of
an inexact Newton method asks for; the residual that decides is that of the recursion.
"""

import numpy as np

from vertebra.kernels import njit

from ..threads import run, share
from .krylov import NotConverged
from .vcycle import Multigrid

MAX_ITERATIONS = 1000


@njit(cache=True, nogil=True, fastmath={"contract"})
def _turn(first, last, beta, z, Az, p, Ap):  # noqa: N803
    """Update p = z + beta p and A p in place in rows first..last; returns their share in p . A p of each."""
    out = np.zeros(p.shape[0])
    for k in range(p.shape[0]):
        for i in range(first, last):
            for a in range(3):
                p[k, i, a] = z[k, i, a] + beta[k] * p[k, i, a]
                Ap[k, i, a] = Az[k, i, a] + beta[k] * Ap[k, i, a]
                out[k] += p[k, i, a] * Ap[k, i, a]
    return out


@njit(cache=True, nogil=True, fastmath={"contract"})
def _advance(first, last, alpha, p, Ap, x, r):  # noqa: N803
    """Step x += alpha p, r -= alpha A p in rows first..last; returns their share in r . r of each."""
    out = np.zeros(p.shape[0])
    for k in range(p.shape[0]):
        for i in range(first, last):
            for a in range(3):
                x[k, i, a] += alpha[k] * p[k, i, a]
                r[k, i, a] -= alpha[k] * Ap[k, i, a]
                out[k] += r[k, i, a] * r[k, i, a]
    return out


def inexact_gradients(
    inverse: Multigrid, residual: np.ndarray, size: np.ndarray, *, tolerance: float
) -> tuple[np.ndarray, int]:
    """Loose solutions of A x = residual for k right-hand sides that share each cycle until the last has converged.

    Parameters
    ----------
    inverse : Multigrid
        Its smoother has the values of A.
    residual : ndarray, shape (k, r, 3)
        What the first guesses leave (not changed).
    size : ndarray, shape (k,)
        What residuals are measured by: norms of the right-hand sides.
    tolerance : float
        Bound of the residual over its size; single precision sets a limit at about 1e-4.

    Returns
    -------
    x : ndarray, shape (k, r, 3)
        Corrections of the first guesses.
    iterations : int

    Raises
    ------
    NotConverged
        With the history of the largest relative residual.
    """
    x, r = np.zeros_like(residual), residual.copy()
    p, Ap = np.zeros_like(r), np.zeros_like(r)  # noqa: N806
    rows = share(3 * np.arange(x.shape[1] + 1))
    squares = np.einsum("kri,kri->k", r, r)
    bound = (tolerance * size) ** 2
    old = np.full(len(r), np.inf)
    history = []
    while np.any(squares > bound):
        history.append(float(np.sqrt(np.max(squares[squares > bound] / bound[squares > bound])) * tolerance))
        if len(history) > MAX_ITERATIONS or not np.isfinite(history[-1]):
            text = (
                f"conjugate gradients stopped after {len(history) - 1} iterations at a relative residual of "
                f"{history[-1]:.2e}, expected {tolerance:.1e}: stiffness may span too many decades or the mesh may "
                "hang together by single edges. Check moduli and mesh."
            )
            raise NotConverged(text, history)
        z, Az = inverse.apply_with_product(r)  # noqa: N806
        rho = np.einsum("kri,kri->k", r, z)
        curvature = np.sum(run(_turn, rows, rho / old, z, Az, p, Ap), axis=0)
        alpha = np.divide(rho, curvature, out=np.zeros_like(rho), where=curvature != 0)
        squares = np.sum(run(_advance, rows, alpha, p, Ap, x, r), axis=0)
        old = np.where(rho != 0, rho, np.inf)
    return x, len(history)
