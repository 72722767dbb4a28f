"""Creep of crushed bone: strain hardening with time, arrested as callus mineralises.

    e = B (s / sigma)^n t^p        under constant load, t in upright hours

s is the axial compressive stress and sigma the present compressive strength of an element. Under changing load the
strain carries the hardening: what a load adds depends on the strain that stands, not on the time that has passed [1]_.

References
----------
.. [1] E. N. da C. Andrade, On the viscous flow in metals, and allied phenomena, Proc. R. Soc. A 84 (1910) 1-12,
   doi 10.1098/rspa.1910.0050
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .table import value


@dataclass(frozen=True)
class CreepLaw:
    """Constants of the law, from `creep.toml` unless given.

    Attributes
    ----------
    coefficient : float [1 / h^p]
        B.
    stress_exponent, time_exponent, arrest_exponent : float [-]
        n, p and m.
    """

    coefficient: float = field(default_factory=lambda: value("creep", "coefficient"))
    stress_exponent: float = field(default_factory=lambda: value("creep", "stress_exponent"))
    time_exponent: float = field(default_factory=lambda: value("creep", "time_exponent"))
    arrest_exponent: float = field(default_factory=lambda: value("creep", "arrest_exponent"))

    def __post_init__(self):
        """Refuse constants with which nothing hardens."""
        if not (self.coefficient > 0 and self.stress_exponent > 0 and 0 < self.time_exponent <= 1):
            message = (
                f"creep with B = {self.coefficient:g}, n = {self.stress_exponent:g}, p = {self.time_exponent:g}: "
                "expected positive constants and p at most 1. Correct creep.toml."
            )
            raise ValueError(message)

    def after(self, strain: np.ndarray, stress_ratio: np.ndarray, hours: np.ndarray | float) -> np.ndarray:
        """Creep strain after some more hours under load; time hardening carried over by the strain.

            e' = (e^(1/p) + (B r^n)^(1/p) h)^p

        Parameters
        ----------
        strain : ndarray, shape (m,) [-]
            e, that stands.
        stress_ratio : ndarray, shape (m,) [-]
            r, axial compressive stress over compressive strength, at least 0.
        hours : ndarray, shape (m,), or float [h]
            Upright time, times what callus leaves of the rate (`mobile`).

        Returns
        -------
        ndarray, shape (m,) [-]
        """
        return self.growth(strain, stress_ratio)(hours)

    def growth(
        self, strain: np.ndarray, stress_ratio: np.ndarray
    ) -> Callable[[np.ndarray | float], np.ndarray]:
        """Creep strain as a function of further hours under load; `after` for many numbers of hours."""
        p = self.time_exponent
        rate = (self.coefficient * stress_ratio**self.stress_exponent) ** (1 / p)
        hardened = strain ** (1 / p)
        return lambda hours: np.maximum((hardened + rate * hours) ** p, strain)

    def mobile(self, maturity: np.ndarray) -> np.ndarray:
        """Share of the rate of creep that callus of a mineral maturity leaves, (1 - M)^m; shape (m,) [-]."""
        return np.maximum(1 - maturity, 0.0) ** self.arrest_exponent


def compressive_ratio(axial_stress: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Axial compressive stress over compressive strength, 0 where bone is pulled.

    Parameters
    ----------
    axial_stress : ndarray, shape (m,) [MPa]
        sigma_zz, negative in compression.
    strength : ndarray, shape (m,) [MPa]

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    return np.maximum(-axial_stress, 0.0) / strength


def overload_mm(load: float, capacity: float) -> float:
    """Depth by which a load beyond the capacity crushes a vertebra further [mm].

    The spine in series with it springs back until it carries no more than the vertebra bears: (F - F_c) / k.

    Parameters
    ----------
    load, capacity : float [N]
    """
    return max(load - capacity, 0.0) / value("creep", "spine_stiffness")
