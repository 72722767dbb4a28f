"""Preconditioned conjugate gradients for several right-hand sides that share each pass over the matrix."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit

from ..threads import run, share

ROUNDING = 1e-8
"""Residuals below this that do not fall any more are at the limit of double precision."""


class NotConverged(RuntimeError):  # noqa: N818
    """The iterative solver stopped short of its tolerance.

    Attributes
    ----------
    residuals : list of float
        Largest relative residual over the right-hand sides, one per iteration.
    """

    def __init__(self, message: str, residuals: Sequence[float]):
        super().__init__(message)
        self.residuals = list(residuals)


@dataclass(frozen=True)
class Convergence:
    """How an iterative solve went.

    Attributes
    ----------
    iterations : int
    residuals : list of float
        Relative, largest over the right-hand sides; one per iteration.
    smallest : float
        Smallest Ritz value of the preconditioned matrix: its smallest eigenvalue, seen from above; inf where no
        iteration was needed.
    """

    iterations: int
    residuals: list[float]
    smallest: float


@njit(cache=True, nogil=True, fastmath={"contract"})
def _multiply(first, last, indptr, indices, values, x, y):
    """Multiply rows first..last of values (b, 3, 3) with k vectors x (k, r, 3); a row's blocks stay in cache."""
    for i in range(first, last):
        for k in range(x.shape[0]):
            y0 = 0.0
            y1 = 0.0
            y2 = 0.0
            for p in range(indptr[i], indptr[i + 1]):
                j = indices[p]
                x0 = x[k, j, 0]
                x1 = x[k, j, 1]
                x2 = x[k, j, 2]
                y0 += values[p, 0, 0] * x0 + values[p, 0, 1] * x1 + values[p, 0, 2] * x2
                y1 += values[p, 1, 0] * x0 + values[p, 1, 1] * x1 + values[p, 1, 2] * x2
                y2 += values[p, 2, 0] * x0 + values[p, 2, 1] * x1 + values[p, 2, 2] * x2
            y[k, i, 0] = y0
            y[k, i, 1] = y1
            y[k, i, 2] = y2


def multiply(indptr, indices, values, x) -> np.ndarray:
    """Product of a block-CSR matrix with k vectors (k, r, 3)."""
    y = np.empty_like(x)
    run(_multiply, share(indptr), indptr, indices, values, x, y)
    return y


@njit(cache=True, nogil=True)
def _dot(first, last, x, y):
    """Share of rows first..last in the inner product of each of k pairs of vectors (k, r, 3)."""
    out = np.empty(x.shape[0])
    for k in range(x.shape[0]):
        t0 = 0.0
        t1 = 0.0
        t2 = 0.0
        for i in range(first, last):
            t0 += x[k, i, 0] * y[k, i, 0]
            t1 += x[k, i, 1] * y[k, i, 1]
            t2 += x[k, i, 2] * y[k, i, 2]
        out[k] = t0 + t1 + t2
    return out


@njit(cache=True, nogil=True)
def _advance(first, last, active, alpha, p, Ap, x, r):  # noqa: N803
    """Step x[active] += alpha p, r -= alpha A p in rows first..last; returns their share in r . r of each."""
    out = np.empty(r.shape[0])
    for k in range(r.shape[0]):
        total = 0.0
        for i in range(first, last):
            for a in range(3):
                x[active[k], i, a] += alpha[k] * p[k, i, a]
                r[k, i, a] -= alpha[k] * Ap[k, i, a]
                total += r[k, i, a] ** 2
        out[k] = total
    return out


@njit(cache=True, nogil=True)
def _turn(first, last, beta, z, p):
    """Update the direction in place, p = z + beta p, in rows first..last."""
    for k in range(p.shape[0]):
        for i in range(first, last):
            for a in range(3):
                p[k, i, a] = z[k, i, a] + beta[k] * p[k, i, a]


def conjugate_gradients(
    product: Callable[[np.ndarray], np.ndarray],
    precondition: Callable[[np.ndarray], np.ndarray],
    b: np.ndarray,
    x: np.ndarray,
    *,
    tolerance: float,
    energy: np.ndarray | None = None,
    max_iterations: int = 1000,
) -> tuple[np.ndarray, Convergence]:
    """Solve A x = b for k right-hand sides, each with its own scalars, until all have converged.

    The residual is recomputed as b - A x before success is declared; where rounding has let the recursion
    drift, the iteration starts again from the true residual.

    Parameters
    ----------
    product, precondition : callable
        Map k vectors (k, r, 3) to k vectors: A, and a symmetric positive definite approximate inverse.
    b, x : ndarray, shape (k, r, 3)
        Right-hand sides; first guesses (not changed).
    tolerance : float
        Bound of |b - A x| / |b| for each right-hand side.
    energy : ndarray, shape (k,), optional
        A right-hand side is also done when r . M r, its residual in the norm of the preconditioner, falls below
        this bound.

    Returns
    -------
    x : ndarray, shape (k, r, 3)
    Convergence

    Raises
    ------
    NotConverged
    """
    x = x.copy()
    rows = share(3 * np.arange(x.shape[1] + 1))

    def dot(left, right):
        return np.sum(run(_dot, rows, left, right), axis=0)

    norm = np.sqrt(dot(b, b))
    norm[norm == 0] = 1.0
    bound = np.full(len(b), -np.inf) if energy is None else energy
    done = np.zeros(len(b), bool)
    history: list[float] = []
    best = np.inf
    iterations = 0
    smallest = np.inf
    while True:
        r = b - product(x)
        error = np.sqrt(dot(r, r)) / norm
        history.append(float(error.max()))
        active = np.flatnonzero((error > tolerance) & ~done)
        if not active.size:
            return x, Convergence(iterations, history, smallest)
        if not np.isfinite(history[-1]) or iterations >= max_iterations or history[-1] > 0.5 * best:
            text = (
                f"conjugate gradients stopped after {iterations} iterations at a relative residual of "
                f"{history[-1]:.2e}, expected {tolerance:.1e}: "
            )
            if history[-1] < ROUNDING:
                text += "rounding sets this limit. Ask for a looser tolerance."
            else:
                text += (
                    "stiffness may span too many decades or the mesh may hold together by single edges. "
                    'Check moduli and mesh, or use method="direct".'
                )
            raise NotConverged(text, history)
        best = history[-1]
        r = r[active]
        z = precondition(r)
        rho = dot(r, z)
        p = z
        steps: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        while active.size and iterations < max_iterations:
            Ap = product(p)  # noqa: N806
            alpha = rho / dot(p, Ap)
            squares = np.sum(run(_advance, rows, active, alpha, p, Ap, x, r), axis=0)
            error = np.sqrt(squares) / norm[active]
            iterations += 1
            history.append(float(error.max()))
            going = error > 0.9 * tolerance
            if not going.all():
                smallest = min(smallest, _smallest_ritz(steps, active, alpha))
                active, r, p, rho, alpha = active[going], r[going], p[going], rho[going], alpha[going]
                if not active.size:
                    break
            z = precondition(r)
            old, rho = rho, dot(r, z)
            beta = rho / old
            going = (rho > bound[active]) | (
                rho < 0
            )  # below zero the matrix is not definite: that is no success
            if not going.all():
                smallest = min(smallest, _smallest_ritz(steps, active, alpha))
                done[active[~going]] = True
                active, r, p, rho, alpha = active[going], r[going], p[going], rho[going], alpha[going]
                z, beta = z[going], beta[going]
            steps.append((active, alpha, beta))
            run(_turn, rows, beta, z, p)


def _smallest_ritz(steps, active, alpha) -> float:
    """Smallest eigenvalue of the Lanczos matrix behind the steps, over the active right-hand sides.

    T_jj = 1/alpha_j + beta_{j-1}/alpha_{j-1},  T_j,j+1 = sqrt(beta_j)/alpha_j
    (Y. Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., section 6.7.3).
    """
    smallest = np.inf
    for mode, last in zip(active, alpha, strict=True):
        alphas, betas = [], []
        for modes, a, b in steps:
            at = np.flatnonzero(modes == mode)
            if at.size:
                alphas.append(a[at[0]])
                betas.append(b[at[0]])
        a, b = np.array([*alphas, last]), np.array(betas)
        diagonal = 1 / a
        diagonal[1:] += b / a[:-1]
        off = np.sqrt(np.abs(b)) / a[:-1]
        matrix = np.diag(diagonal) + np.diag(off, 1) + np.diag(off, -1)
        smallest = min(smallest, float(np.linalg.eigvalsh(matrix)[0]))
    return smallest
