"""The vertebra of a scenario, apart from time: its anatomy, its bone, its specimens, its states under load."""

from dataclasses import dataclass, field, replace
from typing import Self

from vertebra.fem.solution import TrajectorySolution
from vertebra.materials.density import Density
from vertebra.materials.mixture import MixedProperties
from vertebra.scenarios.healing_section import Treatment
from vertebra.scenarios.procedures.cement_section import Cement
from vertebra.scenarios.schema import Scenario

from .anatomy import Anatomy, build_anatomy, check_compaction
from .density import density_field
from .fractured_bone import FracturedBone
from .geometry import Geometry
from .response.direction import anisotropy_of
from .response.loaded import LoadedVertebra
from .response.locking import locking_warnings
from .response.specimen import Specimen


@dataclass(frozen=True, eq=False)
class VertebraModel:
    """A scenario, meshed once, that can be asked in any state.

    Specimens, with the solver's hierarchies in them, are kept as long as their nodes stay.

    Attributes
    ----------
    scenario : Scenario
    anatomy : Anatomy
    """

    scenario: Scenario
    anatomy: Anatomy
    _specimens: dict[int, Specimen] = field(default_factory=dict, repr=False)
    _bones: dict[Geometry, FracturedBone] = field(default_factory=dict, repr=False)
    _fresh: list[Specimen] = field(default_factory=list, repr=False)
    _treated: dict[Treatment, Self] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Mesh a scenario.

        Parameters
        ----------
        scenario : Scenario

        Raises
        ------
        ValueError, OSError
            The anatomy cannot be built as asked; the message names the key.
        """
        return cls(scenario, build_anatomy(scenario)).with_locking_warnings()

    def with_density(self, density: Density) -> Self:
        """Same mesh and specimens, other bone.

        Parameters
        ----------
        density : Density, shape (b,)
            Of every bone cell before the fracture.
        """
        return replace(self, anatomy=replace(self.anatomy, density=density), _bones={}, _fresh=[])

    def anew(self) -> Self:
        """Same meshes with solvers of their own, so that nothing depends on what was solved before."""
        fresh = {mesh: specimen.anew() for mesh, specimen in self._specimens.items()}
        return replace(self, _specimens=fresh, _bones={}, _fresh=[])

    def of_scenario(self, scenario: Scenario) -> Self:
        """Same meshes for a scenario that differs in nothing that decides them, with bone and solvers of its own.

        Parameters
        ----------
        scenario : Scenario
            With a stated density; anatomy, fracture, ends and cement are those of this vertebra.

        Raises
        ------
        ValueError
            Its bone would be crushed beyond solid.
        """
        anatomy = self.anatomy
        density = density_field(scenario, anatomy.intact.mesh)
        if scenario.fracture is not None:
            check_compaction(density, anatomy.fractured)
        anatomy = replace(anatomy, density=density)
        return replace(self, scenario=scenario, anatomy=anatomy, _specimens={}, _bones={}, _fresh=[])

    def of_density(self, density_qct_mg_cm3: float) -> Self:
        """Same mesh and specimens, the scenario's bone with another mean QCT density [mg/cm3]."""
        none = dict.fromkeys(("density_ash_mg_cm3", "density_apparent_mg_cm3"))
        bone = self.scenario.bone.model_copy(update=none | {"density_qct_mg_cm3": density_qct_mg_cm3})
        scenario = self.scenario.model_copy(update={"bone": bone})
        return replace(self, scenario=scenario).with_density(
            density_field(scenario, self.anatomy.intact.mesh)
        )

    def under(self, treatment: Treatment) -> Self:
        """Same mesh and specimens with the arms of one treatment alone."""
        if treatment not in self._treated:
            scenario = self.scenario.under(treatment)
            self._treated[treatment] = replace(self, scenario=scenario, _bones={})
        return self._treated[treatment]

    def of_patient(self, **values) -> Self:
        """Same mesh and specimens in another patient of the spread; values are those of `[uncertainty]`."""
        return replace(self, scenario=self.scenario.of_patient(**values), _bones={})

    def specimen(self, geometry: Geometry) -> Specimen:
        """A geometry between its platens."""
        mesh = geometry.mesh
        if id(mesh) not in self._specimens:
            self._specimens[id(mesh)] = Specimen.of(self.scenario, geometry, self.anatomy.intact)
        return self._specimens[id(mesh)]

    def specimen_like_fresh(self, geometry: Geometry) -> Specimen:
        """A geometry of the fractured body between its platens, with a solver of its own, kept by whoever asks.

        It takes over the order of nodes and the aggregates of the body just fractured, whatever has been solved before.
        """
        return Specimen.of(self.scenario, geometry, self.anatomy.intact, like=self.fresh_specimen())

    def fresh_specimen(self) -> Specimen:
        """The body just fractured between its platens, its solver made ready for the bone of that day; do not solve."""
        if not self._fresh:
            anatomy = self.anatomy
            fresh, bone = (
                Specimen.of(self.scenario, anatomy.fractured, anatomy.intact),
                self.bone(anatomy.fractured),
            )
            properties = bone.on_day(bone.fresh(), None)
            fresh.problem.prepare(properties.young, properties.poisson, anisotropy_of(properties))
            self._fresh.append(fresh)
        return self._fresh[0]

    def bone(self, geometry: Geometry) -> FracturedBone:
        """The bone in a geometry."""
        if geometry not in self._bones:
            self._bones[geometry] = FracturedBone.of(self.scenario, self.anatomy, geometry)
        return self._bones[geometry]

    def loaded(
        self, geometry: Geometry, properties: MixedProperties, solution: TrajectorySolution | None = None
    ) -> LoadedVertebra:
        """The vertebra in a geometry with given properties of all cells; `solution` where it is known."""
        return LoadedVertebra(self.scenario, self.specimen(geometry), properties, solution)

    def intact(self) -> LoadedVertebra:
        """The vertebra before the fracture."""
        geometry = self.anatomy.intact
        return self.loaded(geometry, self.bone(geometry).intact())

    def fresh(self) -> LoadedVertebra:
        """The vertebra just fractured, untreated."""
        geometry = self.anatomy.fractured
        bone = self.bone(geometry)
        return self.loaded(geometry, bone.on_day(bone.fresh(), None))

    def filled(self, arm: str, **changes) -> LoadedVertebra:
        """The vertebra just fractured and filled at once as an arm with cement says.

        Parameters
        ----------
        arm : str
        changes
            Values that replace those of the arm's cement, such as `composite`.
        """
        geometry = self.anatomy.treated[arm]
        assert geometry.cement is not None  # of an arm with cement
        bone = self.bone(geometry)
        tissue = bone.injected(bone.fresh(), geometry.cement)
        return self.loaded(geometry, bone.on_day(tissue, self._cement(arm).model_copy(update=changes)))

    def with_locking_warnings(self) -> Self:
        """Add a warning to those of the anatomy where 4-node cells lock in some state of the scenario."""
        if self.scenario.mesh.order != 1:
            return self
        anatomy = self.anatomy
        states = [self.bone(anatomy.intact).intact()]
        for arm, geometry in anatomy.treated.items():
            bone, placed = self.bone(geometry), geometry.cement
            if placed is not None:
                tissue = bone.injected(bone.fresh(), placed)
                states.append(bone.on_day(tissue, self._cement(arm)))
        told = locking_warnings(anatomy.fractured.mesh, [state.poisson for state in states])
        return replace(self, anatomy=replace(anatomy, warnings=(*anatomy.warnings, *told)))

    def _cement(self, arm: str) -> Cement:
        given = next(each.cement for each in self.scenario.arms if each.name == arm)
        assert given is not None  # of an arm with cement
        return given
