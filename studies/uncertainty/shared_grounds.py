"""Grounds that courses on one mesh share: each shape is made for the first course that reaches it.

Shapes are drawn on a grid of losses (`Steps.grid`), so that courses meet the same ones again and again. What is kept
depends on geometries alone; every course has solvers of its own.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from vertebra.courses.followed.filling import Filling
from vertebra.courses.followed.ground import Ground
from vertebra.courses.followed.grounds import Grounds
from vertebra.courses.perfusion import Vascularity
from vertebra.courses.zone import Zone
from vertebra.materials.healing.patient.factors import PatientEffect
from vertebra.materials.healing.processes.perfusion import VesselGrowth
from vertebra.models.bridging import Bridge
from vertebra.models.cleft import ClosingCleft
from vertebra.models.collapsing import Collapsing
from vertebra.models.fractured_bone import FracturedBone
from vertebra.models.geometry import Geometry
from vertebra.models.patient import effect_of_patient
from vertebra.models.response.direction import anisotropy_of
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.response.specimen import Specimen
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.procedures.cement_section import Cement
from vertebra.scenarios.schema import Scenario

_SHAPES = 256
"""Geometries that are kept at most."""

T = TypeVar("T")


class Kept(Generic[T]):
    """The values that were asked for last, by their keys.

    Parameters
    ----------
    most : int
    """

    def __init__(self, most: int):
        self._most = most
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Value of a key, made where there is none."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        value = make()
        self._values[key] = value
        if len(self._values) > self._most:
            self._values.popitem(last=False)
        return value


class SharedGrounds(Grounds):
    """Grounds of courses that differ in their bone, and not in their meshes; their bridging is not followed.

    Parameters
    ----------
    like : Specimen, optional
        Of the same cells: all solvers take over its order of nodes and its aggregates.

    Attributes
    ----------
    made : int
        Shapes so far.
    """

    def __init__(self, like: Specimen | None = None):
        self.made = 0
        self._like = like
        self._shapes: Kept[Geometry] = Kept(_SHAPES)
        self._fillings: Kept[Filling] = Kept(_SHAPES)
        self._specimens: Kept[Specimen] = Kept(_SHAPES)
        self._patient: tuple[Scenario, PatientEffect] | None = None

    def of(self, vertebra: VertebraModel, geometry: Geometry) -> Ground:
        """Ground of a geometry."""
        scenario, patient = vertebra.scenario, self._effect(vertebra.scenario)
        bone = FracturedBone.of(scenario, vertebra.anatomy, geometry, patient)
        zone = Zone(
            scenario=scenario,
            bone=bone,
            bridge=Bridge.nowhere(len(bone.zone)),
            heights=geometry.heights,
            intact=vertebra.anatomy.intact.heights,
            cleft=ClosingCleft.of(scenario, bone, geometry),
            restored_mm=geometry.restored_mm,
        )
        vessels = Vascularity(geometry, bone, VesselGrowth(patient.vessel_speed, patient.vessel_pace))
        return Ground(geometry, bone, zone, self._specimen(vertebra, geometry), vessels)

    def at(self, vertebra: VertebraModel, shapes: Collapsing, height_loss: float) -> Ground:
        """Ground of a body at a residual loss.

        Raises
        ------
        ValueError
            Where cells would be turned inside out.
        """

        def draw() -> Geometry:
            self.made += 1
            return shapes.at(height_loss)

        return self.of(vertebra, self._shapes.get((shapes, height_loss), draw))

    def renewed(self, vertebra: VertebraModel, ground: Ground) -> Ground:
        """The ground as it is: no state of a sample is taken up by itself."""
        return ground

    def filling(
        self, vertebra: VertebraModel, cement: Cement, shapes: Collapsing, height_loss: float
    ) -> Filling:
        """Cement in a body at a residual loss; a plume, which density turns, is placed for each course."""

        def place() -> Filling:
            return Grounds.filling(self, vertebra, cement, shapes, height_loss)

        if cement.filling == "spongy":
            return place()
        return self._fillings.get((shapes, height_loss, cement.model_dump_json()), place)

    def intact(self, vertebra: VertebraModel) -> LoadedVertebra:
        """The vertebra before the fracture, solved to the tolerance of its scenario."""
        geometry = vertebra.anatomy.intact
        properties, specimen = vertebra.bone(geometry).intact(), self._specimen(vertebra, geometry)
        stepper = specimen.problem.stepper(energy_tolerance=vertebra.scenario.solver.tolerance)
        solution = stepper.solve(properties.young, properties.poisson, anisotropy_of(properties))
        return LoadedVertebra(vertebra.scenario, specimen, properties, solution)

    def _specimen(self, vertebra: VertebraModel, geometry: Geometry) -> Specimen:
        """A geometry between its platens, with a solver that has solved nothing yet."""
        scenario, anatomy = vertebra.scenario, vertebra.anatomy

        def hold() -> Specimen:
            if self._like is None:
                self._like = Specimen.of(scenario, anatomy.fractured, anatomy.intact)
            found = Specimen.of(scenario, geometry, anatomy.intact, like=self._like)
            if scenario.capacity.rule == "surface":
                _ = found.limit_body  # taken over by all that follow
            return found

        return self._specimens.get(geometry, hold).again()

    def _effect(self, scenario: Scenario) -> PatientEffect:
        """What patient and treatment of a scenario change; found once for each course."""
        if self._patient is None or self._patient[0] is not scenario:
            self._patient = scenario, effect_of_patient(scenario)
        return self._patient[1]
