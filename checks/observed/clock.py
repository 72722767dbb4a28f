"""Rows of the clock: how many patients have united, or are still healing, after months."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from vertebra.courses.bands.stage import Stages
from vertebra.courses.known import KnownCourse
from vertebra.courses.plan import plan
from vertebra.materials.healing.patient.cohort import Cohort, sample_cohort
from vertebra.materials.healing.patient.factors import patient_effect
from vertebra.materials.healing.patient.non_union import non_union_probability
from vertebra.materials.healing.patient.treatment import Treatment

from .bench import bench
from .rows import cohort_of

_SEED = 2026
_SIX_MONTHS, _YEAR, _THREE_MONTHS, _FOLLOWED = 180.0, 365.0, 91.0, 810.0  # d
_DAYS = np.arange(5.0, _FOLLOWED + 1, 5.0)
_MOSTLY_REMODELLED = 1.8
_HALF_MINERAL = 0.5
"""Stages: mineral maturity plus remodelled share (`courses.bands.stage`)."""


class Union:
    """When the patients of a cohort have come how far, under a treatment."""

    def __init__(self, drug: str = "none"):
        """Follow the tissue of a crushed L1 that is left to heal, and of one that is filled after a week."""
        asked = cohort_of("T8")
        vertebra = bench(
            "crush",
            f"bone.density_qct_mg_cm3={asked['density_qct_mg_cm3']}",
            f"mesh.parametric.level={asked['level']}",
            f"treatment.drug={drug}",
            "fracture.collapse=false",
        )
        self.stages = Stages.of(vertebra)
        self.median = KnownCourse(vertebra).state(plan(vertebra.scenario)[0])
        self._cohort, self._treatment = _cohort(int(asked["patients"])), Treatment(drug)
        self.never = np.array(
            [
                non_union_probability(patient, treatment=self._treatment).probability
                for patient in self._cohort.patients
            ]
        )

    def stage(self, days) -> np.ndarray:
        """Stage of every patient on days; (n, k) [-]."""
        cohort = self._cohort
        pace = np.array([patient_effect(patient).time_ratio for patient in cohort.patients]) * cohort.tempo
        return self.stages.of_patients(np.atleast_1d(days), pace, cohort.vessel_time.mean(axis=1))

    def share_by(self, days, stage: float) -> np.ndarray:
        """Share of all patients who unite and have reached a stage by days; (k,) [-]."""
        return (1 - self.never) @ (self.stage(days) >= stage) / len(self.never)

    def stage_of_day(self, day: float) -> float:
        """Stage that the median patient without a drug reaches on a day [-]."""
        return float(_untreated().stages.on(day))


def clock_rows() -> dict[str, Mapping[str, float]]:
    """T8 and its drugs, T12, T13."""
    usual = _untreated()
    bridged = usual.stage_of_day(usual.median.bridging.day)
    bearing = usual.stage_of_day(usual.median.healing_times[1])
    drugs = {name: Union(name) for name in ("bisphosphonate", "teriparatide")}
    at_six = {name: float(each.share_by(_SIX_MONTHS, bearing)[0]) for name, each in drugs.items()}
    curves = [drugs[name].share_by(_DAYS, bearing) for name in ("bisphosphonate", "teriparatide")]
    stage = usual.stage([_THREE_MONTHS, _YEAR])
    filled = bench("main", "fracture.collapse=false")
    beside = {arm.name: arm for arm in filled.scenario.arms}["vertebroplasty"]
    course = KnownCourse(filled)
    last = next(task for task in plan(filled.scenario) if task.arms == (beside.name,))
    beside_cement = float(Stages.of(filled).on(course.state(last).bridging.day))
    return {
        "T8": {
            "bridged": float(usual.share_by(_SIX_MONTHS, bridged)[0]),
            "stiffness": float(usual.share_by(_SIX_MONTHS, bearing)[0]),
        },
        "T8_bisphosphonate": {"": at_six["bisphosphonate"]},
        "T8_teriparatide": {"": at_six["teriparatide"]},
        "T8_hazard": {"": hazard_ratio(*curves)},
        "T12": {
            "not half mineral at 3 months": 1 - float(usual.share_by(_THREE_MONTHS, _HALF_MINERAL)[0]),
            "80 % remodelled at a year": float(
                np.mean((1 - usual.never) * (stage[:, 1] >= _MOSTLY_REMODELLED))
            ),
        },
        "T13": {"": float(usual.share_by(_SIX_MONTHS, beside_cement)[0])},
    }


def hazard_ratio(reference: np.ndarray, treated: np.ndarray) -> float:
    """Hazard ratio of union of two equal groups, as Cox's regression has it.

    The root of the score of the partial likelihood with one covariate, for groups so large that their risk sets are
    expectations.

    Parameters
    ----------
    reference, treated : ndarray, shape (k,) [-]
        Share that has united by each of k days; those who have not by the last are censored there.
    """
    events = [np.diff(each, prepend=0.0) for each in (reference, treated)]
    at_risk = [1 - each + event for each, event in zip((reference, treated), events, strict=True)]

    def score(ratio: float) -> float:
        expected = sum(events) * ratio * at_risk[1] / (ratio * at_risk[1] + at_risk[0])
        return float(np.sum(events[1] - expected)) ** 2

    found: Any = minimize_scalar(score, bounds=(0.1, 20), method="bounded")  # its type is not declared
    return float(found.x)


@cache
def _cohort(n: int) -> Cohort:
    return sample_cohort(n, np.random.default_rng(_SEED))


@cache
def _untreated() -> Union:
    return Union()
