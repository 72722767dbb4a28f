"""Materials whose stiffness depends on direction: constants, checks, and how much of each cell they are."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np

PAIRS = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))
"""Indices of the components in Voigt order."""
TENSOR = np.array([[0, 5, 4], [5, 1, 3], [4, 3, 2]])
"""Place of each component in Voigt order."""


@dataclass(frozen=True)
class Orthotropy:
    """Elastic constants along three material axes x, y, z, in units of Young's modulus along z.

    nu_ij is the contraction along j over the extension along i under stress along i, so that
    nu_ij / E_i = nu_ji / E_j.

    Attributes
    ----------
    young : tuple of float [-]
        E_x / E_z and E_y / E_z.
    poisson : tuple of float [-]
        nu_zy, nu_zx and nu_xy.
    shear : tuple of float [-]
        G_yz / E_z, G_xz / E_z and G_xy / E_z.

    Raises
    ------
    ValueError
        Where a strain would release energy.
    """

    young: tuple[float, float]
    poisson: tuple[float, float, float]
    shear: tuple[float, float, float]

    def __post_init__(self):
        """Refuse constants whose stiffness is not positive definite."""
        numbers = np.array([*self.young, *self.poisson, *self.shear], float)
        if numbers.shape != (8,) or not np.isfinite(numbers).all():
            text = f"{self}: expected finite numbers, 2 in young, 3 in poisson, 3 in shear."
            raise ValueError(text)
        for name in ("young", "shear"):
            if min(getattr(self, name)) <= 0:
                text = f"{name} is {getattr(self, name)}, expected ratios to E_z above 0."
                raise ValueError(text)
        least = np.linalg.eigvalsh(self._compliance)[0]
        if not least > 0:
            text = (
                f"{self} is not positive definite: its compliance has the eigenvalue {least:.3g}, expected above 0, so "
                "that every strain takes work (for transverse isotropy 1 - nu_xy > 2 nu_zx^2 E_x / E_z). Lower a "
                "Poisson's ratio; nu_zx = nu_xz E_z / E_x, if the source gives nu_xz."
            )
            raise ValueError(text)

    @classmethod
    def transverse(
        cls, *, young: float, poisson_transverse: float, poisson_axial: float, shear_axial: float
    ) -> Self:
        """Transverse isotropy: alike in all directions across z.

        Parameters
        ----------
        young : float [-]
            E_x / E_z = E_y / E_z.
        poisson_transverse : float [-]
            nu_xy; then G_xy = E_x / (2 (1 + nu_xy)).
        poisson_axial : float [-]
            nu_zx = nu_zy, the contraction across under stress along z.
        shear_axial : float [-]
            G_xz / E_z = G_yz / E_z.
        """
        return cls(
            (young, young),
            (poisson_axial, poisson_axial, poisson_transverse),
            (shear_axial, shear_axial, young / (2 * (1 + poisson_transverse))),
        )

    @classmethod
    def isotropic(cls, poisson: float) -> Self:
        """Isotropy as a special case.

        Parameters
        ----------
        poisson : float [-]
            In all planes.

        Returns
        -------
        Orthotropy
            With E_x = E_y = E_z and G = E / (2 (1 + nu)) in all planes.
        """
        shear = 1 / (2 * (1 + poisson))
        return cls((1.0, 1.0), (poisson, poisson, poisson), (shear, shear, shear))

    @property
    def _compliance(self) -> np.ndarray:
        """Strain of normal stresses along x, y, z, shape (3, 3)."""
        (x, y), (zy, zx, xy) = self.young, self.poisson
        return np.array([[1 / x, -xy / x, -zx], [-xy / x, 1 / y, -zy], [-zx, -zy, 1.0]])

    @cached_property
    def normal(self) -> np.ndarray:
        """Normal stresses of normal strains along the material axes, shape (3, 3) [-]."""
        return np.linalg.inv(self._compliance)

    @cached_property
    def stiffness(self) -> np.ndarray:
        """In material axes, Voigt order with engineering shear, shape (6, 6) [-]."""
        C = np.zeros((6, 6))  # noqa: N806
        C[:3, :3] = self.normal
        C[[3, 4, 5], [3, 4, 5]] = self.shear
        return C

    def turned(self, axes: np.ndarray) -> np.ndarray:
        """Stiffness in the axes of the body, C = T^T C' T with T the transformation of strain to material axes.

        Parameters
        ----------
        axes : ndarray, shape (..., 3, 3) [-]
            Rows: material axes x, y, z in those of the body.

        Returns
        -------
        ndarray, shape (..., 6, 6) [-]
        """
        T = np.empty((*axes.shape[:-2], 6, 6))  # noqa: N806
        for row, (a, b) in enumerate(PAIRS):
            for column, (i, j) in enumerate(PAIRS):
                both = axes[..., a, i] * axes[..., b, j] + axes[..., a, j] * axes[..., b, i]
                T[..., row, column] = both if a != b else 0.5 * both
        turned = np.swapaxes(T, -1, -2) @ self.stiffness @ T
        return 0.5 * (turned + np.swapaxes(turned, -1, -2))


@dataclass(frozen=True, eq=False)
class Anisotropy:
    """A share of each cell that is stiffer in one direction than in others.

    The stiffness of a cell is E [(1 - share) C_iso(nu) + share C'(material, axes)] with the E and nu of the cell: E is
    the modulus along the material axis z, of both parts, which share their strain (Voigt).

    Attributes
    ----------
    material : Orthotropy
    share : float or ndarray, shape (m,) [-]
        From 0, an isotropic cell, to 1.
    axes : ndarray, shape (3, 3) or (m, 3, 3) [-]
        Rows: material axes x, y, z in those of the body; see `axes_along`.
    """

    material: Orthotropy
    share: float | np.ndarray = 1.0
    axes: np.ndarray = field(default_factory=lambda: np.eye(3))


def axes_along(direction) -> np.ndarray:
    """Material axes whose z points along a direction; x and y complete it to a right-handed frame.

    Parameters
    ----------
    direction : array, shape (3,) or (m, 3)
        Of any length above 0.

    Returns
    -------
    ndarray, shape (3, 3) or (m, 3, 3) [-]
    """
    direction = np.asarray(direction, float)
    length = np.linalg.norm(direction, axis=-1, keepdims=True)
    if direction.shape[-1:] != (3,) or direction.ndim > 2 or not (length > 0).all():
        text = (
            f"direction has shape {direction.shape} and a least length of {np.min(length):g}, expected (3,) or (m, 3) "
            "and lengths above 0."
        )
        raise ValueError(text)
    z = direction / length
    least = np.abs(z).argmin(axis=-1)
    x = np.cross(np.eye(3)[least], z)
    x /= np.linalg.norm(x, axis=-1, keepdims=True)
    return np.stack([x, np.cross(z, x), z], axis=-2)


def read_anisotropy(anisotropy: Anisotropy, n_cells: int) -> tuple[np.ndarray, np.ndarray]:
    """Check share and axes.

    Parameters
    ----------
    anisotropy : Anisotropy
    n_cells : int
        m, what arrays of one value per cell must hold.

    Returns
    -------
    share : ndarray, shape (m,) [-]
    axes : ndarray, shape (1, 3, 3) or (m, 3, 3) [-]

    Raises
    ------
    ValueError
        Shapes do not fit, a share lies outside 0 to 1, or axes are not of length 1 at right angles.
    """
    share, axes = np.asarray(anisotropy.share, float), np.asarray(anisotropy.axes, float)
    if share.shape not in ((), (n_cells,)):
        text = f"share of anisotropy has shape {share.shape}, expected a number or one per cell ({n_cells},)."
        raise ValueError(text)
    valid = (share >= 0) & (share <= 1)
    if not valid.all():
        cell = int(np.flatnonzero(~np.broadcast_to(valid, (n_cells,)))[0])
        text = f"share of anisotropy is {np.broadcast_to(share, (n_cells,))[cell]} in cell {cell}, expected 0 to 1."
        raise ValueError(text)
    if axes.shape not in ((3, 3), (n_cells, 3, 3)):
        text = f"material axes have shape {axes.shape}, expected (3, 3) or ({n_cells}, 3, 3)."
        raise ValueError(text)
    axes = axes.reshape(-1, 3, 3)
    off = np.abs(axes @ np.swapaxes(axes, 1, 2) - np.eye(3)).max(axis=(1, 2))
    if not (off <= 1e-9).all():
        cell = int(np.flatnonzero(~(off <= 1e-9))[0])
        text = (
            f"material axes of cell {cell} are {axes[cell].tolist()}, expected rows of length 1 at right angles. "
            "Use axes_along(direction), or normalise them."
        )
        raise ValueError(text)
    return np.broadcast_to(share, (n_cells,)), axes
