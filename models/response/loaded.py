"""A vertebra in a given state under load: what it is asked for is computed when asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from vertebra.fem.solution import Solution, TrajectorySolution
from vertebra.materials.mixture import MixedProperties
from vertebra.scenarios.schema import Scenario

from ..strength.interaction import interaction_record
from ..strength.virtual_test import record_virtual_test, softening_of
from .direction import anisotropy_of
from .measure import Measurement, measure
from .specimen import Specimen


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
    """

    scenario: Scenario
    specimen: Specimen
    properties: MixedProperties
    given: TrajectorySolution | None = None

    @cached_property
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

    @cached_property
    def measured(self) -> Measurement:
        """Numbers, and fields for unit axial force."""
        return measure(self.specimen, self.properties, self.solution, self.scenario.capacity)

    @property
    def row(self) -> Mapping[str, float]:
        """Columns of `capacity.csv` that this state alone decides."""
        return self.measured.row

    @property
    def capacity(self) -> float:
        """Axial force that the vertebra can bear [N]."""
        return self.row["capacity_N"]

    @property
    def service(self) -> float:
        """Smaller of the capacity and the load at 0.68 % shortening [N]."""
        return self.row["service_N"]

    @property
    def stiffness(self) -> float:
        """Axial force over approach of the platens [N/mm]."""
        return self.row["stiffness_N_per_mm"]

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
        """Record of the elastic-plastic test (`strength.virtual_test.record_virtual_test`)."""
        return record_virtual_test(self.specimen, self.properties, softening_of(self.scenario.capacity))

    def interaction(self) -> dict[str, Any]:
        """Record of axial force against bending (`strength.interaction.interaction_record`)."""
        return interaction_record(
            self.measured.sections, self.specimen, self.properties, self.scenario.capacity
        )
