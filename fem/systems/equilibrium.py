"""Load and energy of an equilibrium on the free unknowns: prescribed displacements are eliminated."""

from dataclasses import dataclass

import numpy as np

from ..cells.moduli import Moduli
from .system import LoadModes, System


@dataclass(frozen=True)
class Load:
    """Right-hand side of the free unknowns x: u = u_prescribed + x, K x = b.

    Attributes
    ----------
    b : ndarray, shape (k, r, 3) [N]
        f - K u_prescribed on the free unknowns.
    coupling : ndarray, shape (k, r, 3) [N]
        K u_prescribed on the free unknowns.
    energy : ndarray, shape (k, k) [N mm]
        Energy of u_prescribed.
    """

    b: np.ndarray
    coupling: np.ndarray
    energy: np.ndarray

    def energy_of(self, x: np.ndarray, image: np.ndarray) -> np.ndarray:
        """Energy u_i . K u_j, shape (k, k) [N mm], of free unknowns x and their image K x, both (k, r, 3)."""
        k = len(x)
        mixed = x.reshape(k, -1) @ (self.coupling + 0.5 * image).reshape(k, -1).T
        return self.energy + mixed + mixed.T


def load_of(system: System, modes: LoadModes, moduli: Moduli) -> Load:
    """Load of given moduli."""
    force = system.held_force(moduli, modes.prescribed)
    coupling = system.rows(force)
    k = len(force)
    energy = modes.prescribed.reshape(k, -1) @ force.reshape(k, -1).T
    b = -coupling if modes.forces is None else system.rows(modes.forces) - coupling
    return Load(b, coupling, 0.5 * (energy + energy.T))


def work(displacement: np.ndarray, force: np.ndarray) -> np.ndarray:
    """Energy u_i . K u_j, shape (k, k) [N mm], of displacements and the forces that hold them, both (k, n, 3).

    The mean translation does no work on forces in balance; it is subtracted so that a large one costs no digits.
    """
    k = len(force)
    energy = (displacement - displacement.mean(axis=1, keepdims=True)).reshape(k, -1) @ force.reshape(k, -1).T
    return 0.5 * (energy + energy.T)
