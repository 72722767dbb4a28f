"""Bands of a body that collapses, from courses that are followed for a fast, a slow and a never-uniting patient.

Where surfaces decide, they are followed on 4-node cells with the corners of those of the run (`corner_twin`),
and so is the median patient, through whom what they bear is carried over to the cells of the run (`like_states`);
heights follow by the ratio of losses. So the coarser cells, longer steps, looser tolerance and surfaces on whole cells
cancel to first order.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from vertebra.models.bone_state import BoneState
from vertebra.models.patient import non_union_chance
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.vertebra_model import VertebraModel

from ..day_state import State
from ..followed.stand import Stand
from ..followed.steps import Steps
from ..followed.walk import UNKNOWN_TIMES, Walk
from ..plan import INTACT, Task, arm_days, plan
from .band import ArmDay, Bands, Between, band
from .corner_twin import corner_twin
from .like_states import LikeStates, by_day, spaced
from .line_members import line_members
from .patients import SHARES, paces
from .tabulated import COLUMNS, Row

_TOLERANCE = 1e-3
"""Energy tolerance of all patients of a band."""
_COARSER, _COARSER_SHAPES = 3.0, 1.5
"""Steps of all patients of a band over those of a run, and losses between two shapes, which weigh more."""
_SURFACES = 7.0, 4.0
"""Days between surfaces on day 0, and one day with a surface over the one before, where days are listed so densely."""
_SEEN_MM = 0.05
"""Loss of height from which on the losses of two meshes are compared."""
_APART = 0.5, 2.0
"""Between which their ratio is taken to be."""

Tasks = Collection[tuple[str | None, int]]
"""States by line and day."""


def followed_bands(vertebra: VertebraModel, rows: Mapping[ArmDay, Row]) -> Bands:
    """Bands of the arms of one treatment.

    Height is lost on the days on which load meets soft tissue, so that no course follows from another by stretching
    time: a patient at either end of the band is followed through all days, and one who never unites.

    Parameters
    ----------
    vertebra : VertebraModel
        With the arms of one treatment alone.
    rows : mapping of (arm, day) to mapping of str to float
        Columns of `capacity.csv` of every computed state of the median patient.

    Raises
    ------
    NotConverged
    """
    fast, slow = paces(SHARES).tolist()
    patients = BesideMedian(vertebra, rows)
    ends = [patients.of(pace_ratio=pace) for pace in (fast, slow)]
    ununited = patients.of(unites=False)
    share = non_union_chance(vertebra.scenario).probability
    pace, courses = np.array([fast, 1.0, slow]), (ends[0], rows, ends[1])
    found, never = {}, []
    for arm, days in arm_days(vertebra.scenario).items():
        if arm == INTACT.name:
            continue
        curves = [
            {name: np.array([each[arm, day][name] for day in days]) for name in COLUMNS} for each in courses
        ]
        for day, both in zip(days, band(Between(pace, curves), days), strict=True):
            found[arm, day] = both | {"never_united_share": share}
            never.append({"arm": arm, "day": day} | {name: ununited[arm, day][name] for name in COLUMNS})
    return Bands(found, never, 4 * len(plan(vertebra.scenario)))


class BesideMedian:
    """Patients of a body that collapses, by the states of the median patient that are most like theirs.

    These have cells of 4 nodes where the capacity is that of surfaces. Sections read bending from the elastic solution,
    and ratios of their capacity differ by up to 4 % between cells of 4 and of 10 nodes: with sections, as between
    discs, patients are followed on the cells of the run, for the cost of a course each.
    """

    def __init__(self, vertebra: VertebraModel, rows: Mapping[ArmDay, Row]):
        """Follow the median patient.

        Parameters
        ----------
        vertebra : VertebraModel
            With the arms of one treatment alone.
        rows : mapping of (arm, day) to mapping of str to float
            Of the median patient, as the run has found them.
        """
        rough, scenario = _roughly(vertebra), vertebra.scenario
        surfaces = scenario.capacity.rule == "surface"
        self._model, self._rows = corner_twin(rough) if surfaces else rough, rows
        self._members = line_members(scenario)
        self._bearing = {
            (line, day)
            for line, members in self._members.items()
            for day in _bearing_days(sorted({day for _, day in members}), surfaces)
        }
        self._median = _walked(self._model, self._bearing)
        self._first = {arm: days[0] for arm, days in arm_days(scenario).items()}

    def of(self, **values) -> dict[ArmDay, Row]:
        """Columns of every state of another patient; values are those of `[uncertainty]`."""
        other, found = _walked(self._model.of_patient(**values), self._bearing), {}
        for members in self._members.values():
            days, states = by_day({day: (arm, day) for arm, day in members})
            like = LikeStates(days, *([rows[each] for each in states] for rows in (self._rows, self._median)))
            columns = like.carried_over([other[each] for each in states])
            at = {day: number for number, day in enumerate(days)}
            for arm, day in members:
                row = {name: float(values[at[day]]) for name, values in columns.items()}
                found[arm, day] = row | {"height_mm": self._height(arm, day, other[arm, day])}
        return found

    def _height(self, arm: str, day: int, other: Row) -> float:
        """Height of another patient: that of the median patient, and what is between them by the ratio of losses [mm]."""
        here, there = (rows[arm, day]["height_mm"] for rows in (self._rows, self._median))
        fresh = arm, self._first[arm]
        lost, lost_there = self._rows[fresh]["height_mm"] - here, self._median[fresh]["height_mm"] - there
        return here + loss_ratio(lost, lost_there) * (other["height_mm"] - there)


def loss_ratio(lost_mm: float, lost_there_mm: float) -> float:
    """Loss of height on one mesh over that on another; 1 as long as there is nearly none, or a procedure raises [-]."""
    if lost_there_mm < _SEEN_MM:
        return 1.0
    return float(np.clip(lost_mm / lost_there_mm, *_APART))


def _bearing_days(days: list[int], surfaces: bool) -> list[int]:
    """Days of a line on which it is computed what patients bear: all of them where that costs nothing."""
    return spaced(days, *_SURFACES) if surfaces else days


def _roughly(vertebra: VertebraModel) -> VertebraModel:
    """Same vertebra, solved as well as the ends of a band need."""
    solver = vertebra.scenario.solver
    solver = solver.model_copy(update={"tolerance": max(solver.tolerance, _TOLERANCE)})
    return replace(vertebra, scenario=vertebra.scenario.model_copy(update={"solver": solver}))


def _steps() -> Steps:
    """Steps of a patient of a band."""
    steps = Steps.of_table()
    return replace(steps.coarser(_COARSER), loss=_COARSER_SHAPES * steps.loss)


def _walked(vertebra: VertebraModel, bearing: Tasks) -> dict[ArmDay, Row]:
    """Every state of a patient, some with what they bear."""
    found: dict[ArmDay, Row] = {}

    def take(task: Task, stand: Stand, loaded: LoadedVertebra, state: BoneState) -> None:
        line = None if task.cement is None else task.arms[0]
        row = loaded.row_of_ratios if (line, task.day) in bearing else loaded.row_of_shortening
        found.update(dict.fromkeys(((arm, task.day) for arm in task.arms), row))

    walk = Walk(vertebra, healing_times=UNKNOWN_TIMES, steps=_steps())
    walk.follow(plan(vertebra.scenario), _Passing(), take)
    return found


class _Passing:
    """Keeper of a course that is followed once: stations, and no states."""

    def __init__(self):
        self._arrays: dict[str, dict[str, np.ndarray]] = {}

    def has(self, arm: str, day: int) -> bool:
        return False

    def keep(self, state: State) -> None:
        pass

    def keep_arrays(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        self._arrays[name] = dict(arrays)

    def load_arrays(self, name: str) -> dict[str, np.ndarray]:
        return self._arrays.get(name, {})
