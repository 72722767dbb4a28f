"""Patients of a body that collapses, beside the median patient of the run.

They are followed on 4-node cells with the corners of those of the run (`corner_twin`), on some of its days, and so is
the median patient, through whom what they bear is carried over to the cells of the run (`like_states`) and to the days
between (`spaced_days`); heights follow by the ratio of losses. So the coarser cells, longer steps, looser tolerance and
surfaces on whole cells cancel to first order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from vertebra.models.bone_state import BoneState
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.response.specimen import SOFT
from vertebra.models.vertebra_model import VertebraModel

from ..crew import side_by_side
from ..day_state import State
from ..followed.stand import Stand
from ..followed.steps import Steps
from ..followed.walk import UNKNOWN_TIMES, Walk
from ..plan import Task, arm_days, plan
from .band import ArmDay
from .corner_twin import corner_twin
from .like_states import LikeStates
from .lines import Line, line_members
from .spaced_days import between_days
from .tabulated import Row

_TOLERANCE = 1e-3
"""Energy tolerance of all patients of a band."""
_LATER, _DEEPER = 3.0, 1.5
"""Steps of all patients of a band over those of a run: in time and stiffness, and in height, where they weigh more."""
_SEEN_MM = 0.05
"""Loss of height from which on the losses of two meshes are compared."""
_APART = 0.5, 2.0
"""Between which their ratio is taken to be."""


class BesideMedian:
    """Patients of a body that collapses, by the states of the median patient that are most like theirs.

    These have cells of 4 nodes, but between discs: those lock in soft layers that hardly change their volume, and there
    patients are followed on the cells of the run, for the cost of a course each.

    Attributes
    ----------
    solved : int
        States that have been computed so far.
    """

    def __init__(self, vertebra: VertebraModel, rows: Mapping[ArmDay, Row]):
        """Take the median patient.

        Parameters
        ----------
        vertebra : VertebraModel
            With the arms of one treatment alone.
        rows : mapping of (arm, day) to mapping of str to float
            Of the median patient, as the run has found them.
        """
        rough, scenario = _roughly(vertebra), vertebra.scenario
        self._model = rough if scenario.loading.ends in SOFT else corner_twin(rough)
        self._rows = rows
        self._lines = [Line.of(name, members) for name, members in line_members(scenario).items()]
        self.solved = 0
        self._known: dict[ArmDay, Row] = {}
        self._first = {arm: (arm, days[0]) for arm, days in arm_days(scenario).items()}

    def of(self, **values) -> dict[ArmDay, Row]:
        """Columns of every state of another patient; values are those of `[uncertainty]`."""
        return self.of_all([values])[0]

    def of_all(self, patients: Sequence[Mapping[str, Any]]) -> list[dict[ArmDay, Row]]:
        """Columns of every state of other patients, who are followed side by side."""
        self._model.fresh_specimen()  # which all of them take over
        models = [self._model.of_patient(**values) for values in patients]
        asked = models if self._known else [self._model, *models]
        walked = side_by_side([partial(self._walked, model) for model in asked])
        self.solved += len(asked) * sum(len(line.solved) for line in self._lines)
        if not self._known:
            self._known, *walked = walked
        return [self._carried_over(rows) for rows in walked]

    def _carried_over(self, other: Mapping[ArmDay, Row]) -> dict[ArmDay, Row]:
        """Columns of every state of a patient who was followed on the coarse cells."""
        found = {}
        for line in self._lines:
            columns = self._on_line(line, other)
            at = {day: number for number, day in enumerate(line.states)}
            for arm, day in line.members:
                found[arm, day] = {name: float(values[at[day]]) for name, values in columns.items()}
        return found

    def _on_line(self, line: Line, other: Mapping[ArmDay, Row]) -> dict[str, np.ndarray]:
        """Columns of another patient on all days of a line."""
        solved, days = np.array(line.solved), np.array(list(line.states))
        known = [line.states[day] for day in line.solved]
        here, there, mine = ([rows[each] for each in known] for rows in (self._rows, self._known, other))
        bears = LikeStates(here, there).carried_over(mine)
        height = np.array([self._height(*each, other[each]) for each in known])

        def beside(name: str, values: np.ndarray) -> np.ndarray:
            ratio = values / np.array([row[name] for row in here])
            median = np.array([self._rows[each][name] for each in line.states.values()])
            return median * between_days(solved, ratio, days)

        capacity = beside("capacity_N", bears["capacity_N"])
        stiffness = beside("stiffness_N_per_mm", bears["stiffness_N_per_mm"])
        shortening = between_days(solved, bears["service_limit_N"] / bears["stiffness_N_per_mm"], days)
        return {
            "capacity_N": capacity,
            "service_N": np.minimum(capacity, shortening * stiffness),
            "stiffness_N_per_mm": stiffness,
            "height_mm": beside("height_mm", height),
        }

    def _height(self, arm: str, day: int, other: Row) -> float:
        """Height of another patient: that of the median one, and what is between them by the ratio of losses [mm]."""
        here, there = (rows[arm, day]["height_mm"] for rows in (self._rows, self._known))
        fresh, fresh_there = (rows[self._first[arm]]["height_mm"] for rows in (self._rows, self._known))
        return here + loss_ratio(fresh - here, fresh_there - there) * (other["height_mm"] - there)

    def _walked(self, vertebra: VertebraModel) -> dict[ArmDay, Row]:
        """States of a patient on the days that are solved."""
        solved = {(line.name, day) for line in self._lines for day in line.solved}
        found: dict[ArmDay, Row] = {}

        def take(task: Task, stand: Stand, loaded: LoadedVertebra, state: BoneState) -> None:
            found.update(dict.fromkeys(((arm, task.day) for arm in task.arms), loaded.row_of_ratios))

        walk = Walk(vertebra, healing_times=UNKNOWN_TIMES, steps=_steps())
        tasks = [
            task
            for task in plan(vertebra.scenario)
            if (None if task.cement is None else task.arms[0], task.day) in solved
        ]
        walk.follow(tasks, Passing(), take)
        return found


def loss_ratio(lost_mm: float, lost_there_mm: float) -> float:
    """Loss of height on one mesh over that on another; 1 as long as there is nearly none, or a procedure raises [-]."""
    if lost_there_mm < _SEEN_MM:
        return 1.0
    return float(np.clip(lost_mm / lost_there_mm, *_APART))


def _roughly(vertebra: VertebraModel) -> VertebraModel:
    """Same vertebra, solved as well as the ends of a band need."""
    solver = vertebra.scenario.solver
    solver = solver.model_copy(update={"tolerance": max(solver.tolerance, _TOLERANCE)})
    return replace(vertebra, scenario=vertebra.scenario.model_copy(update={"solver": solver}))


def _steps() -> Steps:
    """Steps of a patient of a band."""
    steps = Steps.of_table()
    return replace(steps.coarser(_LATER), loss=_DEEPER * steps.loss, solve=_DEEPER * steps.solve)


class Passing:
    """Keeper of a course that is followed once: stations, and no states."""

    def __init__(self):
        """Begin with no station."""
        self._arrays: dict[str, dict[str, np.ndarray]] = {}

    def has(self, arm: str, day: int) -> bool:
        """No state is ever there."""
        return False

    def keep(self, state: State) -> None:
        """Let a state go."""

    def keep_arrays(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Hold the arrays of a station."""
        self._arrays[name] = dict(arrays)

    def load_arrays(self, name: str) -> dict[str, np.ndarray]:
        """Arrays of a station; empty where there is none."""
        return self._arrays.get(name, {})
