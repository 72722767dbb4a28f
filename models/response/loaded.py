"""A vertebra in a given state under load: what it is asked for is computed when asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vertebra.fem.solution import Solution, TrajectorySolution
from vertebra.materials.mixture import MixedProperties
from vertebra.scenarios.schema import Scenario

from ..computed import computed
from ..strength.bracket import LimitAnalysis
from ..strength.capacity import bears_by_bracket, bears_by_section, with_service
from ..strength.interaction import interaction_record
from ..strength.virtual_test import record_virtual_test
from .direction import anisotropy_of
from .hinge import Hinge
from .measure import Measurement
from .mesh_error import stiffness_error
from .reading import Reading
from .specimen import Specimen
from .unit_force import UnitForce


@dataclass(frozen=True, eq=False)
class LoadedVertebra:
    """A vertebra between its platens with the properties of one arm on one day.

    Attributes
    ----------
    scenario : Scenario
    specimen : Specimen
    properties : MixedProperties
        Of all m cells.
    given : TrajectorySolution or None
        Equilibrium where it is known already; solved when first needed otherwise.
    given_unit : UnitForce or None
        Superposed to unit axial force, where that is known already.
    """

    scenario: Scenario
    specimen: Specimen
    properties: MixedProperties
    given: TrajectorySolution | None = None
    given_unit: UnitForce | None = None

    @computed
    def solution(self) -> Solution:
        """Equilibrium of the platen modes.

        Raises
        ------
        NotConverged
        """
        if self.given is not None:
            return self.given
        properties = self.properties
        return self.specimen.problem.solve(
            properties.young, properties.poisson, anisotropy=anisotropy_of(properties)
        )

    @computed
    def reading(self) -> Reading:
        """What is read of the equilibrium."""
        return Reading(self.specimen, self.properties, self.solution, self.scenario.capacity, self.given_unit)

    @property
    def measured(self) -> Measurement:
        """Numbers, and fields for unit axial force."""
        return self.reading.measured

    @property
    def hinge(self) -> Hinge:
        """Section that becomes a plastic hinge first."""
        return self.reading.hinge

    @computed
    def limit(self) -> LimitAnalysis:
        """The limit load, and the weakest surface across the bone."""
        return LimitAnalysis(self.specimen, self.properties, self.scenario.capacity.yield_law)

    @computed
    def row(self) -> Mapping[str, float]:
        """Columns of `capacity.csv` that this state alone decides."""
        error = {"stiffness_error_percent": 100 * self.stiffness_error}
        return self.measured.row | self._bears | error

    @computed
    def _bears(self) -> dict[str, float]:
        """Those of what it bears."""
        capacity = self.scenario.capacity
        if capacity.rule == "section":
            bears = bears_by_section(self.hinge, capacity)
        else:
            bears = bears_by_bracket(self.limit.bracket, capacity)
        return with_service(bears, self.reading.service_limit_N)

    @computed
    def stiffness_error(self) -> float:
        """Share by which the mesh makes the stiffness too high, at most; an estimate (`mesh_error`) [-]."""
        properties = self.properties
        return stiffness_error(self.specimen, properties.young, properties.poisson, self.reading.unit)

    @property
    def row_between(self) -> Mapping[str, float]:
        """The same with the cheapest surface, `surface_N`, instead of the capacity and what follows from it."""
        if self.scenario.capacity.rule == "section":
            return self.row
        surface, measured = self.limit.surface, self.measured
        return measured.row | {
            "surface_N": surface.force,
            "weakest_section": surface.height,
            "service_limit_N": measured.service_limit_N,
        }

    @property
    def row_of_ratios(self) -> Mapping[str, float]:
        """What ratios between states of one mesh need, for the least cost.

        `bears_N` is proportional to the capacity: that of the weakest section, or the cheapest surface on whole cells.
        """
        section = self.scenario.capacity.rule == "section"
        return {
            "stiffness_N_per_mm": self.stiffness,
            "height_mm": self.specimen.height_mm,
            "service_limit_N": self.reading.service_limit_N,
            "bears_N": self.hinge.force if section else self.limit.whole_cells_N,
        }

    @property
    def weakest_surface_mm2(self) -> np.ndarray:
        """Area of the cheapest surface in each cell; 0 where the weakest section decides; ndarray, shape (m,) [mm2]."""
        if self.scenario.capacity.rule == "section":
            return np.zeros(self.specimen.mesh.n_cells)
        return self.limit.surface.area

    @property
    def capacity(self) -> float:
        """Axial force that the vertebra can bear [N]."""
        return self._bears["capacity_N"]

    @property
    def service(self) -> float:
        """Smaller of the capacity and the load at 0.68 % shortening [N]."""
        return self._bears["service_N"]

    @property
    def stiffness(self) -> float:
        """Axial force over approach of the platens [N/mm]."""
        return self.reading.unit.stiffness

    @property
    def displacement(self) -> np.ndarray:
        """Displacement under the output load of the scenario; ndarray, shape (n, 3) [mm]."""
        return self._load_N * self.measured.displacement

    @property
    def stress(self) -> np.ndarray:
        """Mean stress of each cell under the output load, Voigt order; ndarray, shape (m, 6) [MPa]."""
        return self._load_N * self.measured.stress

    @property
    def strain(self) -> np.ndarray:
        """Mean strain of each cell under the output load, Voigt order; ndarray, shape (m, 6) [-]."""
        return self._load_N * self.measured.strain

    @property
    def von_mises(self) -> np.ndarray:
        """Mean von Mises stress of each cell under the output load; ndarray, shape (m,) [MPa]."""
        return self._load_N * self.measured.von_mises

    @property
    def utilisation(self) -> np.ndarray:
        """Mean utilisation of each cell under the output load, 0 in caps; ndarray, shape (m,) [-]."""
        return self._load_N * self.measured.utilisation

    @property
    def _load_N(self) -> float:
        return self.scenario.output.load_N

    def virtual_test(self) -> dict[str, Any]:
        """Record of the elastic-plastic test (`strength.virtual_test.record_virtual_test`), by a solver of its own."""
        return record_virtual_test(self.specimen.anew(), self.properties, self.scenario.capacity)

    def interaction(self) -> dict[str, Any]:
        """Record of axial force against bending (`strength.interaction.interaction_record`)."""
        capacity, hinge = self.scenario.capacity, self.hinge
        if capacity.rule == "surface":
            hinge = hinge.scaled_to(self.limit.bracket.force)
        return interaction_record(hinge.sections, self.specimen.anew(), self.properties, capacity)
