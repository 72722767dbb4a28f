"""The mechanical states of a run: planned, solved as one history on a fixed mesh, measured, tested and kept."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from vertebra.fem.solution import TrajectorySolution
from vertebra.models.anatomy import Anatomy
from vertebra.models.condition import Condition
from vertebra.models.direction import anisotropy_of
from vertebra.models.measure import Measurement, measure
from vertebra.models.specimen import Specimen, make_specimen
from vertebra.models.strength.interaction import interaction_record
from vertebra.models.strength.virtual_test import outcome, record_virtual_test, softening_of
from vertebra.models.tissue_moment import Moment
from vertebra.models.unit_force import UnitForce
from vertebra.scenarios.schema import Scenario

from .day_state import Keeper, State
from .followed import Walk
from .key_days import shown_days, virtual_test_days
from .known import Course
from .plan import INTACT, Task, plan
from .progress import Counter, Progress
from .zone import Zone


@threadpool_limits.wrap(limits=1, user_api="blas")
def solve_states(
    scenario: Scenario, anatomy: Anatomy, work: Keeper, report: Callable[[Progress], None]
) -> None:
    """Solve every state that is not finished yet and keep it.

    A healing law that is known in advance makes all days and arms one history of moduli on one mesh; one that
    follows the local strain is walked day by day. BLAS gets one thread: more of them only wait for each other in
    products as flat as those of a few solutions (0.003 against 0.05 s on a busy machine), and kernels have their own.
    """
    tasks = plan(scenario)
    todo = [task for task in tasks if not all(work.has(arm, task.day) for arm in task.arms)]
    n_found = sum(len(task.arms) for task in tasks if task not in todo)
    untouched_task = Task(0, (INTACT.name,), None)
    test_days, curve_days = virtual_test_days(scenario), shown_days(scenario)

    def is_tested(task: Task) -> bool:
        return any(task.day in test_days[arm] for arm in task.arms)

    ahead = [*todo, *([] if work.has(INTACT.name, 0) else [untouched_task])]
    counter = Counter(
        total=1 + sum(len(task.arms) for task in tasks),
        done=n_found,
        report=report,
        tests=sum(is_tested(task) for task in ahead),
    )
    intact = make_specimen(anatomy.intact, anatomy.intact, scenario)
    fractured = intact
    if tasks and anatomy.fractured is not anatomy.intact:
        fractured = make_specimen(anatomy.fractured, anatomy.intact, scenario)
    condition = Condition.of(scenario, anatomy, fractured.problem.volume.sum(axis=1))
    zone = Zone.of(scenario, anatomy, condition)
    tolerance = scenario.solver.tolerance

    def keep(specimen: Specimen, task: Task, solution: TrajectorySolution, moment: Moment) -> None:
        measured = measure(
            specimen.problem,
            solution,
            specimen.mesh,
            moment.properties,
            specimen.height_mm,
            intact.height_mm,
            scenario.capacity,
            pivot=specimen.pivot,
            gauge=specimen.gauge,
        )
        state = _state(scenario, condition, zone, task.day, solution, measured, moment)
        tested: dict[str, Any] = {}
        if is_tested(task):  # arms that share the state share its test
            counter.testing(task.day, task.arms)
            tested = record_virtual_test(specimen, moment.properties, softening_of(scenario.capacity))
            counter.tested()
        curves: dict[str, Any] = {}
        if scenario.capacity.interaction != "off" and any(task.day in curve_days[arm] for arm in task.arms):
            curves = interaction_record(measured.sections, specimen, moment.properties, scenario.capacity)
        for arm in task.arms:
            shown = curves if task.day in curve_days[arm] else {}
            work.keep(replace(state, arm=arm, virtual_test=tested, interaction=shown))
        iterations = solution.iterations + tested.get("iterations", 0)
        counter.finished(task.day, task.arms, iterations, outcome(tested))

    if work.has(INTACT.name, 0):
        counter.done += 1
    else:
        untouched = Moment.intact(condition)
        keep(intact, untouched_task, _solve(intact, untouched, tolerance), untouched)
    if not todo:
        return
    if scenario.healing.law == "mechanoregulation":
        reference = _habitual_energy(intact, condition, tolerance)
        Walk(scenario, anatomy, condition, zone, fractured, reference).follow(tasks, work, keep)
        return
    course = Course(scenario, anatomy, condition, zone, todo)
    fractured.problem.trajectory(
        course,
        energy_tolerance=tolerance,
        consume=lambda index, solution: keep(fractured, todo[index], solution, course.moment(index)),
    )


def _solve(specimen: Specimen, moment: Moment, tolerance: float) -> TrajectorySolution:
    """A single state."""
    stepper = specimen.problem.stepper(energy_tolerance=tolerance)
    properties = moment.properties
    return stepper.solve(properties.young, properties.poisson, anisotropy_of(properties))


def _habitual_energy(intact: Specimen, condition: Condition, tolerance: float) -> np.ndarray:
    """Strain energy density of the bone of the intact vertebra under unit axial force, shape (b,) [MPa/N2]."""
    solution = _solve(intact, Moment.intact(condition), tolerance)
    return UnitForce.of(solution).energy_density(intact.problem.volume)[condition.is_bone]


def _state(
    scenario: Scenario,
    condition: Condition,
    zone: Zone,
    day: int,
    solution: TrajectorySolution,
    measured: Measurement,
    moment: Moment,
) -> State:
    """Everything that is kept of one solved state."""
    fractions = {} if moment.tissue is None else condition.in_zone(moment.tissue).volume_fractions()
    young = moment.properties.young[condition.is_bone]
    zone_young = float("nan") if moment.tissue is None else condition.zone_young(young)
    return State(
        arm=INTACT.name,
        day=day,
        row=measured.row | {"zone_young_MPa": zone_young},
        tissue={name: condition.zone_mean(values) for name, values in fractions.items()},
        healing=zone.row(day, moment, measured.strain),
        verdict=moment.verdict,
        solver={
            "method": solution.method,
            "origin": solution.origin,
            "energy_error_bound": solution.certificate,
            "iterations": solution.iterations,
            "residual": solution.residual,
            "reaction_balance": measured.balance,
        },
        at_points={"displacement_mm": (scenario.output.load_N * measured.displacement).astype(np.float32)},
        at_cells=_cell_fields(scenario, condition, moment, measured, fractions),
    )


def _cell_fields(scenario, condition, moment, measured, fractions) -> dict[str, np.ndarray]:
    """Cell fields at the output load, named with their unit."""
    load = scenario.output.load_N
    fields: Mapping[str, np.ndarray] = {
        "stress_MPa": load * measured.stress,
        "strain": load * measured.strain,
        "von_mises_MPa": load * measured.von_mises,
        "utilisation": load * measured.utilisation,
        "young_MPa": moment.properties.young,
        "poisson": moment.properties.poisson,
        "density_mg_cm3": condition.density_mg_cm3(moment.tissue),
    }
    of_bone = {f"tissue_{name}": values for name, values in fractions.items()}
    if moment.perfusion is not None:
        of_bone["perfusion"] = moment.perfusion
    for name, values in of_bone.items():
        everywhere = np.zeros(len(condition.is_bone))
        everywhere[condition.is_bone] = values
        fields |= {name: everywhere}
    return {name: values.astype(np.float32) for name, values in fields.items()}
