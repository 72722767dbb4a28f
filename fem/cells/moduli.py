"""Elastic moduli of all cells as the solver uses them: an isotropic and, optionally, a directional part."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vertebra.kernels import njit

from ..systems.constraints import read_moduli
from .anisotropy import Anisotropy, Orthotropy, read_anisotropy
from .stress import stress_of


@njit(cache=True)
def _extremes(lam, mu, lam_s, mu_s):
    """Least and largest ratio of moduli to others, over cells (m,), shear and bulk."""
    low = np.inf
    high = 0.0
    for cell in range(mu.size):
        shear = mu[cell] / mu_s[cell]
        bulk = (3.0 * lam[cell] + 2.0 * mu[cell]) / (3.0 * lam_s[cell] + 2.0 * mu_s[cell])
        low = min(low, shear, bulk)
        high = max(high, shear, bulk)
    return low, high


@njit(cache=True)
def _largest(A, B):  # noqa: N803
    """Largest x with det(A - x B) = 0, for symmetric positive definite A and B (3, 3).

    B = L L^T by Cholesky, then the largest eigenvalue of L^-1 A L^-T by Lode's angle.
    """
    l00 = np.sqrt(B[0, 0])
    l10, l20 = B[1, 0] / l00, B[2, 0] / l00
    l11 = np.sqrt(B[1, 1] - l10 * l10)
    l21 = (B[2, 1] - l20 * l10) / l11
    l22 = np.sqrt(B[2, 2] - l20 * l20 - l21 * l21)
    M = np.empty((3, 3))  # noqa: N806
    for j in range(3):  # L^-1 A
        M[0, j] = A[0, j] / l00
        M[1, j] = (A[1, j] - l10 * M[0, j]) / l11
        M[2, j] = (A[2, j] - l20 * M[0, j] - l21 * M[1, j]) / l22
    for i in range(3):  # (L^-1 A) L^-T
        M[i, 0] = M[i, 0] / l00
        M[i, 1] = (M[i, 1] - l10 * M[i, 0]) / l11
        M[i, 2] = (M[i, 2] - l20 * M[i, 0] - l21 * M[i, 1]) / l22
    mean = (M[0, 0] + M[1, 1] + M[2, 2]) / 3.0
    xx, yy, zz = M[0, 0] - mean, M[1, 1] - mean, M[2, 2] - mean
    yz, xz, xy = M[2, 1], M[2, 0], M[1, 0]
    radius = np.sqrt((0.5 * (xx * xx + yy * yy + zz * zz) + yz * yz + xz * xz + xy * xy) / 3.0)
    cube = radius * radius * radius
    if not cube > 0.0:
        return mean
    third = xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz)
    angle = np.arccos(min(1.0, max(-1.0, third / (2.0 * cube)))) / 3.0
    return mean + 2.0 * radius * np.cos(angle)


@njit(cache=True)
def _aligned_extremes(lam, mu, amount, lam_s, mu_s, amount_s, normal, shear):
    """Least and largest ratio of energies, over cells (m,) and strains; normal (3, 3), shear (3,) in material axes."""
    low = np.inf
    high = 0.0
    A = np.empty((3, 3))  # noqa: N806
    B = np.empty((3, 3))
    for cell in range(mu.size):
        a, b = amount[cell], amount_s[cell]
        if a == 0.0 and b == 0.0:
            x = mu[cell] / mu_s[cell]
            y = (3.0 * lam[cell] + 2.0 * mu[cell]) / (3.0 * lam_s[cell] + 2.0 * mu_s[cell])
            low = min(low, x, y)
            high = max(high, x, y)
            continue
        least, most = np.inf, 0.0  # ratios of parts bound those of sums
        for part in range(3):
            x = a if part == 0 else (mu[cell] if part == 1 else 3.0 * lam[cell] + 2.0 * mu[cell])
            y = b if part == 0 else (mu_s[cell] if part == 1 else 3.0 * lam_s[cell] + 2.0 * mu_s[cell])
            if y > 0.0:
                least = min(least, x / y)
                most = max(most, x / y)
            elif x > 0.0:
                most = np.inf
        if least >= low and most <= high:
            continue
        for i in range(3):
            x = (mu[cell] + a * shear[i]) / (mu_s[cell] + b * shear[i])
            low = min(low, x)
            high = max(high, x)
            for j in range(3):
                A[i, j] = lam[cell] + a * normal[i, j]
                B[i, j] = lam_s[cell] + b * normal[i, j]
            A[i, i] += 2.0 * mu[cell]
            B[i, i] += 2.0 * mu_s[cell]
        high = max(high, _largest(A, B))
        low = min(low, 1.0 / _largest(B, A))
    return low, high


@dataclass(frozen=True, eq=False)
class Aligned:
    """Directional part of the moduli.

    Attributes
    ----------
    material : Orthotropy
    axes : ndarray, shape (1 or m, 3, 3) [-]
        Rows: material axes in those of the body.
    amount : ndarray, shape (m,) [MPa]
        Young's modulus along the material axis z of this part; zero in isotropic cells.
    """

    material: Orthotropy
    axes: np.ndarray
    amount: np.ndarray

    @cached_property
    def unit(self) -> np.ndarray:
        """Stiffness in the axes of the body for an amount of 1, shape (1 or m, 6, 6) [-]."""
        return np.ascontiguousarray(self.material.turned(self.axes))

    def compares_with(self, other: "Aligned") -> bool:
        """Whether material and axes are the same."""
        return self.material == other.material and (
            self.axes is other.axes or np.array_equal(self.axes, other.axes)
        )


@dataclass(frozen=True, eq=False)
class Moduli:
    """Moduli of all cells: C = lam I x I + 2 mu I, plus amount times C' where a part has a direction.

    Attributes
    ----------
    lam, mu : ndarray, shape (m,) [MPa]
        Lamé's constants of the isotropic part; both zero where all of a cell has a direction.
    aligned : Aligned or None
        None if no cell has a direction.
    """

    lam: np.ndarray
    mu: np.ndarray
    aligned: Aligned | None = None

    @classmethod
    def read(cls, young, poisson, n_cells: int, anisotropy: Anisotropy | None = None) -> "Moduli":
        """Validate the moduli given to `Elasticity.solve`.

        Parameters
        ----------
        young, poisson : float or array, shape (m,) [MPa], [-]
        n_cells : int
            m.
        anisotropy : Anisotropy, optional
            Share of the cells that has a direction; none without.

        Returns
        -------
        Moduli
            Without `aligned` where all shares are 0.

        Raises
        ------
        ValueError
            Moduli or anisotropy are not those of an elastic material, or not of n_cells cells.
        """
        lam, mu = read_moduli(young, poisson, n_cells)
        if anisotropy is None:
            return cls(lam, mu)
        share, axes = read_anisotropy(anisotropy, n_cells)
        if not share.any():
            return cls(lam, mu)
        aligned = Aligned(anisotropy.material, axes, share * np.asarray(young, float))
        return cls((1 - share) * lam, (1 - share) * mu, aligned)

    @property
    def formed(self) -> "Moduli":
        """The moduli of all cells; for these moduli, the object itself."""
        return self

    @property
    def shear(self) -> np.ndarray:
        """Shear modulus, the mean of three planes where they differ; shape (m,) [MPa]."""
        if self.aligned is None:
            return self.mu
        return self.mu + self.aligned.amount * np.mean(self.aligned.material.shear)

    def stress(self, strain: np.ndarray) -> np.ndarray:
        """Stress of strain, both xx yy zz yz xz xy with engineering shear.

        Parameters
        ----------
        strain : ndarray, shape (..., m, q, 6) [-]

        Returns
        -------
        ndarray, shape (..., m, q, 6) [MPa]
        """
        stress = stress_of(strain, self.lam, self.mu)
        if self.aligned is not None:
            cells = np.flatnonzero(self.aligned.amount)
            unit = self.aligned.unit
            held = strain[..., cells, :, :] @ (unit[0] if len(unit) == 1 else unit[cells])
            stress[..., cells, :, :] += self.aligned.amount[cells, None, None] * held
        return stress

    def extremes(self, other: "Moduli") -> tuple[float, float]:
        """Least and largest ratio of the energy of a strain to that with other moduli, over all cells and strains.

        For isotropic cells the ratios of shear and bulk modulus. With a direction: in material axes the ratios of the
        three shear moduli, and the eigenvalues of one (3, 3) block for normal strains with respect to the other.

        Parameters
        ----------
        other : Moduli
            Of the same m cells.

        Returns
        -------
        least, largest : float [-]

        Raises
        ------
        ValueError
            Where both have a direction, but not the same material and axes.
        """
        mine, theirs = self.aligned, other.aligned
        known = mine or theirs
        if known is None:
            return _extremes(self.lam, self.mu, other.lam, other.mu)
        if mine is not None and theirs is not None and not mine.compares_with(theirs):
            text = (
                "the constants or axes of the anisotropy differ from one time to another, expected the same at all "
                "times of a series: only young, poisson and share may change. Use `solve` for each."
            )
            raise ValueError(text)
        nothing = np.zeros_like(self.mu)
        return _aligned_extremes(
            self.lam,
            self.mu,
            nothing if mine is None else mine.amount,
            other.lam,
            other.mu,
            nothing if theirs is None else theirs.amount,
            known.material.normal,
            np.array(known.material.shear),
        )
