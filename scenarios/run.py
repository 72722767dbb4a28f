"""The main job: from a scenario to a folder of results, state by state."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numba
import numpy as np

from vertebra.fem import Elasticity, Solution
from vertebra.fem.platens import platen_supports
from vertebra.materials.healing import HealingLaw
from vertebra.materials.mixture import MixedProperties
from vertebra.materials.tissue import TissueState
from vertebra.meshes.heights import body_heights
from vertebra.meshes.tetmesh import TetMesh
from vertebra.reports.fields import vtk_tensor
from vertebra.reports.manifest import Stopwatch, file_hashes, version

from .anatomy import Anatomy, build_anatomy
from .condition import Condition, check_compaction, healing_law
from .measure import measure
from .reading import ScenarioError
from .results import write_results
from .schema import Arm, Cement, Scenario
from .workspace import State, Workspace, check_target, fingerprint, open_workspace

INTACT = Arm(name="intact")
_PROCESSORS = numba.get_num_threads()


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
        Of the solver; 0 for a factorisation or a state found finished.
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


def run_scenario(
    scenario: Scenario,
    file: Path,
    out: Path,
    *,
    resume: bool = False,
    report: Callable[[Progress], None] = lambda progress: None,
    say: Callable[[str], None] = lambda text: None,
) -> Path:
    """Compute a scenario and write its folder.

    Parameters
    ----------
    scenario : Scenario
    file : Path
        The file it was read from, for the manifest.
    out : Path
        Final folder; it appears when everything is done.
    resume : bool
        Go on from the finished states of an interrupted run.
    report : callable
        Called after each state.
    say : callable
        Called with lines worth reading: decisions, warnings.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ScenarioError
        The input is wrong; nothing was written.
    NotConverged
        A solve failed; finished states are kept.
    """
    watch = Stopwatch()
    check_target(out)
    numba.set_num_threads(choose_threads(scenario.solver.threads))
    with watch.stage("mesh"):
        try:
            anatomy = build_anatomy(scenario)
            check_compaction(scenario, anatomy)
        except (ValueError, OSError) as error:
            message = f"{file}: {error}"
            raise ScenarioError(message) from error
    for text in (*anatomy.notes, *(f"warning: {text}" for text in anatomy.warnings)):
        say(text)
    anatomy_files = [] if scenario.mesh.surface is None else [Path(scenario.mesh.surface.file)]
    asked = [scenario.model_dump(), version(), list(file_hashes(anatomy_files).values())]
    work, found = open_workspace(out, fingerprint(json.dumps(asked)), resume=resume)
    if resume:
        say(
            f"resuming: {found} finished states in {work.folder}"
            if found
            else "nothing to resume, starting anew"
        )
    try:
        with watch.stage("solve"):
            _solve_all(scenario, anatomy, work, report)
        hashes = file_hashes([file, *anatomy_files])
        write_results(scenario, hashes, anatomy, work, watch, arm_days(scenario), say)
        work.finish()
    finally:
        work.release()
    return out


def choose_threads(asked: int | None) -> int:
    """Number of threads: what is asked, else the processors at hand, at most 4."""
    return min(asked or 4, _PROCESSORS)


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


def _solve_all(
    scenario: Scenario, anatomy: Anatomy, work: Workspace, report: Callable[[Progress], None]
) -> None:
    """Solve every state that is not finished yet and keep it."""
    tasks = plan(scenario)
    counter = _Counter(total=1 + sum(len(task.arms) for task in tasks), report=report)
    intact = make_specimen(anatomy.intact, anatomy.intact, scenario)
    fractured = intact if anatomy.fractured is anatomy.intact else None
    volume = intact.problem.volume.sum(axis=1)
    if tasks and fractured is None:
        fractured = make_specimen(anatomy.fractured, anatomy.intact, scenario)
        volume = fractured.problem.volume.sum(axis=1)
    condition = Condition.of(scenario, anatomy, volume)
    if work.has(INTACT.name, 0):
        counter.found([INTACT.name], 0)
    else:
        properties = condition.intact()
        state, iterations = _state(scenario, intact, intact, condition, properties, None, 0)
        work.keep(state)
        counter.finished([INTACT.name], 0, iterations)
    law = healing_law(scenario)
    for task in tasks:
        if all(work.has(arm, task.day) for arm in task.arms):
            counter.found(task.arms, task.day)
            continue
        assert fractured is not None  # there are tasks
        tissue = _tissue(law, condition, anatomy, task)
        properties = condition.on_day(tissue, task.cement)
        state, iterations = _state(scenario, fractured, intact, condition, properties, tissue, task.day)
        for arm in task.arms:
            work.keep(replace(state, arm=arm))
        counter.finished(task.arms, task.day, iterations)


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


def _tissue(law: HealingLaw, condition: Condition, anatomy: Anatomy, task: Task) -> TissueState:
    """Tissue on the day of a task, with the cement that lies there by then."""
    tissue = law.advance(condition.fresh(), task.day)
    if task.cement is None:
        return tissue
    return tissue.with_cement(anatomy.cement[task.arms[0]].fraction[condition.is_bone])


def _state(
    scenario: Scenario,
    specimen: Specimen,
    intact: Specimen,
    condition: Condition,
    properties: MixedProperties,
    tissue: TissueState | None,
    day: int,
) -> tuple[State, int]:
    """Solve one state and read everything from it."""
    start = time.perf_counter()
    solution: Solution = specimen.problem.solve(
        properties.young, properties.poisson, tolerance=scenario.solver.tolerance
    )
    solved = time.perf_counter() - start
    measured = measure(
        specimen.problem,
        solution,
        specimen.mesh,
        properties,
        specimen.height_mm,
        intact.height_mm,
        scenario.capacity,
    )
    fractions = {} if tissue is None else tissue.volume_fractions()
    zone_young = (
        condition.zone_mean(properties.young[condition.is_bone]) if tissue is not None else float("nan")
    )
    state = State(
        arm=INTACT.name,
        day=day,
        row=measured.row | {"zone_young_MPa": zone_young},
        tissue={name: condition.zone_mean(values) for name, values in fractions.items()},
        solver={
            "iterations": solution.iterations,
            "residual": solution.residual,
            "reaction_balance": measured.balance,
            "solve_s": solved,
            "method": solution.method,
        },
        at_points={"displacement_mm": (scenario.output.load_N * measured.displacement).astype(np.float32)},
        at_cells=_cell_fields(scenario, condition, properties, measured, tissue, fractions),
    )
    return state, solution.iterations


def _cell_fields(scenario, condition, properties, measured, tissue, fractions) -> dict[str, np.ndarray]:
    """Cell fields at the output load, named with their unit."""
    load = scenario.output.load_N
    fields: Mapping[str, np.ndarray] = {
        "stress_MPa": load * vtk_tensor(measured.stress),
        "strain": load * vtk_tensor(measured.strain, engineering=True),
        "von_mises_MPa": load * measured.von_mises,
        "utilisation": load * measured.utilisation,
        "young_MPa": properties.young,
        "poisson": properties.poisson,
        "density_mg_cm3": condition.density_mg_cm3(tissue),
    }
    for name, values in fractions.items():
        everywhere = np.zeros(len(condition.is_bone))
        everywhere[condition.is_bone] = values
        fields |= {f"tissue_{name}": everywhere}
    return {name: values.astype(np.float32) for name, values in fields.items()}


class _Counter:
    """Counts finished states and estimates the time left from the median of those computed."""

    def __init__(self, total: int, report: Callable[[Progress], None]):
        self.total, self.report = total, report
        self.done = 0
        self.spent_s: list[float] = []
        self.since = time.perf_counter()

    def finished(self, arms: Sequence[str], day: int, iterations: int) -> None:
        now = time.perf_counter()
        self.spent_s.append((now - self.since) / len(arms))
        self.since = now
        self._tell(arms, day, iterations)

    def found(self, arms: Sequence[str], day: int) -> None:
        self.since = time.perf_counter()
        self._tell(arms, day, 0)

    def _tell(self, arms: Sequence[str], day: int, iterations: int) -> None:
        self.done += len(arms)
        pace = median(self.spent_s) if self.spent_s else 0.0
        text = f"{', '.join(arms)}, day {day}"
        self.report(Progress(self.done, self.total, text, iterations, pace * (self.total - self.done)))
