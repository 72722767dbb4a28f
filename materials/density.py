"""Density of bone as a typed quantity: QCT, ash or apparent."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from .table import value


@dataclass(frozen=True, eq=False)
class _Density:
    """Density of bone, checked on creation.

    Attributes
    ----------
    g_cm3 : ndarray, any shape [g/cm3]
    """

    g_cm3: np.ndarray

    def __post_init__(self):
        density = np.array(self.g_cm3, dtype=float)
        density.flags.writeable = False
        object.__setattr__(self, "g_cm3", density)
        self._refuse_outside(value("density", "least"), self._most())

    @classmethod
    def from_mg_cm3(cls, density_mg_cm3) -> Self:
        """Take densities in mg/cm3, as images and scenario files hold them."""
        return cls(np.asarray(density_mg_cm3, dtype=float) / 1000)

    def times(self, factor) -> Self:
        """Bone of the same kind, `factor` times as dense; the factor broadcasts."""
        return type(self)(self.g_cm3 * factor)

    def pressed(self, factor) -> Self:
        """Bone of the same kind, `factor` times as dense but not denser than solid bone; the factor broadcasts."""
        return type(self)(np.minimum(self.g_cm3 * factor, np.maximum(self._most(), self.g_cm3)))

    @classmethod
    def _most(cls) -> float:
        return value("density", "most_mineral")

    def _refuse_outside(self, least, most):
        density = np.atleast_1d(self.g_cm3)
        bad = ~((density >= least) & (density <= most))  # NaN is outside as well
        if not bad.any():
            return
        first = int(np.flatnonzero(bad.ravel())[0])
        found = density.ravel()[first]
        if found > most:
            hint = "Is it in mg/cm3? Then use from_mg_cm3."
        elif 0 < found < least:
            hint = "Was a density in g/cm3 given as mg/cm3? It is a factor of 1000."
        else:
            hint = "Bone needs a positive density: look at the calibration or the mask."
        message = (
            f"{type(self).__name__}: {int(bad.sum())} of {density.size} values out of range, the first is "
            f"{found:g} g/cm3 at index {first}, expected {least:g} to {most:g} g/cm3. {hint}"
        )
        raise ValueError(message)


@dataclass(frozen=True, eq=False)
class QctDensity(_Density):
    """Mineral-equivalent density of calibrated quantitative CT [g/cm3]."""


@dataclass(frozen=True, eq=False)
class AshDensity(_Density):
    """Ash mass over bulk volume [g/cm3]."""


@dataclass(frozen=True, eq=False)
class ApparentDensity(_Density):
    """Wet mass of bone tissue over bulk volume [g/cm3]."""

    @classmethod
    def _most(cls) -> float:
        return value("density", "most_apparent")


Density = QctDensity | AshDensity | ApparentDensity


def to_ash(density: Density) -> AshDensity:
    """Ash density: rho_ash = 0.6 rho_app = rho_qct / qct_per_ash."""
    if isinstance(density, AshDensity):
        return density
    if isinstance(density, QctDensity):
        return AshDensity(density.g_cm3 / value("density", "qct_per_ash"))
    if isinstance(density, ApparentDensity):
        return AshDensity(density.g_cm3 * value("density", "ash_per_apparent"))
    message = (
        f"found a {type(density).__name__}, expected a typed density: wrap it in QctDensity, AshDensity or "
        "ApparentDensity, because a law fed with another density is wrong by a factor of two."
    )
    raise TypeError(message)


def to_qct(density: Density) -> QctDensity:
    """Convert to QCT density through ash density."""
    if isinstance(density, QctDensity):
        return density
    return QctDensity(to_ash(density).g_cm3 * value("density", "qct_per_ash"))


def to_apparent(density: Density) -> ApparentDensity:
    """Convert to apparent density through ash density."""
    if isinstance(density, ApparentDensity):
        return density
    return ApparentDensity(to_ash(density).g_cm3 / value("density", "ash_per_apparent"))
