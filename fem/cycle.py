"""The approximate inverse along a series of moduli, and what it tells about the error of a displacement.

The error e of a displacement with residual r obeys K_t e = r. With the cycle M, last refreshed at moduli s,

    |e|^2 = r . K_t^-1 r <= C r . M r / gamma,    gamma = min over cells of (mu_t / mu_s, kappa_t / kappa_s),

because K_t >= gamma K_s (kappa: bulk modulus; |.| the energy norm of K_t). Always C <= 1 / theta with theta the
smallest eigenvalue of M K_s. The smallest Ritz value that conjugate gradients have met, over gamma where it was met,
bounds theta from above; half of the least such value stands for theta, and certifies what they have finished. What a
projection leaves is smooth and far from that worst case: wherever one is finished by conjugate gradients, gamma |e|^2 /
r . M r is measured, and C for projections is 3 times the largest value so far (never above that of the worst case).

A cycle refreshed at stiffer moduli serves well: the few modes it underestimates are soon found by conjugate gradients.
One refreshed at softer moduli is slow, for it takes all that has stiffened for soft.
"""

import numpy as np
from numba import njit

from .krylov import conjugate_gradients
from .system import System, relative_size

RITZ_SHARE = 0.5
"""Share of the smallest Ritz value that is taken for the smallest eigenvalue."""
SAFETY = 3.0
"""C for projections over the largest gamma |e|^2 / r . M r that was measured."""
REST = 0.1
"""Conjugate gradients go on to this share of the tolerance, so that the span is worth more than one time."""
FIRST = 1e-5
"""Square of the share of the tolerance to which the first time is solved, in the norm of the cycle."""
STIFFENED, SOFTENED = 2.5, 1 / 4
"""A cycle serves until moduli have risen or fallen by these factors somewhere, against the median."""
SAMPLE = 1001
"""Cells from which the median is taken."""
ROUNDING = 1e-12
"""No certificate is smaller: what rounding leaves of an exact factorisation."""


@njit(cache=True)
def _ratios(lam, mu, lam_s, mu_s):
    """Least and largest ratio of moduli to others, over cells (m,), shear and bulk."""
    low = np.inf
    high = 0.0
    for cell in range(mu.size):
        shear = mu[cell] / mu_s[cell]
        bulk = (3.0 * lam[cell] + 2.0 * mu[cell]) / (3.0 * lam_s[cell] + 2.0 * mu_s[cell])
        low = min(low, shear, bulk)
        high = max(high, shear, bulk)
    return low, high


class Cycle:
    """Multigrid cycle, or factorisation, at the moduli it was last refreshed for.

    Parameters
    ----------
    system : System
    direct : bool
        Factorise instead of building a hierarchy.
    """

    def __init__(self, system: System, direct: bool):
        self._system = system
        self._inverse = system.factorisation if direct else system.multigrid
        self._moduli: tuple[np.ndarray, np.ndarray] | None = None
        self._smallest = np.inf
        self._largest_ratio = 0.0

    def serves(self, lam: np.ndarray, mu: np.ndarray) -> bool:
        """Tell whether conjugate gradients are fast at moduli (m,) without a refresh."""
        if self._moduli is None:
            return False
        low, high = _ratios(lam, mu, *self._moduli)
        every = max(1, len(mu) // SAMPLE)
        typical = float(np.median(mu[::every] / self._moduli[1][::every]))
        return high <= STIFFENED * typical and low >= SOFTENED * typical

    def refresh(self, values: np.ndarray, lam: np.ndarray, mu: np.ndarray) -> None:
        """Move to new moduli (m,) with stiffness values (b, 3, 3)."""
        self._inverse.refresh(values)
        self._moduli = lam, mu

    def certify(self, residual, energy, lam, mu, *, finished: bool = False) -> float:
        """Bound the relative error in the energy norm, largest over modes; nan before anything is known.

        Parameters
        ----------
        residual : ndarray, shape (k, r, 3) [N]
        energy : ndarray, shape (k,) [N mm]
        lam, mu : ndarray, shape (m,) [MPa]
        finished : bool
            Marks the residual that conjugate gradients have left.
        """
        if not residual.size:
            return ROUNDING
        if self._moduli is None or not np.isfinite(self._smallest):
            return np.nan
        worst = 1 / (RITZ_SHARE * self._smallest)
        constant = worst if finished else min(worst, SAFETY * self._largest_ratio)
        square = np.einsum("kri,kri->k", residual, self._inverse.apply(residual))
        square *= constant / _ratios(lam, mu, *self._moduli)[0]
        return max(ROUNDING, float(np.sqrt(np.max(square / np.where(energy > 0, energy, 1.0)))))

    def correct(self, product, residual, b, energy, tolerance, lam, mu) -> tuple[np.ndarray, int]:
        """Solve K e = residual until the error is a share of the tolerance.

        The first solve of a series goes a good deal further, for its Ritz value and its ratio.

        Parameters
        ----------
        product : callable
            Maps (k, r, 3) to its product with K.
        residual, b : ndarray, shape (k, r, 3) [N]
        energy : ndarray, shape (k,) [N mm]
        tolerance : float
        lam, mu : ndarray, shape (m,) [MPa]

        Returns
        -------
        correction : ndarray, shape (k, r, 3) [mm]
        iterations : int
        """
        assert self._moduli is not None
        gamma = _ratios(lam, mu, *self._moduli)[0]
        first = not np.isfinite(self._smallest)
        ritz = FIRST if first else 0.5 * RITZ_SHARE * self._smallest * gamma
        bound = tolerance**2 * energy * min((REST / SAFETY) ** 2, ritz)
        inverse = self._inverse.apply
        before = np.einsum("kri,kri->k", residual, inverse(residual))
        relative = 1e-8 / max(relative_size(residual, b), 1e-7)
        start = np.zeros_like(residual)
        correction, convergence = conjugate_gradients(
            product, inverse, residual, start, tolerance=relative, energy=bound
        )
        self._smallest = min(self._smallest, convergence.smallest / gamma)
        decrease = np.einsum("kri,kri->k", residual, correction)  # |e|^2, but for what is left
        ratio = gamma * decrease / np.where(before > 0, before, 1.0)
        self._largest_ratio = max(self._largest_ratio, float(ratio.max()))
        return correction, convergence.iterations
