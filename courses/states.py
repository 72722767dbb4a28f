"""The mechanical states of a run: planned, solved, measured, tested and kept."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from vertebra.materials.tissue import TissueState
from vertebra.models.bone_state import BoneState
from vertebra.models.fractured_bone import FracturedBone
from vertebra.models.response.beside_cement import beside_cement_row
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.response.sides import sides_row
from vertebra.models.segment.record import neighbour_record
from vertebra.models.strength.virtual_test import outcome
from vertebra.models.vertebra_model import VertebraModel

from .crew import Crew
from .daily_load import standing_load
from .day_state import Keeper, State
from .followed.events import count
from .followed.stand import Stand
from .key_days import bracketed, neighbour_days, shown_days, virtual_test_days
from .mobility import mobility_row
from .plan import INTACT, Task, plan
from .progress import Counter, Progress
from .solving import intact_state, solve_intact, solve_tasks
from .zone import Zone


@threadpool_limits.wrap(limits=1, user_api="blas")
def solve_states(vertebra: VertebraModel, work: Keeper, report: Callable[[Progress], None]) -> None:
    """Solve every state of a scenario that is not finished yet and keep it.

    BLAS gets one thread: more of them only wait for each other in products as flat as those of a few solutions (0.003
    against 0.05 s on a busy machine), and kernels have their own.

    Parameters
    ----------
    vertebra : VertebraModel
    work : Keeper
        What it has already is not computed again.
    report : callable
        Called after each state.

    Raises
    ------
    NotConverged
    """
    scenario = vertebra.scenario
    tasks = plan(scenario)
    todo = [task for task in tasks if not all(work.has(arm, task.day) for arm in task.arms)]
    untouched = Task(0, (INTACT.name,), None)
    test_days, curve_days = virtual_test_days(scenario), shown_days(scenario)
    asked, beside_days = scenario.neighbours, neighbour_days(scenario)
    known = bracketed(scenario)

    def is_tested(task: Task) -> bool:
        return any(task.day in test_days[arm] for arm in task.arms)

    ahead = [*todo, *([] if work.has(INTACT.name, 0) else [untouched])]
    crew = Crew()
    counter = Counter(
        total=1 + sum(len(task.arms) for task in tasks),
        done=sum(len(task.arms) for task in tasks if task not in todo),
        report=report,
        solves=len(ahead),
        tests=sum(is_tested(task) for task in ahead),
        threads=crew.threads,
    )

    def take(task: Task, stand: Stand, loaded: LoadedVertebra, bone_state: BoneState) -> None:
        crew.hand_over(lambda: finish(task, stand, loaded, bone_state), is_long=is_tested(task))

    def finish(task: Task, stand: Stand, loaded: LoadedVertebra, bone_state: BoneState) -> None:
        row = {**loaded.row_between, **(loaded.row if (task.arms[0], task.day) in known else {})}
        state = _state(stand, task, loaded, row, bone_state)
        tested: dict[str, Any] = {}
        if is_tested(task):  # arms that share the state share its test
            with counter.test(task.day, task.arms):
                tested = loaded.virtual_test()
        curves: dict[str, Any] = {}
        if scenario.capacity.interaction != "off" and any(task.day in curve_days[arm] for arm in task.arms):
            curves = loaded.interaction()
        next_to: list[dict[str, Any]] = []
        if any(task.day in beside_days[arm] for arm in task.arms):
            patient = vertebra.under(scenario.treatment_of(task.arms[0]))
            next_to = [neighbour_record(patient, loaded, where, task.day) for where in asked.places]
        for arm in task.arms:
            work.keep(
                replace(
                    state,
                    arm=arm,
                    virtual_test=tested,
                    interaction=curves if task.day in curve_days[arm] else {},
                    neighbours=next_to if task.day in beside_days[arm] else [],
                )
            )
        iterations = loaded.solution.iterations + tested.get("iterations", 0)
        counter.finished(task.day, task.arms, iterations, outcome(tested))

    with crew:
        if work.has(INTACT.name, 0):
            counter.done += 1
        else:
            unbroken = Stand(Zone.of(vertebra, vertebra.anatomy.intact))
            take(untouched, unbroken, solve_intact(vertebra), intact_state(vertebra))
        solve_tasks(vertebra, tasks, work, take)


def _state(
    stand: Stand, task: Task, loaded: LoadedVertebra, row: Mapping[str, float], state: BoneState
) -> State:
    """Everything that is kept of one solved state."""
    zone = stand.zone
    bone = zone.bone
    fractions = {} if state.tissue is None else bone.in_zone(state.tissue).volume_fractions()
    young = state.properties.young[bone.is_bone]
    zone_young = float("nan") if state.tissue is None else bone.zone_young(young)
    healing = zone.row(task.day, state, loaded.measured.strain)
    if state.tissue is not None:
        healing |= mobility_row(zone, state.tissue, task.day, loaded)
        healing["refractures"] = float(count(stand.events, "refracture")) if stand.moved else float("nan")
    beside = {} if state.tissue is None else _beside_cement(zone, loaded, state.tissue)
    solution = loaded.given
    assert solution is not None  # a course hands over what it has solved
    return State(
        arm=task.arms[0],
        day=task.day,
        row={**row, "zone_young_MPa": zone_young, **beside},
        tissue={name: bone.zone_mean(values) for name, values in fractions.items()},
        healing=healing,
        verdict=state.verdict,
        solver={
            "method": solution.method,
            "origin": solution.origin,
            "energy_error_bound": solution.certificate,
            "iterations": solution.iterations,
            "residual": solution.residual,
            "reaction_balance": loaded.measured.balance,
        },
        at_points={"displacement_mm": loaded.displacement.astype(np.float32)},
        at_cells=_cell_fields(loaded, bone, state),
        events=[event.as_dict() for event in stand.events],
        points=loaded.specimen.mesh.points if stand.moved else None,
    )


def _beside_cement(zone: Zone, loaded: LoadedVertebra, tissue: TissueState) -> dict[str, float]:
    """Columns of `augmentation.csv` about the bone beside cement and on both sides of the body."""
    sides = sides_row(zone.bone, loaded, tissue, standing_load(zone.scenario))
    return beside_cement_row(zone.bone, loaded, tissue.cement) | sides


def _cell_fields(loaded: LoadedVertebra, bone: FracturedBone, state: BoneState) -> dict[str, np.ndarray]:
    """Cell fields at the output load, named with their unit; tissues are fractions of whole cells."""
    fields: Mapping[str, np.ndarray] = {
        "stress_MPa": loaded.stress,
        "strain": loaded.strain,
        "von_mises_MPa": loaded.von_mises,
        "utilisation": loaded.utilisation,
        "young_MPa": state.properties.young,
        "poisson": state.properties.poisson,
        "density_mg_cm3": bone.density_mg_cm3(state.tissue),
        "weakest_surface_mm2": loaded.weakest_surface_mm2,
    }
    fractions = {} if state.tissue is None else state.tissue.volume_fractions()
    of_bone = {f"tissue_{name}": values for name, values in fractions.items()}
    if state.perfusion is not None:
        of_bone["perfusion"] = state.perfusion
    for name, values in of_bone.items():
        everywhere = np.zeros(len(bone.is_bone))
        everywhere[bone.is_bone] = values
        fields |= {name: everywhere}
    return {name: values.astype(np.float32) for name, values in fields.items()}
