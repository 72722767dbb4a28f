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

from typing import Any

import numpy as np

from .krylov import conjugate_gradients
from .moment import Moment
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
        self._at: Any = None
        self._smallest = np.inf
        self._largest_ratio = 0.0

    def serves(self, moment: Moment) -> bool:
        """Tell whether conjugate gradients are fast at a time without a refresh."""
        if self._at is None:
            return False
        low, high = moment.moduli.extremes(self._at)
        mu, mu_s = moment.moduli.arrays[1], self._at.arrays[1]
        every = max(1, len(mu) // SAMPLE)
        typical = float(np.median(mu[::every] / mu_s[::every]))
        return high <= STIFFENED * typical and low >= SOFTENED * typical

    def refresh(self, moment: Moment) -> None:
        """Move to the moduli of another time."""
        self._inverse.refresh(moment.values)
        self._at = moment.moduli

    def certify(self, residual, energy, moment: Moment, *, finished: bool = False) -> float:
        """Bound the relative error in the energy norm, largest over modes; nan before anything is known.

        Parameters
        ----------
        residual : ndarray, shape (k, r, 3) [N]
        energy : ndarray, shape (k,) [N mm]
        moment : Moment
        finished : bool
            Marks the residual that conjugate gradients have left.
        """
        if not residual.size:
            return ROUNDING
        if self._at is None or not np.isfinite(self._smallest):
            return np.nan
        worst = 1 / (RITZ_SHARE * self._smallest)
        constant = worst if finished else min(worst, SAFETY * self._largest_ratio)
        square = np.einsum("kri,kri->k", residual, self._inverse.apply(residual))
        square *= constant / moment.moduli.extremes(self._at)[0]
        error = float(np.sqrt(np.max(square / np.where(energy > 0, energy, 1.0))))
        return max(ROUNDING, (1 + moment.misfit) * (error + moment.misfit))

    def correct(self, product, residual, b, energy, tolerance, moment: Moment) -> tuple[np.ndarray, int]:
        """Solve K e = residual until the error is a share of the tolerance.

        The first solve of a series goes a good deal further, for its Ritz value and its ratio.

        Parameters
        ----------
        product : callable
            Maps (k, r, 3) to its product with K.
        residual, b : ndarray, shape (k, r, 3) [N]
        energy : ndarray, shape (k,) [N mm]
        tolerance : float
        moment : Moment

        Returns
        -------
        correction : ndarray, shape (k, r, 3) [mm]
        iterations : int
        """
        assert self._at is not None
        gamma = moment.moduli.extremes(self._at)[0]
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
