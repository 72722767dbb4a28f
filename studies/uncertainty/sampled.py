"""Courses of samples: each sample is followed through all days on a coarser mesh, beside the plain course there.

The ratio of a sample to the plain course on the coarse mesh, times what the run has found, gives the sample; so cells,
longer steps, looser tolerance and surfaces on whole cells cancel to first order, as in the bands of patients. Every
equilibrium is certified to 1e-3 in the energy norm: found in the span of those before, or iterated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from vertebra.courses.bands.beside_median import Passing, loss_ratio
from vertebra.courses.bands.tabulated import COLUMNS
from vertebra.courses.followed.stand import Stand
from vertebra.courses.followed.steps import Steps
from vertebra.courses.followed.walk import UNKNOWN_TIMES, Walk
from vertebra.courses.plan import INTACT, Task, arm_days, plan
from vertebra.courses.vertebra import Vertebra
from vertebra.materials.table import changed, value
from vertebra.models.bone_state import BoneState
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.schema import Scenario

from .inputs import DENSITY, FACTOR, PACE, SHARE, VESSELS, constants_of
from .shared_grounds import SharedGrounds

ArmDay = tuple[str, int]
Row = Mapping[str, float]
Course = list[tuple[str, int, dict[str, float]]]
"""Arm, day and columns of every state, as JSON can hold them."""
SHORTENED = "shortened_N"
"""Load that shortens the body by 0.68 %, of a sample: the service load is the smaller of it and the capacity."""
_TOLERANCE, _COARSER, _EDGE = 1e-3, 2.0, 4 / 3
"""Energy tolerance, steps and edges of samples, the last two over those of a run."""
_GRID = 0.0025
"""Losses of height at which samples are drawn are multiples of it: 0.06 mm of a body of 25 mm."""
_DAYS = 7
"""Days from which on every other one is left out where nothing happens on it."""


def coarse_scenario(scenario: Scenario) -> Scenario:
    """The scenario on the mesh of samples: a drawn body with longer edges, and 4-node cells where surfaces decide."""
    mesh, solver = scenario.mesh, scenario.solver
    if mesh.parametric is not None:
        mesh = mesh.with_edge(min(_EDGE * mesh.edge_mm, mesh.edge_limits_mm[1]))
    if scenario.capacity.rule == "surface" and (mesh.file is None):
        mesh = mesh.model_copy(update={"order": 1})
    solver = solver.model_copy(update={"tolerance": max(solver.tolerance, _TOLERANCE)})
    healing = scenario.healing.model_copy(update={"days": _some_days(scenario)})
    return scenario.model_copy(update={"mesh": mesh, "solver": solver, "healing": healing})


def _some_days(scenario: Scenario) -> tuple[int, ...]:
    """Days on which samples are measured: ends, injections and the days before them, every other one between."""
    days = sorted({day for on in arm_days(scenario).values() for day in on})
    if len(days) <= _DAYS:
        return scenario.healing.days
    injected = {arm.cement.day for arm in scenario.arms if arm.cement is not None}
    kept = {days[0], days[-1], *injected} | {days[days.index(day) - 1] for day in injected if day > days[0]}
    return tuple(sorted(kept | set([day for day in days if day not in kept][1::2])))


def on_all_days(scenario: Scenario, course: Mapping[ArmDay, Row]) -> dict[ArmDay, Row]:
    """Course on all days of a scenario: between the days it was measured on, linear in the logarithm of time.

    What this misses is nearly the same in a sample and in the plain course, and cancels in their ratio.
    """
    injections = {arm.name: arm.cement.day for arm in scenario.arms if arm.cement is not None}
    found = dict(course)
    for arm, days in arm_days(scenario).items():
        for day in days:
            if (arm, day) in found:
                continue
            after = day >= injections.get(arm, 0)
            known = sorted(d for a, d in course if a == arm and (d >= injections.get(arm, 0)) == after)
            at = np.log1p(known)
            found[arm, day] = {
                name: float(np.interp(np.log1p(day), at, [course[arm, d][name] for d in known]))
                for name in course[arm, known[0]]
            }
    return found


def sample_steps() -> Steps:
    """Steps of a course of a sample."""
    return replace(coarser_steps(), grid=_GRID)


def coarser_steps() -> Steps:
    """Longer steps than those of a run; bodies are drawn at any loss."""
    return Steps.of_table().coarser(_COARSER)


def followed(model: VertebraModel, grounds: SharedGrounds, steps: Steps) -> dict[ArmDay, Row]:
    """What every state of a course bears, the intact vertebra too (`LoadedVertebra.row_of_ratios`).

    Parameters
    ----------
    model : VertebraModel
    grounds : SharedGrounds
        Of courses on the same meshes.
    steps : Steps
    """
    found: dict[ArmDay, Row] = {(INTACT.name, 0): grounds.intact(model).row_of_ratios}
    for treatment in model.scenario.treatments:
        mine = model.under(treatment)

        def take(task: Task, stand: Stand, loaded: LoadedVertebra, state: BoneState) -> None:
            found.update(dict.fromkeys(((arm, task.day) for arm in task.arms), loaded.row_of_ratios))

        walk = Walk(mine, healing_times=UNKNOWN_TIMES, steps=steps, grounds=grounds)
        walk.follow(plan(mine.scenario), Passing(), take)
    return found


@dataclass(eq=False)
class SampleWorker:
    """Follows samples of one scenario; meshes and shapes are made once, solvers anew for each sample."""

    _known: tuple[Scenario, VertebraModel] | None = None
    _grounds: SharedGrounds = field(default_factory=SharedGrounds)

    def __call__(
        self, content: tuple[Scenario, list[dict[str, float]]]
    ) -> list[list[tuple[str, int, dict[str, float]]]]:
        """Courses of samples: arm, day and columns of every state."""
        scenario, samples = content
        if self._known is None or self._known[0] != scenario:
            plain = Vertebra.of(scenario)
            self._known, self._grounds = (scenario, plain), SharedGrounds(plain.fresh_specimen())
        return [[(arm, day, dict(row)) for (arm, day), row in self.course(each).items()] for each in samples]

    def course(self, sample: Mapping[str, float]) -> dict[ArmDay, Row]:
        """Course of one sample; an empty one is the plain course."""
        assert self._known is not None  # set by whoever calls
        model = self._known[1]
        density = model.anatomy.density.times(sample.get(DENSITY, 1.0))
        patient = {"pace_ratio": sample.get(PACE, 1.0), "vessel_ratio": sample.get(VESSELS, 1.0)}
        with changed(constants_of(sample)):
            return followed(model.of_patient(**patient).with_density(density), self._grounds, sample_steps())


def sample_rows(
    scenario: Scenario,
    rows: Mapping[ArmDay, Row],
    plain: Mapping[ArmDay, Row],
    other: Mapping[ArmDay, Row],
    sample: Mapping[str, float],
) -> dict[ArmDay, dict[str, float]]:
    """Columns of a sample from those of the run, and from plain course and sample on the coarse mesh.

    Parameters
    ----------
    scenario : Scenario
    rows : mapping of (arm, day) to mapping of str to float
        As the run has found them, with the ends of the brackets where there are some.
    plain, other : mapping of (arm, day) to mapping of str to float
        `followed` without and with the sample.
    sample : mapping of str to float

    Returns
    -------
    dict of (arm, day) to dict of str to float
        With `COLUMNS` and `SHORTENED`.
    """
    first = {arm: days[0] for arm, days in arm_days(scenario).items()}
    plain, other = on_all_days(scenario, plain), on_all_days(scenario, other)
    found = {}
    for (arm, day), row in rows.items():
        fresh = arm, first[arm]
        lost = rows[fresh]["height_mm"] - row["height_mm"]
        lost_there = plain[fresh]["height_mm"] - plain[arm, day]["height_mm"]
        known = _within_bracket(row, sample)
        found[arm, day] = beside(known, plain[arm, day], other[arm, day], loss_ratio(lost, lost_there))
    return found


def beside(row: Row, median: Row, other: Row, loss: float) -> dict[str, float]:
    """Columns of a sample from those of the plain course and from both on the coarse mesh.

    Parameters
    ----------
    row : mapping of str to float
        With `tabulated.COLUMNS`: of the plain course.
    median, other : mapping of str to float
        Of the plain course and of the sample on the coarse mesh (`LoadedVertebra.row_of_ratios`).
    loss : float [-]
        Loss of height of the plain course over that on the coarse mesh.

    Returns
    -------
    dict of str to float
        With `tabulated.COLUMNS` and `SHORTENED`.
    """

    def ratio(name: str) -> float:
        return other[name] / median[name]

    capacity = row["capacity_N"] * ratio("bears_N")
    limit = row["service_N"] * ratio("service_limit_N")
    if row["service_N"] >= row["capacity_N"]:
        # the load that shortens the body is not known, but its stiffness is
        stiffening = row["stiffness_N_per_mm"] / median["stiffness_N_per_mm"]
        limit = other["service_limit_N"] * stiffening
    return {
        "capacity_N": capacity,
        "service_N": min(capacity, limit),
        SHORTENED: limit,
        "stiffness_N_per_mm": row["stiffness_N_per_mm"] * ratio("stiffness_N_per_mm"),
        "height_mm": row["height_mm"] + loss * (other["height_mm"] - median["height_mm"]),
    }


def _within_bracket(row: Row, sample: Mapping[str, float]) -> dict[str, float]:
    """The run's own columns with the capacity elsewhere in its bracket, and another factor on it."""
    here = {name: row[name] for name in COLUMNS}
    if SHARE not in sample or not np.isfinite(row.get("capacity_low_N", np.nan)):
        return here
    low, high = row["capacity_low_N"], row["capacity_high_N"]
    capacity = low + sample[SHARE] * (high - low)
    capacity *= sample[FACTOR] / value("failure", "limit_load.factor")
    limited = row["service_N"] < row["capacity_N"] * (1 - 1e-9)  # by shortening
    service = min(row["service_N"], capacity) if limited else capacity
    return here | {"capacity_N": capacity, "service_N": service}
