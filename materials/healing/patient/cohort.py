"""A cohort of patients: who they are, how fast they heal, when they are biopsied, and who does not unite."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...table import row, rows, value
from ...tissue import TissueState
from ..laws.cascade import PerfusionHistory
from ..laws.kinetic import KineticLaw
from ..laws.law import HealingLaw
from ..processes.inflammation import DrugWindow, Inflammation
from .factors import PatientEffect, patient_effect
from .non_union import non_union_probability
from .patient import Patient

STAGES = (("granulation",), ("fibrous", "cartilage"), ("woven",), ("remodelled",))
"""Tissues of the four histological stages that overlap in biopsies; haematoma counts as granulation."""

TISSUES = tuple(name for stage in STAGES for name in stage)

LawOfPatient = Callable[[Inflammation, PerfusionHistory], HealingLaw]
"""Makes the healing law of a sound patient from inflammation and perfusion."""

_CLOCK = np.concatenate([np.arange(0, 40, 2.0), np.arange(40, 160, 8.0), np.geomspace(160, 2000, 12)])  # d
_INFLAMED = 12.0  # d; drugs after it find no inflammation in any patient


@dataclass(frozen=True, eq=False)
class Cohort:
    """n patients with one fracture each.

    Attributes
    ----------
    patients : tuple of n Patient
    tempo : ndarray, shape (n,) [-]
        How many times longer healing lasts than the known factors say.
    vessel_time : ndarray, shape (n, e) [-]
        How many times longer than usual vessels need to fill each of the e elements of the zone.
    probability : ndarray, shape (n,) [-]
        Of non-union.
    is_non_union : ndarray of bool, shape (n,)
    biopsy_day : ndarray, shape (n,) [d]
    """

    patients: tuple[Patient, ...]
    tempo: np.ndarray
    vessel_time: np.ndarray
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
        Whether vessels need as long as in severe fractures and biopsies lie between 3 and 6 months.

    Returns
    -------
    Cohort
    """
    patients = _patients(n, rng)
    elements = row("cohort", "zone").parameters["elements"]
    usual = value("cohort", "vessel_time_severe") if severe else 1.0
    mean_time = usual * np.exp(value("cohort", "vessel_time") * rng.standard_normal(n))
    probability = np.array([non_union_probability(patient).probability for patient in patients])
    days = row("cohort", "severe_day").parameters
    return Cohort(
        patients=patients,
        tempo=np.exp(value("cohort", "tempo") * rng.standard_normal(n)),
        vessel_time=np.outer(mean_time, (2 * np.arange(elements) + 1) / elements),
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


def kinetic_law(inflammation: Inflammation, perfusion: PerfusionHistory) -> HealingLaw:
    """The kinetic law of a patient with a given inflammation, in elements with given vessels."""
    return KineticLaw(inflammation=inflammation, perfusion=perfusion)


def usual_perfusion(vessel_time) -> PerfusionHistory:
    """Vessels that fill crushed bone from its remnants, p = 1 - (1 - p_0) exp(-s t / r).

    Parameters
    ----------
    vessel_time : ndarray, shape (m,) [-]
        r, how many times longer than usual it takes.

    Returns
    -------
    PerfusionHistory
    """
    missing, rate = 1 - value("perfusion", "residual"), value("perfusion", "sprouting")
    return PerfusionHistory(_CLOCK, 1 - missing * np.exp(-rate * _CLOCK[:, None] / np.asarray(vessel_time)))


def tissue_on(cohort: Cohort, day, law: LawOfPatient = kinetic_law) -> dict[str, np.ndarray]:
    """Mean tissue of the zone of every patient on a day.

    Everything, the growth of vessels included, goes at the pace of the patient's factors and tempo. Where the
    fracture does not unite, what would have become cartilage or bone stays fibrous tissue.

    Parameters
    ----------
    cohort : Cohort
    day : ndarray, shape (n,) or float [d]
        Each patient's own, such as that of the biopsy.
    law : LawOfPatient

    Returns
    -------
    dict of str to ndarray, shape (n,) [-]
        Share of the zone for each of `TISSUES`, summing to one.
    """
    effects = [patient_effect(patient) for patient in cohort.patients]
    pace = cohort.tempo * np.array([effect.time_ratio for effect in effects])
    days = np.broadcast_to(np.asarray(day, dtype=float), pace.shape)
    clock = np.array([effect.pace.passed(day) for effect, day in zip(effects, days, strict=True)]) / pace
    alike: dict[Inflammation, list[int]] = {}
    for i, effect in enumerate(effects):
        alike.setdefault(_on_clock(effect, pace[i]), []).append(i)
    shares = np.empty((len(TISSUES), len(pace)))
    for inflammation, members in alike.items():
        perfusion = usual_perfusion(cohort.vessel_time[members].ravel())
        elements = cohort.vessel_time.shape[1]
        healed = _tissue_at(law(inflammation, perfusion), np.repeat(clock[members], elements))
        shares[:, members] = healed.reshape(len(TISSUES), len(members), elements).mean(axis=2)
    stalled = cohort.is_non_union
    shares[1, stalled] = 1 - shares[0, stalled]
    shares[2:, stalled] = 0
    return dict(zip(TISSUES, shares, strict=True))


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


def _on_clock(effect: PatientEffect, pace):
    """Inflammation of a patient on the clock of a sound one; windows of drugs in whole days."""
    inflammation = effect.inflammation.on_its_pace()
    windows = tuple(
        DrugWindow(window.drug, 0.0, float(min(np.ceil(window.end / pace), _INFLAMED)), window.ratio)
        for window in inflammation.windows
    )
    return replace(inflammation, windows=windows)


def _tissue_at(law, day):
    """Tissue of fully broken elements, each on its own day: ndarray, shape (5, m), linear between clock days."""
    state = TissueState.fresh(np.ones(len(day)))
    course = np.empty((len(_CLOCK), len(TISSUES), len(day)))
    for i, step in enumerate(np.diff(_CLOCK, prepend=0.0)):
        state = law.advance(state, float(step))
        fractions = state.volume_fractions()
        course[i] = [fractions[name] for name in TISSUES]
    after = np.clip(np.searchsorted(_CLOCK, day), 1, len(_CLOCK) - 1)
    part = np.clip((day - _CLOCK[after - 1]) / (_CLOCK[after] - _CLOCK[after - 1]), 0, 1)
    each = np.arange(len(day))
    return ((1 - part)[:, None] * course[after - 1, :, each] + part[:, None] * course[after, :, each]).T


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
