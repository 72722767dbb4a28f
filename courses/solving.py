"""Equilibria of planned states: one history of moduli where the law is known in advance, else day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vertebra.models.bone_state import BoneState
from vertebra.models.geometry import Geometry
from vertebra.models.response.direction import anisotropy_of
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.response.specimen import Specimen
from vertebra.models.response.unit_force import UnitForce
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.healing_section import Treatment

from .day_state import Keeper, State
from .followed.events import Event
from .followed.stand import Stand, Take
from .followed.walk import Walk
from .known import KnownCourse, ModuliHistory
from .plan import Task
from .zone import Zone


def solve_intact(vertebra: VertebraModel) -> LoadedVertebra:
    """The vertebra before the fracture, solved to the tolerance of the scenario."""
    geometry = vertebra.anatomy.intact
    properties = vertebra.bone(geometry).intact()
    stepper = vertebra.specimen(geometry).problem.stepper(energy_tolerance=vertebra.scenario.solver.tolerance)
    solution = stepper.solve(properties.young, properties.poisson, anisotropy_of(properties))
    return vertebra.loaded(geometry, properties, solution)


def solve_tasks(vertebra: VertebraModel, tasks: Sequence[Task], work: Keeper, take: Take) -> None:
    """Solve states of the fractured vertebra and hand each over.

    A healing law that is known in advance makes all days and arms of one geometry one history of moduli on one mesh;
    a law that follows the local strain, and a body that goes on losing height, are walked day by day.

    Parameters
    ----------
    vertebra : VertebraModel
    tasks : sequence of Task
        All of a plan.
    work : Keeper
        What it has already is not solved again.
    take : callable
        Receives task, stand, vertebra under load and state of the bone, in the order in which they are solved.

    Raises
    ------
    NotConverged
    """
    by_treatment: dict[Treatment, list[Task]] = {}
    for task in tasks:
        by_treatment.setdefault(vertebra.scenario.treatment_of(task.arms[0]), []).append(task)
    for number, (treatment, mine) in enumerate(by_treatment.items()):
        shelf = work if number == 0 else _Shelf(work, f"{number}~")
        of_treatment = vertebra.under(treatment)
        _solve_treatment(of_treatment if number == 0 else of_treatment.anew(), mine, shelf, take)


@dataclass(frozen=True)
class _Shelf:
    """Keeper of one treatment: its arrays have names of their own."""

    work: Keeper
    prefix: str

    def has(self, arm: str, day: int) -> bool:
        return self.work.has(arm, day)

    def keep(self, state: State) -> None:
        self.work.keep(state)

    def keep_arrays(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        self.work.keep_arrays(self.prefix + name, arrays)

    def load_arrays(self, name: str) -> dict[str, np.ndarray]:
        return self.work.load_arrays(self.prefix + name)


def _solve_treatment(vertebra: VertebraModel, tasks: Sequence[Task], work: Keeper, take: Take) -> None:
    """Solve the tasks of arms with one treatment."""
    todo = [task for task in tasks if not all(work.has(arm, task.day) for arm in task.arms)]
    if not todo:
        return
    scenario = vertebra.scenario
    if scenario.healing.law == "mechanoregulation":
        Walk(vertebra, _habitual_energy(vertebra)).follow(tasks, work, take)
        return
    if scenario.collapses:
        Walk(vertebra).follow(tasks, work, take)
        return
    course = KnownCourse(vertebra)
    by_specimen: dict[int, list[Task]] = {}
    for task in tasks:
        geometry = vertebra.anatomy.geometry(task.arms[0], task.day)
        by_specimen.setdefault(id(vertebra.specimen(geometry)), []).append(task)
    for group in by_specimen.values():
        if any(task in todo for task in group):
            _solve_history(vertebra, course, group, todo, take)


def _solve_history(
    vertebra: VertebraModel, course: KnownCourse, tasks: Sequence[Task], todo: Sequence[Task], take: Take
) -> None:
    """Solve tasks on one specimen as one trajectory, and hand over those that are to be done.

    All of them are solved, also where a run is resumed and some are finished: solutions of other days, on which those
    of the others rest, are then the same, and what costs most is done when a state is handed over.
    """
    history = ModuliHistory(course, tasks)
    geometry = vertebra.anatomy.geometry(tasks[0].arms[0], tasks[0].day)
    specimen = vertebra.specimen(geometry)
    stand = Stand(Zone.of(vertebra, geometry), _procedures(vertebra, geometry))

    def consume(index, solution) -> None:
        if tasks[index] not in todo:
            return
        state = history.state(index)
        take(tasks[index], stand, vertebra.loaded(geometry, state.properties, solution), state)

    specimen.problem.trajectory(history, energy_tolerance=vertebra.scenario.solver.tolerance, consume=consume)


def _procedures(vertebra: VertebraModel, geometry: Geometry) -> tuple[Event, ...]:
    """Kyphoplasty that a body which keeps its height has had in a geometry."""
    anatomy = vertebra.anatomy
    return tuple(
        Event(geometry.from_day, "cement", str(done), numbers=done.numbers)
        for arm, done in anatomy.kyphoplasties.items()
        if anatomy.treated[arm] is geometry
    )


def _habitual_energy(vertebra: VertebraModel) -> np.ndarray:
    """Strain energy density of the bone of the intact vertebra under unit axial force, shape (b,) [MPa/N2].

    Solved on a specimen of its own: rounding depends on what a solver has solved before, and a run that is resumed has
    the intact state already.
    """
    anatomy, scenario = vertebra.anatomy, vertebra.scenario
    specimen = Specimen.of(scenario, anatomy.intact, anatomy.intact)
    bone = vertebra.bone(anatomy.intact)
    properties = bone.intact()
    stepper = specimen.problem.stepper(energy_tolerance=scenario.solver.tolerance)
    solution = stepper.solve(properties.young, properties.poisson, anisotropy_of(properties))
    return UnitForce.of(solution).energy_density(specimen.problem.volume)[bone.is_bone]


def intact_state(vertebra: VertebraModel) -> BoneState:
    """State of the bone before the fracture."""
    return BoneState.intact(vertebra.bone(vertebra.anatomy.intact))
