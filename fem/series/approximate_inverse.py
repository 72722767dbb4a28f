"""The approximate inverse along a series of moduli, and the error bound of a displacement that follows from it.

The error e of a displacement with residual r obeys K_t e = r. With the cycle M, last refreshed at moduli s,

    |e|^2 = r . K_t^-1 r <= C r . M r / gamma,    gamma = min over cells of (mu_t / mu_s, kappa_t / kappa_s),

because K_t >= gamma K_s (kappa: bulk modulus; |.| the energy norm of K_t). Always C <= 1 / theta with theta the
smallest eigenvalue of M K_s. The smallest Ritz value that conjugate gradients have met, over gamma where it was met,
bounds theta from above; half of the least such value stands for theta, and certifies what they have finished. What a
projection leaves is smooth and far from that worst case: wherever one is finished by conjugate gradients, gamma |e|^2 /
r . M r is measured, and C for projections is 3 times the largest value so far (never above that of the worst case).

A cycle refreshed at stiffer moduli serves well: the few modes it underestimates are soon found by conjugate gradients.
One refreshed at softer moduli is slow, because it overestimates the displacement wherever the body has stiffened.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..multigrid.krylov import conjugate_gradients
from ..systems.system import System, relative_size
from .moment import Moment

RITZ_SHARE = 0.5
"""Share of the smallest Ritz value that is taken for the smallest eigenvalue."""
SAFETY = 3.0
"""C for projections over the largest gamma |e|^2 / r . M r that was measured."""
REST = 0.3
"""Conjugate gradients go on to this share of the tolerance, so that the span is worth more than one time."""
FIRST = 1e-5
"""Square of the share of the tolerance to which the first time is solved, in the norm of the cycle."""
RATE = 3.5
"""Factor by which an iteration with a fresh cycle reduces the error."""
REFRESH = 10.0
"""Further iterations that are accepted before a refresh (which costs about 20, but serves later times too)."""
ROUNDING = 1e-12
"""No certificate is smaller: what rounding leaves of an exact factorisation."""


@dataclass(frozen=True)
class Correction:
    """What conjugate gradients have found.

    Attributes
    ----------
    fields, images : ndarray, shape (k, r, 3) [mm], [N]
        Corrections and their product with the stiffness.
    iterations : int
    left : ndarray, shape (k,) [N mm], or None
        r . M r of the last residuals that the cycle was applied to, which later steps only reduce in energy; None
        where some modes were finished before others.
    """

    fields: np.ndarray
    images: np.ndarray
    iterations: int
    left: np.ndarray | None


class _Inverse:
    """Cycle for conjugate gradients: knows the first image, remembers r . M r of the last call."""

    def __init__(self, apply, image):
        self._apply, self._first = apply, image
        self._n_modes = len(image)
        self.left: np.ndarray | None = None

    def __call__(self, residual):
        image, self._first = self._first, None
        if image is None or len(image) != len(residual):
            image = self._apply(residual)
        complete = len(residual) == self._n_modes
        self.left = np.einsum("kri,kri->k", residual, image) if complete else None
        return image


class _Product:
    """Product for conjugate gradients that start at zero; remembers the last vectors and their images."""

    def __init__(self, product):
        self._product = product
        self.last = np.empty(0), np.empty(0)

    def __call__(self, x):
        image = self._product(x) if self.last[0].size else np.zeros_like(x)
        self.last = x, image
        return image


class Cycle:
    """Multigrid cycle, or factorisation, at the moduli it was last refreshed for.

    Parameters
    ----------
    system : System
    direct : bool
        Factorise instead of building a hierarchy.

    Attributes
    ----------
    weight : ndarray, shape (r, 3)
        1 / sqrt(diagonal of the stiffness at the moduli of the cycle), zero on held unknowns.
    """

    def __init__(self, system: System, direct: bool):
        self._system = system
        self._inverse = system.factorisation if direct else system.multigrid
        pattern = system.pattern
        row = np.repeat(np.arange(len(pattern.node), dtype=np.int32), np.diff(pattern.indptr))
        self._diagonal = np.flatnonzero(row == pattern.indices)
        self.weight = np.empty((0, 3))
        self._at: Any = None
        self._shear = np.empty(0)
        self._smallest = np.inf
        self._largest_ratio = 0.0
        self._measured: list[tuple[Any, float]] = []
        self._last: tuple[Any, Any] = None, None
        self._refreshes = self._inverse.refreshes

    def check(self) -> None:
        """Forget the moduli of the cycle if another solve of the same problem has refreshed it in the meantime."""
        if self._refreshes != self._inverse.refreshes:
            self._at = None
            self._measured = []
            self._last = None, None

    def serves(self, moment: Moment, error: float, tolerance: float) -> bool:
        """Whether conjugate gradients reach the tolerance from an error (nan: unknown) at less cost than a refresh.

        Where moduli have risen by h against the median since the refresh, it takes about sqrt(h) times as many
        iterations; where they have fallen by l, l^(1/4) times as many (by trial on vertebral bodies).
        """
        if self._at is None:
            return False
        low, high = moment.moduli.extremes(self._at)
        typical = float(np.median(moment.shear / self._shear))
        slower = np.sqrt(max(1.0, high / typical)) * max(1.0, typical / low) ** 0.25
        reduction = (error if error < 1 else 1.0) * SAFETY / (REST * tolerance)
        return (slower - 1) * np.log(max(1.0, reduction)) / np.log(RATE) <= REFRESH

    def refresh(self, moment: Moment) -> None:
        """Move to the moduli of another time."""
        values = moment.values
        self._inverse.refresh(values)
        self._refreshes = self._inverse.refreshes
        diagonal = values[self._diagonal][:, [0, 1, 2], [0, 1, 2]]
        self.weight = self._system.pattern.free / np.sqrt(diagonal)
        self._at, self._shear = moment.moduli, moment.shear
        self._measured = []
        self._last = None, None

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
        if self._at is None:
            return np.nan
        image = self.apply(residual)
        self._last = residual, image
        square = np.einsum("kri,kri->k", residual, image)
        return self.bound(square, energy, moment, finished=finished)

    def apply(self, residual: np.ndarray) -> np.ndarray:
        """Approximate solution M r for residuals (k, r, 3)."""
        return self._inverse.apply(residual)

    def bound(self, square, energy, moment: Moment, *, finished: bool = False) -> float:
        """Certificate that follows from r . M r (k,)."""
        if self._at is None or not np.isfinite(self._smallest):
            return np.nan
        constant = 1 / (RITZ_SHARE * self._smallest * moment.moduli.extremes(self._at)[0])
        if not finished:
            constant = min(constant, SAFETY * self._nearest_ratio(moment))
        error = float(np.sqrt(constant * np.max(square / np.where(energy > 0, energy, 1.0))))
        return max(ROUNDING, (1 + moment.misfit) * (error + moment.misfit))

    def correct(self, product, residual, b, energy, tolerance, moment: Moment) -> "Correction":
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
        Correction
        """
        assert self._at is not None
        gamma = moment.moduli.extremes(self._at)[0]
        first = not np.isfinite(self._smallest)
        ritz = FIRST if first else 0.5 * RITZ_SHARE * self._smallest * gamma
        bound = tolerance**2 * energy * min((REST / SAFETY) ** 2, ritz)
        known, image = self._last
        if known is not residual:
            image = self.apply(residual)
        self._last = None, None
        before = np.einsum("kri,kri->k", residual, image)
        inverse = _Inverse(self.apply, image)
        multiply = _Product(product)
        relative = 1e-8 / max(relative_size(residual, b), 1e-7)
        start = np.zeros_like(residual)
        correction, convergence = conjugate_gradients(
            multiply, inverse, residual, start, tolerance=relative, energy=bound
        )
        self._smallest = min(self._smallest, convergence.smallest / gamma)
        decrease = np.einsum("kri,kri->k", residual, correction)  # |e|^2, but for what is left
        ratio = float(np.max(decrease / np.where(before > 0, before, 1.0)))
        self._largest_ratio = max(self._largest_ratio, gamma * ratio)
        self._measured.append((moment.moduli, ratio))
        return Correction(correction, multiply.last[1], convergence.iterations, inverse.left)

    def _nearest_ratio(self, moment):
        """Bound of |e|^2 / r . M r from the nearest time where it was measured with this cycle, or at its own."""
        nearest, bound = np.inf, np.inf
        for moduli, ratio in [(self._at, self._largest_ratio), *self._measured]:
            low, high = moment.moduli.extremes(moduli)
            if high / low <= nearest:
                nearest, bound = high / low, ratio / min(low, 1.0)
        return bound
