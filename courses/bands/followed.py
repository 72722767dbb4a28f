"""Bands of a body that collapses, from courses that are followed for a fast and a slow patient."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from vertebra.models.bone_state import BoneState
from vertebra.models.patient import non_union_chance
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.vertebra_model import VertebraModel

from ..day_state import State
from ..followed.stand import Stand
from ..plan import INTACT, Task, arm_days, plan
from ..solving import solve_tasks
from .band import ArmDay, Bands, Between, band
from .patients import SHARES, paces
from .tabulated import COLUMNS, Row, capacity_per_surface, settled

_TOLERANCE = 1e-3
"""Energy tolerance of the patients at the ends of a band."""


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
    rough = _roughly(vertebra)
    followed = [_rows(rough.of_patient(pace_ratio=pace), rows) for pace in (fast, slow)]
    ununited = _rows(rough.of_patient(unites=False), rows)
    share = non_union_chance(vertebra.scenario).probability
    pace, courses = np.array([fast, 1.0, slow]), (followed[0], rows, followed[1])
    found, never = {}, []
    for arm, days in arm_days(vertebra.scenario).items():
        if arm == INTACT.name:
            continue
        curves = [
            {name: np.array([each[arm, day][name] for day in days]) for name in COLUMNS} for each in courses
        ]
        for day, ends in zip(days, band(Between(pace, curves), days), strict=True):
            found[arm, day] = ends | {"never_united_share": share}
            never.append({"arm": arm, "day": day} | {name: ununited[arm, day][name] for name in COLUMNS})
    return Bands(found, never, 3 * len(plan(vertebra.scenario)))


def _roughly(vertebra: VertebraModel) -> VertebraModel:
    """Same vertebra, solved as well as the ends of a band need."""
    solver = vertebra.scenario.solver
    solver = solver.model_copy(update={"tolerance": max(solver.tolerance, _TOLERANCE)})
    return replace(vertebra, scenario=vertebra.scenario.model_copy(update={"solver": solver}))


def _rows(vertebra: VertebraModel, median: Mapping[ArmDay, Row]) -> dict[ArmDay, Row]:
    """Columns of every state of another patient; capacity stands to the cheapest surface as in the median patient."""
    found: dict[ArmDay, Row] = {}

    def take(task: Task, stand: Stand, loaded: LoadedVertebra, state: BoneState) -> None:
        row = loaded.row_between
        for arm in task.arms:
            ratio = np.array([capacity_per_surface(median[arm, task.day])])
            found[arm, task.day] = settled(row, 0.0, np.zeros(1), ratio)

    solve_tasks(vertebra, plan(vertebra.scenario), _Passing(), take)
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
