"""Published observations of patients who heal, beside what the model computes for them."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from ...damage import damage
from ...density import QctDensity
from ...mixture import HostBone, MixtureConstants, mix
from ...table import row, value
from ...tissue import TissueState
from ..laws.law import healing_times
from .cohort import (
    TISSUES,
    Cohort,
    LawOfPatient,
    kinetic_law,
    sample_cohort,
    stage_shares,
    tissue_on,
    usual_perfusion,
)
from .factors import patient_effect
from .non_union import Severity, non_union_probability
from .patient import Patient

_SOUND = Patient()
_WOVEN_DAY = 42.0  # d; the zone holds callus and woven bone, and hardly any that is remodelled
_ASKED = 1000
"""Patients of whom the mean risk is taken; the standard error of a ratio of two means is far below 1 %."""


@dataclass(frozen=True)
class Comparison:
    """One observation beside the model.

    Attributes
    ----------
    name : str
        Of the row, such as `H3`.
    observation, source, published, note : str
        What was observed, by whom, the value as published, and what to know about it.
    computed : float [-]
        What the model gives for the same quantity.
    low, high : float [-]
        What the source tolerates.
    use : str
        `check`: independent of the model. `input`: the number went in, agreement proves the wiring only.
        `sign`: only the direction is supported.
    certainty : str
    """

    name: str
    observation: str
    source: str
    published: str
    note: str
    computed: float
    low: float
    high: float
    use: str
    certainty: str

    @classmethod
    def of(cls, name: str, computed: float) -> "Comparison":
        """Put a computed value beside a row of `cohort_rows.toml`."""
        entry = row("cohort_rows", name)
        known = {key: entry.parameters[key] for key in ("observation", "published", "low", "high", "use")}
        return cls(
            name=name,
            computed=float(computed),
            source=entry.source,
            note=entry.note,
            certainty=entry.certainty,
            **known,
        )

    @property
    def verdict(self) -> str:
        """`within` or `outside` what the source tolerates."""
        return "within" if self.low <= self.computed <= self.high else "outside"


def compare_cohort(cohort: Cohort, severe: Cohort, law: LawOfPatient = kinetic_law) -> tuple[Comparison, ...]:
    """Rows of the sampled cohort: overlap of stages, stage mix, weight of time, non-union.

    Parameters
    ----------
    cohort, severe : Cohort
        From `cohort.sample_cohort`, the second with `severe = True`.
    law : LawOfPatient

    Returns
    -------
    tuple of Comparison
    """
    seen = value("cohort", "stage_share")
    tissue = tissue_on(cohort, cohort.biopsy_day, law)
    each_tissue = np.stack([tissue[name] for name in TISSUES])
    stages = stage_shares(tissue)
    dominant = stages.argmax(axis=1)
    united = replace(severe, is_non_union=np.zeros(len(severe.patients), bool))
    late = tissue_on(united, severe.biopsy_day, law)
    healed = (1 - severe.probability) * (late["woven"] + late["remodelled"])  # without union nothing is bone
    computed = {
        "H3": np.mean((each_tissue > seen).sum(axis=0) >= 2),
        "H3_stages": np.mean((stages > seen).sum(axis=1) >= 2),
        **{f"H4_{name}": np.mean(dominant == i) for i, name in enumerate(("I", "II", "III", "IV"))},
        "H5": np.corrcoef(cohort.biopsy_day, dominant)[0, 1],
        "H7": np.mean(1 - healed),
        "H8": np.mean(cohort.is_non_union),
        "P2": _mean_risk(cohort, smoker=True) / _mean_risk(cohort, smoker=False),
        "P5_diabetes": _mean_odds(cohort, diabetes=True) / _mean_odds(cohort, diabetes=False),
        "P5_density": _mean_odds(cohort, t_score=-1.0) / _mean_odds(cohort, t_score=-2.5),
        "P5_age": (_mean_odds(cohort, age_years=80.0) / _mean_odds(cohort, age_years=70.0)) ** 0.1,
    }
    return tuple(Comparison.of(name, number) for name, number in computed.items())


def compare_patients(
    law: LawOfPatient = kinetic_law,
) -> tuple[Comparison, ...]:
    """Rows of single patients beside a sound one: times, final and early quality of the zone.

    Times are those to load-bearing, 80 % of the gain in modulus of the zone; quality is what repair adds. Osteoporotic
    patients are compared with those of normal bone, at the same density of the zone.
    """
    smoker, drinker, porous = Patient(smoker=True), Patient(heavy_alcohol=True), Patient(osteoporosis=True)
    dense, starved = Patient(t_score=-1.0), porous.with_facts(calcium_deficiency=True)
    restored = non_union_probability(_SOUND, Severity(height_restored=True))
    poor_supply = Patient(vitamin_d_deficiency=True, calcium_deficiency=True)
    computed = {
        "P1": _time_ratio(smoker, law),
        "P3_smoker": _gain_ratio(smoker, _SOUND, "strength", law, _half_day("strength", law)),
        "P3_alcohol_modulus": _gain_ratio(drinker, _SOUND, "young", law, _WOVEN_DAY),
        "P3_alcohol_strength": _gain_ratio(drinker, _SOUND, "strength", law, _WOVEN_DAY),
        "P3_alcohol_remodelled": _gain_ratio(drinker, _SOUND, "strength", law),
        "P4_time": _time_ratio(porous, law, dense),
        "P4_strength": _gain_ratio(porous, dense, "strength", law),
        "P4_day_21_strength": _gain_ratio(starved, dense, "strength", law, 21.0),
        "P4_day_21_stiffness": _gain_ratio(starved, dense, "young", law, 21.0),
        "P6": _time_ratio(Patient(glucocorticoids=True), law),
        "P7": _time_ratio(poor_supply, law),
        "P8": _odds(restored.probability) / _odds(non_union_probability(_SOUND).probability),
    }
    return tuple(Comparison.of(name, number) for name, number in computed.items())


def cohort_rows(seed: int = 2026, n: int = 4000) -> tuple[Comparison, ...]:
    """All rows, with a cohort and a severe cohort of n patients each, drawn from a seed."""
    rng = np.random.default_rng(seed)
    cohort, severe = sample_cohort(n, rng), sample_cohort(n, rng, severe=True)
    return (*compare_cohort(cohort, severe), *compare_patients())


def _mean_risk(cohort, **changed):
    """Mean chance of non-union if the patients were alike in one respect and else as they are."""
    alike = [patient.with_facts(**changed) for patient in cohort.patients[:_ASKED]]
    return np.mean([non_union_probability(patient).probability for patient in alike])


def _mean_odds(cohort, **changed):
    return _odds(_mean_risk(cohort, **changed))


def _odds(risk):
    return risk / (1 - risk)


def _time_ratio(patient, law, other=_SOUND):
    courses = [_zone(each, law) for each in (patient, other)]
    times = [healing_times(course["day"], course["young"])[1] for course in courses]
    return times[0] / times[1]


def _half_day(measure, law):
    """Day on which half of what a sound patient gains is made, where callus of three weeks stands in rodents."""
    course = _zone(_SOUND, law)
    return healing_times(course["day"], np.maximum.accumulate(course[measure]))[0]


def _gain_ratio(patient, other, measure, law, day=np.inf):
    """What repair has added by a day over what it has added in another patient."""
    gains = []
    for each in (patient, other):
        course = _zone(each, law)
        gains.append(np.interp(day, course["day"], course[measure]) - course[measure][0])
    return gains[0] / gains[1]


@cache
def _zone(patient, law):
    """Course of modulus and strength of crushed trabecular bone over ten years: d, MPa, MPa."""
    effect = patient_effect(patient)
    host = HostBone(QctDensity(np.array([0.1])), np.zeros(1), np.zeros(1))
    compaction = np.array([0.6 / (0.6 - 0.17)])  # residual loss of 17 % of the height in a zone of 60 % of it
    constants = MixtureConstants(
        modulus_quality=effect.modulus_quality, strength_quality=effect.strength_quality
    )
    state = TissueState.fresh(damage(compaction, np.ones(1)))
    healing = law(effect.inflammation, usual_perfusion(np.ones(1)))
    days = np.concatenate([np.arange(0, 120, 3.0), np.geomspace(120, 3650, 30)])
    mixed = []
    for step in np.diff(days, prepend=0.0):
        state = healing.advance(state, float(step) / effect.time_ratio)
        mixed.append(mix(host, compaction=compaction, tissue=state, constants=constants))
    return {
        "day": days,
        "young": np.array([each.young[0] for each in mixed]),
        "strength": np.array([each.strength_compression[0] for each in mixed]),
    }
