"""An elastic, perfectly plastic body at given displacements: stress, flow, nodal forces and tangent."""

from dataclasses import dataclass

import numpy as np

from ..cells.moduli import Moduli
from ..cells.stress import strain_of, stress_of
from ..systems.system import System
from .assembly import force_of_stress
from .return_mapping import Strength, return_map, return_map_tangent


@dataclass(frozen=True)
class Material:
    """Elastic moduli and strengths of all cells.

    Attributes
    ----------
    lam, mu : ndarray, shape (m,) [MPa]
    strength : Strength
    """

    lam: np.ndarray
    mu: np.ndarray
    strength: Strength

    @property
    def moduli(self) -> Moduli:
        """Elastic moduli as the elastic solver takes them."""
        return Moduli(self.lam, self.mu)


@dataclass(frozen=True)
class State:
    """State of the body at a displacement, given the plastic strain before the step.

    Attributes
    ----------
    displacement : ndarray, shape (1, n, 3) [mm]
    force : ndarray, shape (1, n, 3) [N]
        Internal forces on all nodes: reactions where held, out of balance elsewhere.
    strain, stress, plastic : ndarray, shape (m, q, 6) [-], [MPa], [-]
        At the end of the step.
    """

    displacement: np.ndarray
    force: np.ndarray
    strain: np.ndarray
    stress: np.ndarray
    plastic: np.ndarray


@dataclass(frozen=True)
class Yielding:
    """Tangents where a state flows.

    Attributes
    ----------
    cells : ndarray of int, shape (s,)
        Those with a point that flows in the step.
    tangent : ndarray, shape (s, q, 6, 6) [MPa]
        Derivative of their stresses by their strains; that of all other cells is elastic.
    """

    cells: np.ndarray
    tangent: np.ndarray


def evaluate(system: System, material: Material, displacement: np.ndarray, plastic: np.ndarray) -> State:
    """Return mapping at all points, for a displacement (1, n, 3) and the plastic strain (m, q, 6) before it."""
    strain = strain_of(system.cells, system.geometry, displacement)[0]
    stress, new_plastic = return_map(strain, plastic, material.lam, material.mu, material.strength)
    return State(displacement, force_of_stress(system, stress), strain, stress, new_plastic)


def yielding(material: Material, state: State, plastic: np.ndarray) -> Yielding:
    """Tangents of the cells that flow in the step to a state, given the plastic strain (m, q, 6) before it."""
    cells = np.flatnonzero((state.plastic != plastic).any(axis=(1, 2)))
    _, _, tangent = return_map_tangent(
        state.strain[cells],
        plastic[cells],
        material.lam[cells],
        material.mu[cells],
        material.strength.of(cells),
    )
    return Yielding(cells, tangent)


def linearised_force(
    system: System, material: Material, flowing: Yielding, share: float, displacement: np.ndarray
) -> np.ndarray:
    """Nodal forces (k, n, 3) of small displacements (k, n, 3) by tangents with a share of the elastic stiffness."""
    strain = strain_of(system.cells, system.geometry, displacement)
    stress = stress_of(strain, material.lam, material.mu)
    at, tangent = flowing.cells, flowing.tangent
    stress[:, at] *= share
    stress[:, at] += (1 - share) * np.einsum("cqij,kcqj->kcqi", tangent, strain[:, at])
    return np.concatenate([force_of_stress(system, each) for each in stress])
