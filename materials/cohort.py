"""A cohort of patients: who they are, how fast they heal, when they are biopsied, and who does not unite."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from .factors import Patient, patient_effect
from .healing import HealingLaw
from .kinetic import KineticLaw
from .non_union import non_union_probability
from .table import row, rows, value
from .tissue import TissueState

STAGES = (("granulation",), ("fibrous", "cartilage"), ("woven",), ("remodelled",))
"""Tissues of the four histological stages that overlap in biopsies; haematoma counts as granulation."""

TISSUES = tuple(name for stage in STAGES for name in stage)

_CLOCK = np.concatenate([np.arange(0, 42, 2.0), np.arange(42, 168, 6.0), np.geomspace(168, 2000, 16)])  # d


@dataclass(frozen=True, eq=False)
class Cohort:
    """n patients with one fracture each.

    Attributes
    ----------
    patients : tuple of n Patient
    tempo : ndarray, shape (n,) [-]
        How many times longer healing lasts than the known factors say.
    delay : ndarray, shape (n, e) [d]
        Day on which vessels reach each of the e elements of the zone: nothing heals before.
    probability : ndarray, shape (n,) [-]
        Of non-union.
    is_non_union : ndarray of bool, shape (n,)
    biopsy_day : ndarray, shape (n,) [d]
    """

    patients: tuple[Patient, ...]
    tempo: np.ndarray
    delay: np.ndarray
    probability: np.ndarray
    is_non_union: np.ndarray
    biopsy_day: np.ndarray


def sample_cohort(n: int, rng: np.random.Generator, *, severe: bool = False) -> Cohort:
    """Draw patients at random, as `cohort.toml` describes them; all draws are independent of each other.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator
        Seeded by the caller: the same seed gives the same cohort.
    severe : bool
        Whether vessels come as late as in severe fractures and biopsies lie between 3 and 6 months.

    Returns
    -------
    Cohort
    """
    patients = _patients(n, rng)
    arrival = row("cohort", "perfusion_delay_severe" if severe else "perfusion_delay").parameters
    elements = row("cohort", "zone").parameters["elements"]
    mean_delay = arrival["median"] * np.exp(arrival["log_deviation"] * rng.standard_normal(n))
    probability = np.array([non_union_probability(patient).probability for patient in patients])
    days = row("cohort", "severe_day").parameters
    return Cohort(
        patients=patients,
        tempo=np.exp(value("cohort", "tempo") * rng.standard_normal(n)),
        delay=np.outer(mean_delay, (2 * np.arange(elements) + 1) / elements),
        probability=probability,
        is_non_union=rng.random(n) < probability,
        biopsy_day=rng.uniform(days["first"], days["last"], n) if severe else biopsy_day(rng.random(n)),
    )


def biopsy_day(share) -> np.ndarray:
    """Day before which a share of the biopsies was taken: log-uniform on either side of the median.

    Parameters
    ----------
    share : ndarray, shape (n,) [-]

    Returns
    -------
    ndarray, shape (n,) [d]
    """
    days = row("cohort", "biopsy_day").parameters
    known = np.log([days["first"], days["median"], days["last"]])
    return np.exp(np.interp(share, (0.0, 0.5, 1.0), known))


def kinetic_law(inflammation_ratio: float) -> HealingLaw:
    """The kinetic law of a patient in whom inflammation lasts longer."""
    first, *others = KineticLaw().durations
    return KineticLaw(durations=(first * inflammation_ratio, *others))


def tissue_on(cohort: Cohort, day, law: Callable[[float], HealingLaw] = kinetic_law) -> dict[str, np.ndarray]:
    """Mean tissue of the zone of every patient on a day.

    An element heals for the days since its vessels arrived, at the pace of the patient's factors and tempo.
    Where the fracture does not unite, what would have become cartilage or bone stays fibrous tissue.

    Parameters
    ----------
    cohort : Cohort
    day : ndarray, shape (n,) or float [d]
        Each patient's own, such as that of the biopsy.
    law : callable
        Healing law of a sound patient for a ratio by which inflammation lasts longer.

    Returns
    -------
    dict of str to ndarray, shape (n,) [-]
        Share of the zone for each of `TISSUES`, summing to one.
    """
    effects = [patient_effect(patient) for patient in cohort.patients]
    pace = cohort.tempo * np.array([effect.time_ratio for effect in effects])
    inflammation = np.array([effect.inflammation_ratio for effect in effects])
    healed = np.maximum(np.reshape(day, (-1, 1)) - cohort.delay, 0) / pace[:, None]  # (n, e) on a sound clock
    shares = {name: np.empty(len(pace)) for name in TISSUES}
    for ratio in np.unique(inflammation):
        alike = inflammation == ratio
        course = _course(law, float(ratio))
        for name in TISSUES:
            shares[name][alike] = np.interp(healed[alike], _CLOCK, course[name]).mean(axis=1)
    beyond = sum(shares[name] for name in TISSUES[2:])
    for name in TISSUES[2:]:
        shares[name] = np.where(cohort.is_non_union, 0.0, shares[name])
    shares["fibrous"] = shares["fibrous"] + np.where(cohort.is_non_union, beyond, 0.0)
    return shares


def stage_shares(tissue: dict[str, np.ndarray]) -> np.ndarray:
    """Share of the zone in each of the four stages.

    Parameters
    ----------
    tissue : dict of str to ndarray, shape (n,) [-]
        As from `tissue_on`.

    Returns
    -------
    ndarray, shape (n, 4) [-]
    """
    return np.stack([sum((tissue[name] for name in stage), np.zeros(1)) for stage in STAGES], axis=1)


@cache
def _course(law, inflammation_ratio):
    """Tissue of one fully broken element on every day of the clock: dict of ndarrays."""
    healing, state = law(inflammation_ratio), TissueState.fresh([1.0])
    days = []
    for step in np.diff(_CLOCK, prepend=0.0):
        state = healing.advance(state, float(step))
        days.append(state.volume_fractions())
    return {name: np.array([float(fractions[name][0]) for fractions in days]) for name in TISSUES}


def _patients(n, rng):
    """Draw n patients; ages and T-scores of normal distributions, flags by their prevalence."""
    age, bone = row("cohort", "age").parameters, row("cohort", "t_score").parameters
    ages = _normal_between(n, rng, age["mean"], age["deviation"], age["least"], age["most"])
    scores = bone["mean"] + bone["deviation"] * rng.standard_normal(n)
    has = {
        entry.name.rpartition(".")[2]: rng.random(n) < entry.value for entry in rows("cohort", "prevalence")
    }
    drug = row("cohort", "nsaid_last_day").parameters
    last_day = np.ceil(drug["median"] * np.exp(drug["log_deviation"] * rng.standard_normal(n)))
    flags = [name for name in has if name not in ("female", "nsaid")]
    return tuple(
        Patient(
            age_years=float(ages[i]),
            sex="female" if has["female"][i] else "male",
            t_score=float(scores[i]),
            nsaid_days=(0.0, float(last_day[i])) if has["nsaid"][i] else None,
            **{name: bool(has[name][i]) for name in flags},
        )
        for i in range(n)
    )


def _normal_between(n, rng, mean, deviation, least, most):
    """Draw from a normal distribution cut off at both ends."""
    drawn = np.empty(0)
    while len(drawn) < n:
        more = mean + deviation * rng.standard_normal(2 * n)
        drawn = np.concatenate([drawn, more[(more >= least) & (more <= most)]])
    return drawn[:n]
