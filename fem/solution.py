"""Equilibrium of one set of moduli as a value."""

from dataclasses import dataclass, field

import numpy as np

from .geometry import Geometry
from .stress import strain_of, stress_of


@dataclass(frozen=True)
class Solution:
    """Equilibrium of one set of moduli. The axis of k load modes is there if the caller gave one.

    Attributes
    ----------
    displacement : ndarray, shape (n, 3) or (k, n, 3) [mm]
    reaction : ndarray, shape (n, 3) or (k, n, 3) [N]
        Force that the supports exert on the body; zero on free unknowns.
    energy : float or ndarray, shape (k, k) [N mm]
        u_i . K u_j: twice the strain energy on the diagonal. With a displacement d prescribed the stiffness
        is energy / d^2, whose error is second order in that of the solution.
    iterations : int
        Of conjugate gradients; 0 where a factorisation was used.
    residual : float
        Largest over modes of |b - K u| / |b| on free unknowns.
    method : str
        "iterative" or "direct".
    """

    displacement: np.ndarray
    reaction: np.ndarray
    energy: float | np.ndarray
    iterations: int
    residual: float
    method: str
    _cells: np.ndarray = field(repr=False)
    _geometry: Geometry = field(repr=False)
    _lam: np.ndarray = field(repr=False)
    _mu: np.ndarray = field(repr=False)

    def strain(self) -> np.ndarray:
        """Strain at the quadrature points, shape (m, q, 6) or (k, m, q, 6) [-]."""
        stacked = self.displacement.ndim == 3
        strain = strain_of(
            self._cells, self._geometry, self.displacement if stacked else self.displacement[None]
        )
        return strain if stacked else strain[0]

    def stress(self) -> np.ndarray:
        """Stress at the quadrature points, shape (m, q, 6) or (k, m, q, 6) [MPa]."""
        return stress_of(self.strain(), self._lam, self._mu)
