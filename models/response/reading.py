"""What is read of one solution: each part of it when it is asked for."""

from dataclasses import dataclass

import numpy as np

from vertebra.fem import Solution
from vertebra.materials.mixture import MixedProperties
from vertebra.scenarios.loading_section import Capacity

from ..computed import computed
from ..strength.linear_criteria import crawford_load
from .hinge import Hinge, hinge_of
from .measure import Measurement, bone_stiffness, measure, utilised
from .specimen import Specimen
from .unit_force import UnitForce


@dataclass(frozen=True, eq=False)
class Reading:
    """A solution of the platen modes, as it is read.

    Attributes
    ----------
    specimen : Specimen
    properties : MixedProperties
        Of all cells.
    solution : Solution
        Of k platen modes, the axial one first.
    capacity : Capacity
        Constants of the criterion.
    given : UnitForce or None
        The solution superposed to unit axial force, where that is known already.
    """

    specimen: Specimen
    properties: MixedProperties
    solution: Solution
    capacity: Capacity
    given: UnitForce | None = None

    @computed
    def unit(self) -> UnitForce:
        """Fields under unit axial force."""
        return UnitForce.of(self.solution) if self.given is None else self.given

    @computed
    def used(self) -> np.ndarray:
        """Utilisation at the quadrature points under unit axial force, 0 in caps; ndarray, shape (m, q) [1/N]."""
        return utilised(self.specimen, self.properties, self.unit, self.capacity)

    @property
    def bone_stiffness(self) -> float:
        """Axial force over the shortening of the body: of the bone between soft ends, else of the platens [N/mm]."""
        return bone_stiffness(self.specimen, self.unit)

    @property
    def service_limit_N(self) -> float:
        """Load that shortens the body by 0.68 % of its intact height [N]."""
        return crawford_load(self.bone_stiffness, self.specimen.intact_height_mm)

    @computed
    def measured(self) -> Measurement:
        """Numbers, and fields for unit axial force."""
        return measure(self.specimen, self.properties, self.unit, self.used)

    @computed
    def hinge(self) -> Hinge:
        """What every section bears under axial force and bending about the pivot, and the one that gives way."""
        specimen, properties, capacity = self.specimen, self.properties, self.capacity
        pressed, used = self.unit, self.used
        if specimen.turns:
            pressed = UnitForce.without_rotation(self.solution)
            used = utilised(specimen, properties, pressed, capacity)
        return hinge_of(specimen, properties, self.unit, (pressed, used), capacity)
