"""A station under load: equilibrium, what it says about the strain of the day, when it has to be found anew."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.fem.series.stepper import Stepper
from vertebra.fem.solution import TrajectorySolution
from vertebra.materials.healing.laws.law import DailyLoad
from vertebra.materials.healing.laws.mechanoregulation import stiffening
from vertebra.materials.mixture import MixedProperties
from vertebra.models.response.direction import anisotropy_of
from vertebra.models.response.unit_force import UnitForce, cell_means

from .ground import Ground
from .station import Station
from .steps import Steps


@dataclass(frozen=True, eq=False)
class Mechanics:
    """Equilibrium of a station.

    Attributes
    ----------
    station : Station
        That was solved.
    solution : TrajectorySolution
    unit : UnitForce
    axial : ndarray, shape (b,) [MPa/N]
        Axial stress of the bone cells under unit axial force.
    """

    station: Station
    solution: TrajectorySolution
    unit: UnitForce
    axial: np.ndarray

    @classmethod
    def solve(cls, ground: Ground, station: Station, properties: MixedProperties, stepper: Stepper) -> Self:
        """Solve a station with the solver of its ground.

        Raises
        ------
        NotConverged
        """
        solution = stepper.solve(properties.young, properties.poisson, anisotropy_of(properties))
        unit, bone = UnitForce.of(solution), ground.bone.is_bone
        axial = cell_means(unit.stress[..., 2], ground.specimen.problem.volume)[bone]
        return cls(station, solution, unit, axial)

    def holds_for(self, ground: Ground, station: Station, steps: Steps) -> bool:
        """Whether the stress of the solution still stands for a later station."""
        if station.height_loss - self.station.height_loss >= steps.solve * (1 - 1e-6):
            return False
        weights = station.tissue.repair * ground.bone.cell_volume
        return stiffening(self.station.tissue, station.tissue, weights) < steps.stiffening

    def daily_load(self, ground: Ground, young: np.ndarray, force: float, opening: float) -> DailyLoad:
        """Mechanical state of the bone cells under the load of a day.

        Parameters
        ----------
        ground : Ground
        young : ndarray, shape (m,) [MPa]
        force : float [N]
            Load of the day.
        opening : float [N]
            What of it a cleft feels: the change since lying.
        """
        bone, volume = ground.bone.is_bone, ground.specimen.problem.volume
        strain = force * cell_means(self.unit.strain, volume)[bone]
        cleft = ground.zone.cleft
        return DailyLoad(
            strain=strain if cleft is None else cleft.strained(strain, self.station.tissue, opening),
            energy_density=force**2 * self.unit.energy_density(volume)[bone],
            young=young[bone],
        )
