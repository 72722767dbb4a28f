"""A solution of the platen modes, superposed to unit axial force."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.fem import Solution
from vertebra.fem.systems.platens import superpose


@dataclass(frozen=True, eq=False)
class UnitForce:
    """Fields under an axial force of 1 N; moments about the pivot vanish where the platen may turn.

    Attributes
    ----------
    stiffness : float [N/mm]
        Axial force over approach of the platens; second order in the error of the solution.
    displacement : ndarray, shape (n, 3) [mm/N]
    reaction : ndarray, shape (n, 3) [-]
    strain, stress : ndarray, shape (m, q, 6) [1/N], [MPa/N]
        At quadrature points, Voigt order.
    """

    stiffness: float
    displacement: np.ndarray
    reaction: np.ndarray
    strain: np.ndarray
    stress: np.ndarray

    @classmethod
    def of(cls, solution: Solution) -> Self:
        """Superpose the modes of a solution.

        With rotation fixed there is one mode, axial; with a ball joint flexion and lateral bending are added
        so that the platen carries no moment about its pivot.

        Parameters
        ----------
        solution : Solution
            Of k platen modes, the axial one first.
        """
        energy = np.atleast_2d(solution.energy)
        amplitude = superpose(energy)
        stiffness = float(amplitude @ energy @ amplitude)
        return cls._combined(solution, amplitude / stiffness, stiffness)

    @classmethod
    def without_rotation(cls, solution: Solution) -> Self:
        """Fields of the axial mode alone: 1 N where the platen can not turn, also of a solution in which it may."""
        energy = np.atleast_2d(solution.energy)
        alone = np.zeros(len(energy))
        alone[0] = 1 / energy[0, 0]
        return cls._combined(solution, alone, float(energy[0, 0]))

    @classmethod
    def _combined(cls, solution: Solution, amplitude: np.ndarray, stiffness: float) -> Self:
        strain = np.tensordot(amplitude, solution.strain(), axes=1)
        return cls(
            stiffness=stiffness,
            displacement=np.tensordot(amplitude, solution.displacement, axes=1),
            reaction=np.tensordot(amplitude, solution.reaction, axes=1),
            strain=strain,
            stress=solution.stress_of(strain),
        )

    def energy_density(self, volume: np.ndarray) -> np.ndarray:
        """Mean strain energy density of each cell, 1/2 stress : strain.

        Parameters
        ----------
        volume : ndarray, shape (m, q) [mm3]

        Returns
        -------
        ndarray, shape (m,) [MPa/N2]
        """
        return cell_means(0.5 * np.einsum("cqi,cqi->cq", self.stress, self.strain), volume)


def cell_means(values: np.ndarray, volume: np.ndarray) -> np.ndarray:
    """Volume means over the quadrature points of each cell.

    Parameters
    ----------
    values : ndarray, shape (m, q, ...)
    volume : ndarray, shape (m, q) [mm3]

    Returns
    -------
    ndarray, shape (m, ...)
    """
    return np.einsum("cq...,cq->c...", values, volume / volume.sum(axis=1, keepdims=True))
