"""A bundled vertebra at a coarse edge, to be solved for any density, day and cement."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vertebra.courses.law import healing_law
from vertebra.materials.mixture import MixedProperties
from vertebra.models.anatomy import Anatomy, build_anatomy
from vertebra.models.condition import Condition
from vertebra.models.direction import anisotropy_of
from vertebra.models.measure import Measurement, measure
from vertebra.models.specimen import Specimen, make_specimen
from vertebra.scenarios.reading import read_scenario
from vertebra.scenarios.schema import Scenario

COARSE = ("mesh.parametric.edge_mm=4.0", "mesh.order=1")
BETWEEN_DISCS = 'loading.ends="discs"'
"""Change that puts disc layers where the caps are; with `mesh.order=2`."""


@dataclass(frozen=True, eq=False)
class Bench:
    """A scenario, meshed once."""

    scenario: Scenario
    anatomy: Anatomy

    @classmethod
    def of(cls, name: str, *changes: str, mesh: tuple[str, ...] = COARSE) -> "Bench":
        """Mesh a bundled scenario; `changes` and `mesh` are of the form KEY=VALUE."""
        scenario = read_scenario(name, (*mesh, *changes))
        return cls(scenario, build_anatomy(scenario))

    @cached_property
    def intact(self) -> Specimen:
        """The uncrushed vertebra between its platens."""
        return make_specimen(self.anatomy.intact, self.anatomy.intact, self.scenario)

    @cached_property
    def fractured(self) -> Specimen:
        """The crushed vertebra between its platens."""
        return make_specimen(self.anatomy.fractured, self.anatomy.intact, self.scenario)

    def condition(self, density_mg_cm3: float | None = None) -> Condition:
        """Bone of the scenario, or of another density.

        Other ends are another mesh, therefore another bench.
        """
        scenario = self.scenario
        if density_mg_cm3 is not None:
            bone = scenario.bone.model_copy(update={"density_qct_mg_cm3": density_mg_cm3})
            scenario = scenario.model_copy(update={"bone": bone})
        return Condition.of(scenario, self.anatomy, self.fractured.problem.volume.sum(axis=1))

    def measure(self, specimen: Specimen, properties: MixedProperties) -> Measurement:
        """Press a specimen."""
        solution = specimen.problem.solve(
            properties.young, properties.poisson, anisotropy=anisotropy_of(properties)
        )
        return measure(
            specimen.problem,
            solution,
            specimen.mesh,
            properties,
            specimen.height_mm,
            self.intact.height_mm,
            self.scenario.capacity,
            pivot=specimen.pivot,
            gauge=specimen.gauge,
        )

    def intact_row(self, condition: Condition) -> dict[str, float]:
        """Numbers of the uncrushed vertebra."""
        return self.measure(self.intact, condition.intact()).row

    def healed_row(self, condition: Condition, day: float = 0.0) -> dict[str, float]:
        """Numbers of the crushed vertebra on a day of healing with all vessels open."""
        tissue = healing_law(self.scenario, condition).advance(condition.fresh(), day)
        return self.measure(self.fractured, condition.on_day(tissue, None)).row

    def cemented_row(self, condition: Condition, arm: str, **cement) -> dict[str, float]:
        """Numbers of the crushed vertebra just filled; `cement` replaces values of the arm's cement."""
        return self.measure(self.fractured, self.cemented(condition, arm, **cement)).row

    def cemented(
        self, condition: Condition, arm: str, fraction: np.ndarray | None = None, **cement
    ) -> MixedProperties:
        """Properties of the crushed vertebra just filled, where the arm says or by a volume fraction (m,) of its own.

        `cement` replaces values of the arm's cement.
        """
        given = next(each.cement for each in self.scenario.arms if each.name == arm)
        assert given is not None  # an arm with cement is asked for
        placed = self.anatomy.cement[arm].fraction if fraction is None else fraction
        tissue = condition.fresh().with_cement(placed[condition.is_bone])
        return condition.on_day(tissue, given.model_copy(update=cement))
