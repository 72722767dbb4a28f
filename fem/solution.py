"""Equilibrium of one set of moduli as a value; its fields are computed on first access."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .cells.moduli import Moduli
from .cells.stress import strain_of
from .systems.system import LoadModes, System


class Basis:
    """A growing set of displacement fields of the free unknowns; fields already in it never change."""

    def __init__(self, fields: np.ndarray):
        self._buffer = fields
        self._size = len(fields)

    def __len__(self) -> int:
        """Count the fields."""
        return self._size

    @property
    def fields(self) -> np.ndarray:
        """All fields, shape (n, r, 3) [mm]."""
        return self._buffer[: self._size]

    def append(self, fields: np.ndarray) -> None:
        """Add fields (j, r, 3)."""
        size = self._size + len(fields)
        if size > len(self._buffer):
            larger = np.empty((max(size, 4 * self._size // 3), *fields.shape[1:]))
            larger[: self._size] = self.fields
            self._buffer = larger
        self._buffer[self._size : size] = fields
        self._size = size

    def combine(self, coefficients: np.ndarray) -> np.ndarray:
        """Sum of coefficients (k, n) times the first n fields, shape (k, r, 3)."""
        n = coefficients.shape[1]
        return np.tensordot(coefficients, self._buffer[:n], 1)


@dataclass(frozen=True)
class Solution:
    """Equilibrium of one set of moduli. Arrays have an axis of k load modes if the caller gave one.

    Attributes
    ----------
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

    energy: float | np.ndarray
    iterations: int
    residual: float
    method: str
    _system: System = field(repr=False)
    _modes: LoadModes = field(repr=False)
    _read_moduli: Callable[[], Moduli] = field(repr=False)
    _basis: Basis = field(repr=False)
    _coefficients: np.ndarray = field(repr=False)

    @cached_property
    def displacement(self) -> np.ndarray:
        """Shape (n, 3) or (k, n, 3) [mm]."""
        free = self._basis.combine(self._coefficients)
        return self._face(self._modes.prescribed + self._system.nodal(free))

    @cached_property
    def reaction(self) -> np.ndarray:
        """Force that the supports exert on the body, zero on free unknowns; shape (n, 3) or (k, n, 3) [N]."""
        system, modes = self._system, self._modes
        force = system.held_force(self._moduli, self._stacked(self.displacement))
        if modes.forces is not None:
            force -= modes.forces
        return self._face(np.where(system.constraints.held, force, 0.0))

    def strain(self) -> np.ndarray:
        """Strain at the quadrature points, shape (m, q, 6) or (k, m, q, 6) [-]."""
        system = self._system
        return self._face(strain_of(system.cells, system.geometry, self._stacked(self.displacement)))

    def stress(self) -> np.ndarray:
        """Stress at the quadrature points, shape (m, q, 6) or (k, m, q, 6) [MPa]."""
        return self.stress_of(self.strain())

    def stress_of(self, strain: np.ndarray) -> np.ndarray:
        """Stress [MPa] of other strain (..., m, q, 6) [-] of the same body."""
        return self._moduli.stress(strain)

    @cached_property
    def _moduli(self) -> Moduli:
        """Moduli of all cells."""
        return self._read_moduli()

    def _face(self, values):
        return values if self._modes.stacked else values[0]

    def _stacked(self, values):
        return values if self._modes.stacked else values[None]


@dataclass(frozen=True)
class TrajectorySolution(Solution):
    """Solution at one time of many.

    Attributes
    ----------
    origin : str
        "projected" where the span of other times sufficed, "iterated" where it was extended here.
    certificate : float
        Bound of the relative error in the energy norm, largest over modes.
    """

    origin: str
    certificate: float
