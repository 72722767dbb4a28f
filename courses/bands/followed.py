"""Bands of a body that collapses, from courses that are followed for a fast, a slow and a never-uniting patient.

Where surfaces decide, they are followed on 4-node cells with the corners of those of the run (`models.corner_twin`),
and so is the median patient. The ratio of a patient to the median patient there, times what the run has found for the
median patient, gives the patient's capacity and stiffness; heights follow by the ratio of losses. So the coarser
cells, longer steps, looser tolerance and surfaces on whole cells cancel to first order.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from vertebra.models.bone_state import BoneState
from vertebra.models.corner_twin import corner_twin
from vertebra.models.patient import non_union_chance
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.vertebra_model import VertebraModel

from ..day_state import State
from ..followed.stand import Stand
from ..followed.steps import Steps
from ..followed.walk import UNKNOWN_TIMES, Walk
from ..plan import INTACT, Task, arm_days, plan
from .band import ArmDay, Bands, Between, band
from .patients import SHARES, paces
from .tabulated import COLUMNS, Row

_TOLERANCE = 1e-3
"""Energy tolerance of all patients of a band."""
_COARSER = 1.5
"""Steps of all patients of a band over those of a run."""
_SEEN_MM = 0.05
"""Loss of height from which on the losses of two meshes are compared."""
_APART = 0.5, 2.0
"""Between which their ratio is taken to be."""


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
    """Patients of a body that collapses, by their ratio to the median patient on the same cells.

    These have 4 nodes where the capacity is that of surfaces. Sections read bending from the elastic solution, and
    ratios of their capacity differ by up to 4 % between cells of 4 and of 10 nodes: with sections, as between discs,
    patients are followed on the cells of the run, for the cost of a course each.
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
        rough = _roughly(vertebra)
        surfaces = vertebra.scenario.capacity.rule == "surface"
        self._model, self._rows = corner_twin(rough) if surfaces else rough, rows
        self._median = _walked(self._model)
        self._first = {arm: days[0] for arm, days in arm_days(vertebra.scenario).items()}

    def of(self, **values) -> dict[ArmDay, Row]:
        """Columns of every state of another patient; values are those of `[uncertainty]`."""
        other = _walked(self._model.of_patient(**values))
        found = {}
        for (arm, day), median in self._median.items():
            row, fresh = self._rows[arm, day], (arm, self._first[arm])
            lost = self._rows[fresh]["height_mm"] - row["height_mm"]
            lost_there = self._median[fresh]["height_mm"] - median["height_mm"]
            found[arm, day] = beside(row, median, other[arm, day], loss_ratio(lost, lost_there))
        return found


def loss_ratio(lost_mm: float, lost_there_mm: float) -> float:
    """Loss of height on one mesh over that on another; 1 as long as there is nearly none, or a procedure raises [-]."""
    if lost_there_mm < _SEEN_MM:
        return 1.0
    return float(np.clip(lost_mm / lost_there_mm, *_APART))


def beside(row: Row, median: Row, other: Row, loss: float) -> dict[str, float]:
    """Columns of a patient from those of the median patient and from both patients on another mesh.

    Parameters
    ----------
    row : mapping of str to float
        With `tabulated.COLUMNS`: of the median patient.
    median, other : mapping of str to float
        Of both patients on the other mesh (`LoadedVertebra.row_of_ratios`).
    loss : float [-]
        Loss of height of the median patient over that on the other mesh.
    """

    def ratio(name: str) -> float:
        return other[name] / median[name]

    capacity = row["capacity_N"] * ratio("bears_N")
    limit = row["service_N"] * ratio("service_limit_N")
    if (
        row["service_N"] >= row["capacity_N"]
    ):  # the load that shortens the body is not known, but its stiffness is
        stiffening = row["stiffness_N_per_mm"] / median["stiffness_N_per_mm"]
        limit = other["service_limit_N"] * stiffening
    return {
        "capacity_N": capacity,
        "service_N": min(capacity, limit),
        "stiffness_N_per_mm": row["stiffness_N_per_mm"] * ratio("stiffness_N_per_mm"),
        "height_mm": row["height_mm"] + loss * (other["height_mm"] - median["height_mm"]),
    }


def _roughly(vertebra: VertebraModel) -> VertebraModel:
    """Same vertebra, solved as well as the ends of a band need."""
    solver = vertebra.scenario.solver
    solver = solver.model_copy(update={"tolerance": max(solver.tolerance, _TOLERANCE)})
    return replace(vertebra, scenario=vertebra.scenario.model_copy(update={"solver": solver}))


def _walked(vertebra: VertebraModel) -> dict[ArmDay, Row]:
    """What every state of a patient bears."""
    found: dict[ArmDay, Row] = {}

    def take(task: Task, stand: Stand, loaded: LoadedVertebra, state: BoneState) -> None:
        found.update(dict.fromkeys(((arm, task.day) for arm in task.arms), loaded.row_of_ratios))

    steps = Steps.of_table().coarser(_COARSER)
    Walk(vertebra, healing_times=UNKNOWN_TIMES, steps=steps).follow(plan(vertebra.scenario), _Passing(), take)
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
