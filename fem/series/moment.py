"""One time of a series: stiffness, load, and their projection on the basis of displacements."""

from functools import cached_property

import numpy as np

from ..cells.moduli import Moduli
from ..solution import Basis
from ..systems.equilibrium import Load, load_of
from ..systems.system import LoadModes, System
from .affine import ModuliSpan
from .combined import CombinedStiffness

SAMPLE = 1001
"""Cells from which the typical stiffness is taken."""


class Combination:
    """Moduli at coordinates theta (k,) of a span."""

    def __init__(self, span: ModuliSpan, theta: np.ndarray):
        self.span, self.theta = span, theta

    @cached_property
    def formed(self) -> Moduli:
        """Moduli of all cells."""
        return Moduli(*self.span.moduli(self.theta))

    def extremes(self, other: "Combination") -> tuple[float, float]:
        """Least and largest ratio to other moduli of the same span, over all cells, shear and bulk."""
        return self.span.extremes(self.theta, other.theta)


class AssembledMoment:
    """A time whose stiffness is assembled and multiplied with every field of the basis.

    Parameters
    ----------
    system : System
    modes : LoadModes
    basis : Basis
    moduli : Moduli
    """

    misfit = 0.0

    def __init__(self, system: System, modes: LoadModes, basis: Basis, moduli: Moduli):
        self.moduli = moduli
        self.load = load_of(system, modes, moduli)
        self.values = system.stiffness(moduli)
        self._basis = basis
        self._images = system.product(self.values)(basis.fields)

    @property
    def shear(self) -> np.ndarray:
        """Shear modulus of a sample of the cells [MPa]."""
        shear = self.moduli.shear
        return shear[:: _stride(len(shear))]

    def solve(self) -> np.ndarray:
        """Galerkin coefficients (k, n)."""
        n, b = len(self._basis), self.load.b
        V = self._basis.fields.reshape(n, -1)
        G = V @ self._images.reshape(n, -1).T  # noqa: N806
        return solve_reduced(0.5 * (G + G.T), V @ b.reshape(len(b), -1).T)

    def image(self, coefficients: np.ndarray) -> np.ndarray:
        """Stiffness times the combination (k, n) of the basis, shape (k, r, 3)."""
        return np.tensordot(coefficients, self._images, 1)

    def energy(self, coefficients: np.ndarray, image: np.ndarray) -> np.ndarray:
        """Energy u_i . K u_j, shape (k, k) [N mm], given the image of the combination."""
        return self.load.energy_of(self._basis.combine(coefficients), image)

    def append(self, fields: np.ndarray, images: np.ndarray) -> None:
        """Add fields (j, r, 3) with their images to the basis."""
        self._basis.append(fields)
        self._images = np.concatenate([self._images, images])


class CombinedMoment:
    """A time whose moduli are a combination of few fields.

    Parameters
    ----------
    basis : Basis
    stiffness : CombinedStiffness
    theta : ndarray, shape (k,)
        Coordinates of the moduli.
    misfit : float
    """

    def __init__(self, basis: Basis, stiffness: CombinedStiffness, theta: np.ndarray, misfit: float):
        self.misfit = misfit
        self.moduli = Combination(stiffness.span, theta)
        self._basis, self._stiffness = basis, stiffness

    @property
    def shear(self) -> np.ndarray:
        """Shear modulus of a sample of the cells [MPa]."""
        span = self.moduli.span
        n_cells = len(span.mu)
        return span.shear(self.moduli.theta, np.arange(0, n_cells, _stride(n_cells)))

    @cached_property
    def load(self) -> Load:
        """Load on the free unknowns."""
        return self._stiffness.load(self.moduli.theta)

    @property
    def values(self) -> np.ndarray:
        """Stiffness in blocks (b, 3, 3) [N/mm]; that of the next time overwrites them."""
        return self._stiffness.values(self.moduli.theta)

    def solve(self) -> np.ndarray:
        """Galerkin coefficients (k, n)."""
        return solve_reduced(*self._stiffness.reduced(self.moduli.theta))

    def image(self, coefficients: np.ndarray) -> np.ndarray:
        """Stiffness times the combination (k, n) of the basis, shape (k, r, 3)."""
        return self._stiffness.image(self.moduli.theta, coefficients)

    def energy(self, coefficients: np.ndarray, _image: np.ndarray | None = None) -> np.ndarray:
        """Energy u_i . K u_j, shape (k, k) [N mm]."""
        return self._stiffness.energy(self.moduli.theta, coefficients)

    def append(self, fields: np.ndarray, images: np.ndarray) -> None:
        """Add fields (j, r, 3) with their images to the basis."""
        self._basis.append(fields)
        self._stiffness.append(self._basis, images, self.moduli.theta)


Moment = AssembledMoment | CombinedMoment
"""Interface of one time of a series.

`moduli` are those that it is solved for; `misfit` bounds the relative change of any energy against those that were
asked for; `shear` samples the shear modulus. `solve` gives Galerkin coefficients (k, n) on the basis, `image` the
stiffness times a combination of the basis, `append` adds new fields (j, r, 3) with their images.
"""


def _stride(n_cells):
    return max(1, n_cells // SAMPLE)


def solve_reduced(matrix: np.ndarray, load: np.ndarray) -> np.ndarray:
    """Solution (k, n) of a small semidefinite system (n, n) with loads (n, k), without its null space."""
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(matrix / np.outer(scale, scale))
    keep = values > 1e-12 * values[-1]
    vectors = vectors[:, keep]
    return (vectors @ ((vectors.T @ (load / scale[:, None])) / values[keep, None]) / scale[:, None]).T
