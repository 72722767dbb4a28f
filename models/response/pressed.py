"""One solution under unit axial force, and how far it uses the bone up: what sections and measures are read from."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.fem import Solution
from vertebra.fem.cells.stress import principal_stress
from vertebra.materials.failure.criteria import utilisation
from vertebra.materials.mixture import MixedProperties
from vertebra.scenarios.loading_section import Capacity

from ..computed import computed
from ..strength.linear_criteria import crawford_load
from .hinge import Hinge, hinge_of
from .specimen import Specimen
from .unit_force import UnitForce


@dataclass(frozen=True, eq=False)
class Pressed:
    """A vertebra under unit axial force.

    Attributes
    ----------
    specimen : Specimen
    properties : MixedProperties
        Of all cells.
    capacity : Capacity
        Constants of the criterion.
    unit : UnitForce
    alone : UnitForce
        Without rotation of the platen.
    """

    specimen: Specimen
    properties: MixedProperties
    capacity: Capacity
    unit: UnitForce
    alone: UnitForce

    @classmethod
    def of(
        cls,
        specimen: Specimen,
        properties: MixedProperties,
        solution: Solution,
        capacity: Capacity,
        unit: UnitForce | None = None,
    ) -> Self:
        """Superpose a solution of k platen modes, the axial one first; `unit` where that has been done already."""
        unit = UnitForce.of(solution) if unit is None else unit
        alone = UnitForce.without_rotation(solution) if specimen.turns else unit
        return cls(specimen, properties, capacity, unit, alone)

    @computed
    def used(self) -> np.ndarray:
        """Utilisation under unit force, 0 in caps; ndarray, shape (m, q) [1/N]."""
        return self._used_by(self.unit)

    @computed
    def used_alone(self) -> np.ndarray:
        """The same without rotation of the platen; ndarray, shape (m, q) [1/N]."""
        return self._used_by(self.alone) if self.specimen.turns else self.used

    @computed
    def hinge(self) -> Hinge:
        """What every section bears under axial force and bending about the pivot, and the one that gives way."""
        return hinge_of(
            self.specimen, self.properties, self.unit, (self.alone, self.used_alone), self.capacity
        )

    @computed
    def bone_stiffness(self) -> float:
        """Axial force over the shortening of the body: of the bone between soft ends, else of the platens [N/mm]."""
        gauge = self.specimen.gauge
        return self.unit.stiffness if gauge is None else 1 / float(np.vdot(gauge, self.unit.displacement))

    @property
    def service_limit_N(self) -> float:
        """Load that shortens the body by 0.68 % of its intact height [N]."""
        return crawford_load(self.bone_stiffness, self.specimen.intact_height_mm)

    def _used_by(self, unit: UnitForce) -> np.ndarray:
        bone, properties = self.specimen.mesh.is_bone, self.properties
        used = np.zeros(self.specimen.problem.volume.shape)
        used[bone] = utilisation(
            self.capacity.criterion,
            principal_stress(unit.stress[bone]),
            properties.strength_compression[bone, None],
            properties.strength_tension[bone, None],
            properties.poisson[bone, None],
        )
        return used
