"""Rows of motion: how much a fracture moves between lying and standing, fresh and in the months after."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import ndtr

from vertebra.courses.bands.patients import representatives
from vertebra.courses.bands.stage import Stages
from vertebra.courses.known import natural_branch
from vertebra.models.cleft import ClosingCleft
from vertebra.models.patient import non_union_chance
from vertebra.models.vertebra_model import VertebraModel

from .bench import followed, patient
from .rows import cohort_of

_BARE = "conservative"
_KEEPS_ITS_HEIGHT = "fracture.collapse=false"
_WEEKS = (21, 49, 168)  # d: weeks 3, 7 and 24
_CLOCK = np.concatenate([np.arange(0.0, 200, 7), np.geomspace(200, 2000, 12)])  # d
_THICKNESSES = 15
_WIDEST_MM = 19.9
"""Thickest cleft that a scenario takes; odds of non-union do not grow beyond it."""
_SIX_MONTHS = 180  # d
_LIMITS_MM = (1.0, 1.5, 2.0)
_SEARCHED_MM, _RESOLVED_MM = (1.0, 8.0), 0.1
_WALKED = (
    _KEEPS_ITS_HEIGHT,
    'healing.law="mechanoregulation"',
    f"healing.days=[0,{_SIX_MONTHS}]",
    "fracture.zone_mm=18",  # so that the thick clefts lie in crushed bone
)
_PHASES = 'loading.phases=[{{from_day=0,activity="{}"}}]'


def motion_rows() -> dict[str, Mapping[str, float]]:
    """T6 and T7."""
    mean = mean_motion()
    fresh, closed = cohort_of("T7"), {**cohort_of("T7"), "cleft_mm": 0.0}
    moves = [followed(patient(known, _KEEPS_ITS_HEIGHT, "healing.days=[0,7]")) for known in (fresh, closed)]
    found = [{f"day {day}": course[_BARE, day]["mobility_mm"] for day in (0, 7)} for course in moves]
    return {
        "T6": {"": float(mean[1] / mean[0])},
        "T6_late": {"": float(mean[2] / mean[0])},
        "T6_week3": {"": float(mean[0])},
        "T7": found[0],
        "T7_without": found[1],
    }


def mean_motion() -> np.ndarray:
    """Motion of the wedge angle in the patients of T6, mean over thickness, pace and vessels; (3,) [degree].

    The kinetic law does not read the cleft and its area in plan does not depend on its thickness, so that one mesh
    serves all; odds of non-union are those of each thickness.
    """
    known = cohort_of("T6")
    vertebra = patient(known, _KEEPS_ITS_HEIGHT, f"healing.days={[0, *_WEEKS]}")
    nodes, weights = hermegauss(_THICKNESSES)
    thickness = known["cleft_mm"] * np.exp(known["cleft_log_deviation"] * nodes)
    weights = weights / weights.sum()
    never = never_united(vertebra, thickness)
    stages, patients = Stages.of(vertebra), representatives()
    reached = stages.of_patients(np.array(_WEEKS), patients.pace, patients.vessel_time)
    united = (weights * (1 - never)) @ _motion_deg(vertebra, thickness, _CLOCK)
    healing = patients.weight @ np.interp(reached, stages.on(_CLOCK), united)
    apart = vertebra.of_patient(unites=False)
    loose = (weights * never) @ _motion_deg(apart, thickness, np.array(_WEEKS, dtype=float))
    return healing + loose + _elastic_deg(vertebra, known["cleft_mm"])


def never_united(vertebra: VertebraModel, thickness: np.ndarray) -> np.ndarray:
    """Chance of non-union of a fracture with clefts of other thicknesses; of the shape of `thickness` [-]."""
    scenario = vertebra.scenario
    clefts = [scenario.with_values({"fracture.cleft_mm": min(float(each), _WIDEST_MM)}) for each in thickness]
    return np.array([non_union_chance(each).probability for each in clefts])


def _motion_deg(vertebra: VertebraModel, thickness: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Motion of clefts between lying and standing while the median patient heals; (c, k) [degree]."""
    branch, cleft = natural_branch(vertebra), _cleft(vertebra)
    clefts = [replace(cleft, thickness_mm=float(each)) for each in thickness]
    tissues = [branch.on(day) for day in days]
    return np.array([[each.motion_deg(tissue) for tissue in tissues] for each in clefts])


def _elastic_deg(vertebra: VertebraModel, thickness: float) -> np.ndarray:
    """What a run adds to the motion of its cleft: elastic bending of the median patient; (3,) [degree]."""
    course = followed(vertebra)
    whole = [course[_BARE, day]["mobility_deg"] for day in _WEEKS]
    return np.array(whole) - _motion_deg(vertebra, np.array([thickness]), np.array(_WEEKS, dtype=float))[0]


def _cleft(vertebra: VertebraModel) -> ClosingCleft:
    """Cleft of the fresh fracture."""
    geometry = vertebra.anatomy.fractured
    found = ClosingCleft.of(vertebra.scenario, vertebra.bone(geometry), geometry)
    assert found is not None  # the patients of T6 have one
    return found


def union_rows() -> dict[str, Mapping[str, float]]:
    """T8_mobility and T8_walking: shares of patients who hardly move any more, under the mechano-regulated law."""
    return {"T8_mobility": shares_below("standing"), "T8_walking": shares_below("walking")}


def shares_below(activity: str) -> dict[str, float]:
    """Share of the patients of T7, with the clefts of T6, who move less than each limit with this daily peak."""

    @cache
    def motion(thickness: float) -> float:
        known = {**cohort_of("T7"), "cleft_mm": thickness}
        return followed(patient(known, *_WALKED, _PHASES.format(activity)))[_BARE, _SIX_MONTHS]["mobility_mm"]

    spread = cohort_of("T6")
    thickest = {limit: thickest_below(limit, motion) for limit in _LIMITS_MM}
    return {
        f"{limit:g} mm": float(ndtr(np.log(each / spread["cleft_mm"]) / spread["cleft_log_deviation"]))
        for limit, each in thickest.items()
    }


def thickest_below(limit: float, motion: Callable[[float], float]) -> float:
    """Thickest cleft that moves less than a limit, by bisection.

    Motion rises with thickness, with a jump where clefts no longer unite.

    Parameters
    ----------
    limit : float [mm]
    motion : callable
        Of a thickness [mm], in mm.

    Returns
    -------
    float [mm]
        Between the ends of `_SEARCHED_MM`.
    """
    low, high = _SEARCHED_MM
    while high - low > _RESOLVED_MM:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if motion(middle) < limit else (low, middle)
    return 0.5 * (low + high)
