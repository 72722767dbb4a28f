"""Rows of motion: how much a fracture moves between lying and standing, fresh and in the months after."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import ndtr

from vertebra.courses.bands.patients import representatives
from vertebra.courses.bands.stage import Stages
from vertebra.courses.daily_load import lying_load, standing_load
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
_THICKNESSES = 7
_SIX_MONTHS = 180  # d
_MESHED_MM = (2.0, 3.0, 4.0)
_LIMITS_MM = (1.0, 1.5, 2.0)


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
    serves all.
    """
    known = cohort_of("T6")
    vertebra = patient(known, _KEEPS_ITS_HEIGHT, f"healing.days={[0, *_WEEKS]}")
    nodes, weights = hermegauss(_THICKNESSES)
    thickness = known["cleft_mm"] * np.exp(known["cleft_log_deviation"] * nodes)
    weights = weights / weights.sum()
    stages, patients = Stages.of(vertebra), representatives()
    reached = stages.of_patients(np.array(_WEEKS), patients.pace, patients.vessel_time)
    united = weights @ _motion_deg(vertebra, thickness, _CLOCK)
    healing = patients.weight @ np.interp(reached, stages.on(_CLOCK), united)
    loose = weights @ _motion_deg(vertebra.of_patient(unites=False), thickness, np.array(_WEEKS, dtype=float))
    never = non_union_chance(vertebra.scenario).probability
    return (1 - never) * healing + never * loose + _elastic_deg(vertebra, known["cleft_mm"])


def _motion_deg(vertebra: VertebraModel, thickness: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Motion of clefts between lying and standing while the median patient heals; (c, k) [degree]."""
    branch, cleft = natural_branch(vertebra), _cleft(vertebra)
    change = standing_load(vertebra.scenario) - lying_load(vertebra.scenario)
    clefts = [replace(cleft, thickness_mm=float(each)) for each in thickness]
    tissues = [branch.on(day) for day in days]
    return np.array([[each.motion_deg(tissue, change) for tissue in tissues] for each in clefts])


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
    """T8_mobility: shares of patients whose motion has fallen below a limit, under the mechano-regulated law."""
    known, spread = cohort_of("T7"), cohort_of("T6")["cleft_log_deviation"]
    found = {}
    for activity in ("standing", "walking"):
        phases = f'loading.phases=[{{from_day=0,activity="{activity}"}}]'
        law = (
            _KEEPS_ITS_HEIGHT,
            'healing.law="mechanoregulation"',
            phases,
            f"healing.days=[0,{_SIX_MONTHS}]",
        )
        moves = [
            followed(patient({**known, "cleft_mm": each}, *law))[_BARE, _SIX_MONTHS]["mobility_mm"]
            for each in _MESHED_MM
        ]
        for limit in _LIMITS_MM:
            share = share_below(limit, np.array(moves), known["cleft_mm"], spread)
            found[f"{activity}, {limit:g} mm"] = share
    return {"T8_mobility": found}


def share_below(limit: float, moves: np.ndarray, median: float, deviation: float) -> float:
    """Share of log-normally thick clefts that move less than a limit.

    Motion rises with thickness; between `_MESHED_MM` it is linear in it, below it is that of the thinnest, above that
    of the thickest in proportion.

    Parameters
    ----------
    limit : float [mm]
    moves : ndarray, shape (3,) [mm]
        Motion of the meshed clefts.
    median, deviation : float [mm], [-]
        Of thickness and of its logarithm.

    Returns
    -------
    float [-]
    """
    shares = (np.arange(2000) + 0.5) / 2000
    thickness = np.geomspace(0.05, 50, 4000)
    cumulated = ndtr(np.log(thickness / median) / deviation)
    drawn = np.interp(shares, cumulated, thickness)
    motion = np.interp(drawn, _MESHED_MM, moves) * np.maximum(drawn / _MESHED_MM[-1], 1)
    return float(np.mean(motion < limit))
