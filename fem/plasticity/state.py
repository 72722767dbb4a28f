"""An elastic, perfectly plastic body at given displacements: stress, flow, nodal forces and tangent."""

from dataclasses import dataclass

import numpy as np

from ..cells.moduli import Moduli
from ..cells.stress import strain_of, stress_of
from ..systems.system import System
from .assembly import force_of_stress
from .return_mapping import Strength, return_map_tangent


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
    stress, plastic : ndarray, shape (m, q, 6) [MPa], [-]
        At the end of the step.
    tangent : ndarray, shape (m, q, 6, 6) [MPa]
    """

    displacement: np.ndarray
    force: np.ndarray
    stress: np.ndarray
    plastic: np.ndarray
    tangent: np.ndarray


def evaluate(system: System, material: Material, displacement: np.ndarray, plastic: np.ndarray) -> State:
    """Return mapping at all points, for a displacement (1, n, 3) and the plastic strain (m, q, 6) before it."""
    strain = strain_of(system.cells, system.geometry, displacement)[0]
    stress, new_plastic, tangent = return_map_tangent(
        strain, plastic, material.lam, material.mu, material.strength
    )
    return State(displacement, force_of_stress(system, stress), stress, new_plastic, tangent)


def linearised_force(
    system: System, material: Material, tangent: np.ndarray, share: float, displacement: np.ndarray
) -> np.ndarray:
    """Nodal forces (k, n, 3) of small displacements (k, n, 3) by a tangent with a share of the elastic stiffness."""
    strain = strain_of(system.cells, system.geometry, displacement)
    stress = share * stress_of(strain, material.lam, material.mu)
    stress += (1 - share) * np.einsum("cqij,kcqj->kcqi", tangent, strain)
    return np.concatenate([force_of_stress(system, each) for each in stress])
