"""The mechanical states of a run: planned, solved as one history on a fixed mesh, measured and kept."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np

from vertebra.fem import Elasticity
from vertebra.fem.platens import platen_supports
from vertebra.fem.trajectory import TrajectorySolution
from vertebra.materials.healing import HealingLaw
from vertebra.materials.mixture import MixedProperties
from vertebra.materials.tissue import TissueState
from vertebra.meshes.heights import body_heights
from vertebra.meshes.tetmesh import TetMesh
from vertebra.reports.fields import vtk_tensor
from vertebra.scenarios.healing_section import Arm, Cement
from vertebra.scenarios.schema import Scenario

from .anatomy import Anatomy
from .condition import Condition, healing_law
from .measure import Measurement, measure
from .workspace import State, Workspace

INTACT = Arm(name="intact")


@dataclass(frozen=True)
class Progress:
    """One more state is finished.

    Attributes
    ----------
    done, total : int
        States finished, states of the run.
    text : str
        Arm and day.
    iterations : int
        Of the solver; 0 for a factorisation, or where the solutions of other days sufficed.
    remaining_s : float
        Estimate from the states computed so far [s].
    """

    done: int
    total: int
    text: str
    iterations: int
    remaining_s: float


@dataclass(frozen=True)
class Task:
    """One mechanical state to be solved, and the arms that pass through it.

    Attributes
    ----------
    day : int [d]
    arms : tuple of str
    cement : Cement or None
        What has been injected by then.
    """

    day: int
    arms: tuple[str, ...]
    cement: Cement | None


@dataclass(frozen=True)
class Specimen:
    """A mesh with its ends, held by platens, ready to be solved for any moduli."""

    mesh: TetMesh
    problem: Elasticity
    height_mm: float


def arm_days(scenario: Scenario) -> dict[str, tuple[int, ...]]:
    """Days of every arm; cement days of all arms are added so that rows can be compared."""
    days = {*scenario.healing.days} | {arm.cement.day for arm in scenario.arms if arm.cement}
    return {INTACT.name: (0,)} | {arm.name: tuple(sorted(days)) for arm in scenario.arms}


def plan(scenario: Scenario) -> list[Task]:
    """Mechanical states of the fractured body; arms share a state until their cement comes."""
    arms_at: dict[tuple[int, str | None], list[str]] = {}
    cement = {arm.name: arm.cement for arm in scenario.arms}
    for arm, days in arm_days(scenario).items():
        for day in days if arm != INTACT.name else ():
            given = cement[arm]
            injected = arm if given is not None and given.day <= day else None
            arms_at.setdefault((day, injected), []).append(arm)
    return [
        Task(day, tuple(arms), None if injected is None else cement[injected])
        for (day, injected), arms in arms_at.items()
    ]


def solve_states(
    scenario: Scenario, anatomy: Anatomy, work: Workspace, report: Callable[[Progress], None]
) -> None:
    """Solve every state that is not finished yet and keep it.

    The healing laws are known in advance, so all days and arms are one history of moduli on one mesh.
    """
    tasks = plan(scenario)
    todo = [task for task in tasks if not all(work.has(arm, task.day) for arm in task.arms)]
    n_found = sum(len(task.arms) for task in tasks if task not in todo)
    counter = _Counter(total=1 + sum(len(task.arms) for task in tasks), done=n_found, report=report)
    intact = make_specimen(anatomy.intact, anatomy.intact, scenario)
    fractured = intact
    if tasks and anatomy.fractured is not anatomy.intact:
        fractured = make_specimen(anatomy.fractured, anatomy.intact, scenario)
    condition = Condition.of(scenario, anatomy, fractured.problem.volume.sum(axis=1))
    tolerance = scenario.solver.tolerance

    def keep(specimen: Specimen, task: Task, solution: TrajectorySolution, now: _Now) -> None:
        measured = measure(
            specimen.problem,
            solution,
            specimen.mesh,
            now.properties,
            specimen.height_mm,
            intact.height_mm,
            scenario.capacity,
        )
        state = _state(scenario, condition, task.day, solution, measured, now)
        for arm in task.arms:
            work.keep(replace(state, arm=arm))
        counter.finished(task, solution)

    if work.has(INTACT.name, 0):
        counter.done += 1
    else:
        untouched = _Now(condition.intact(), None)
        history = [(untouched.properties.young, untouched.properties.poisson)]
        solution = intact.problem.trajectory(history, energy_tolerance=tolerance)[0]
        keep(intact, Task(0, (INTACT.name,), None), solution, untouched)
    healing = _History(todo, healing_law(scenario), condition, anatomy)
    fractured.problem.trajectory(
        healing,
        energy_tolerance=tolerance,
        consume=lambda index, solution: keep(fractured, todo[index], solution, healing.now(index)),
    )


def make_specimen(mesh: TetMesh, intact: TetMesh, scenario: Scenario) -> Specimen:
    """Hold a mesh between platens; a free platen turns about the middle of the intact upper endplate."""
    modes = ("axial",) if scenario.loading.rotation == "fixed" else ("axial", "flexion", "lateral")
    supports = platen_supports(
        mesh.points,
        mesh.node_sets["inferior_face"],
        mesh.node_sets["superior_face"],
        modes=modes,
        pivot=intact.points[intact.node_sets["superior_endplate"]].mean(axis=0),
    )
    problem = Elasticity(mesh.points, mesh.cells, supports, method=scenario.solver.method)
    return Specimen(mesh, problem, body_heights(mesh).mean_mm)


@dataclass(frozen=True)
class _Now:
    """Properties of all cells, and the tissue behind them (None: intact)."""

    properties: MixedProperties
    tissue: TissueState | None


class _History(Sequence[tuple[np.ndarray, np.ndarray]]):
    """Young's modulus and Poisson's ratio of every task, computed when asked for; the last one is kept."""

    def __init__(self, tasks: Sequence[Task], law: HealingLaw, condition: Condition, anatomy: Anatomy):
        self._tasks, self._law, self._condition, self._anatomy = tasks, law, condition, anatomy
        self._last: tuple[int, _Now] | None = None

    def __len__(self) -> int:
        return len(self._tasks)

    def __getitem__(self, index: Any) -> Any:
        properties = self.now(index).properties
        return properties.young, properties.poisson

    def now(self, index: int) -> _Now:
        """Properties and tissue of one task."""
        if self._last is None or self._last[0] != index:
            task = self._tasks[index]
            tissue = self._law.advance(self._condition.fresh(), task.day)
            if task.cement is not None:
                placed = self._anatomy.cement[task.arms[0]]
                tissue = tissue.with_cement(placed.fraction[self._condition.is_bone])
            self._last = index, _Now(self._condition.on_day(tissue, task.cement), tissue)
        return self._last[1]


def _state(
    scenario: Scenario,
    condition: Condition,
    day: int,
    solution: TrajectorySolution,
    measured: Measurement,
    now: _Now,
) -> State:
    """Everything that is kept of one solved state."""
    fractions = {} if now.tissue is None else now.tissue.volume_fractions()
    young = now.properties.young[condition.is_bone]
    zone_young = float("nan") if now.tissue is None else condition.zone_mean(young)
    return State(
        arm=INTACT.name,
        day=day,
        row=measured.row | {"zone_young_MPa": zone_young},
        tissue={name: condition.zone_mean(values) for name, values in fractions.items()},
        solver={
            "method": solution.method,
            "origin": solution.origin,
            "energy_error_bound": solution.certificate,
            "iterations": solution.iterations,
            "residual": solution.residual,
            "reaction_balance": measured.balance,
        },
        at_points={"displacement_mm": (scenario.output.load_N * measured.displacement).astype(np.float32)},
        at_cells=_cell_fields(scenario, condition, now, measured, fractions),
    )


def _cell_fields(scenario, condition, now, measured, fractions) -> dict[str, np.ndarray]:
    """Cell fields at the output load, named with their unit."""
    load = scenario.output.load_N
    fields: Mapping[str, np.ndarray] = {
        "stress_MPa": load * vtk_tensor(measured.stress),
        "strain": load * vtk_tensor(measured.strain, engineering=True),
        "von_mises_MPa": load * measured.von_mises,
        "utilisation": load * measured.utilisation,
        "young_MPa": now.properties.young,
        "poisson": now.properties.poisson,
        "density_mg_cm3": condition.density_mg_cm3(now.tissue),
    }
    for name, values in fractions.items():
        everywhere = np.zeros(len(condition.is_bone))
        everywhere[condition.is_bone] = values
        fields |= {f"tissue_{name}": everywhere}
    return {name: values.astype(np.float32) for name, values in fields.items()}


class _Counter:
    """Counts finished states and estimates the time left from the median of those computed."""

    def __init__(self, total: int, done: int, report: Callable[[Progress], None]):
        self.total, self.done, self.report = total, done, report
        self.spent_s: list[float] = []
        self.since = time.perf_counter()

    def finished(self, task: Task, solution: TrajectorySolution) -> None:
        now = time.perf_counter()
        self.spent_s.append((now - self.since) / len(task.arms))
        self.since = now
        self.done += len(task.arms)
        left = median(self.spent_s) * (self.total - self.done)
        text = f"{', '.join(task.arms)}, day {task.day}"
        self.report(Progress(self.done, self.total, text, solution.iterations, left))
