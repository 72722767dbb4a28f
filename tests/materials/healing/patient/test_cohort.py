"""The sampled cohort."""

import numpy as np
import pytest

from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.healing.patient.cohort import (
    STAGES,
    TISSUES,
    Cohort,
    biopsy_day,
    sample_cohort,
    stage_shares,
    tissue_on,
    usual_perfusion,
)
from vertebra.materials.healing.patient.factors import patient_effect
from vertebra.materials.healing.patient.patient import Patient
from vertebra.materials.table import row, rows, value
from vertebra.materials.tissue import TissueState

N = 1500


@pytest.fixture(scope="module")
def cohort():
    return sample_cohort(N, np.random.default_rng(1))


@pytest.fixture(scope="module")
def tissue(cohort):
    return tissue_on(cohort, cohort.biopsy_day)


def one(patient=None, *, tempo=1.0, vessel_time=(1.0,), non_union=False):
    """A cohort of one."""
    patients = (Patient() if patient is None else patient,)
    return Cohort(
        patients,
        np.array([tempo]),
        np.array([vessel_time]),
        np.array([0.5]),
        np.array([non_union]),
        np.ones(1),
    )


def test_the_same_seed_gives_the_same_cohort_and_another_another(cohort):
    again = sample_cohort(N, np.random.default_rng(1))
    assert again.patients == cohort.patients
    np.testing.assert_array_equal(again.is_non_union, cohort.is_non_union)
    assert sample_cohort(10, np.random.default_rng(2)).patients != cohort.patients[:10]


@pytest.mark.parametrize("entry", rows("cohort", "prevalence"), ids=lambda entry: entry.name)
def test_factors_are_as_frequent_as_published(cohort, entry):
    name = entry.name.rpartition(".")[2]
    has = {
        "female": [patient["sex"] == "female" for patient in cohort.patients],
        "nsaid": [patient["nsaid_days"] is not None for patient in cohort.patients],
    }.get(name) or [bool(patient[name]) for patient in cohort.patients]
    four_errors = 4 * np.sqrt(entry.value * (1 - entry.value) / N)
    assert np.mean(has) == pytest.approx(entry.value, abs=four_errors)


def test_ages_and_scores_are_distributed_as_published(cohort):
    age, score = row("cohort", "age").parameters, row("cohort", "t_score").parameters
    ages = np.array([patient["age_years"] for patient in cohort.patients])
    assert ages.mean() == pytest.approx(age["mean"], abs=4 * age["deviation"] / np.sqrt(N))
    assert age["least"] <= ages.min() <= ages.max() <= age["most"]
    scores = np.array([patient["t_score"] for patient in cohort.patients])
    assert scores.mean() == pytest.approx(score["mean"], abs=4 * score["deviation"] / np.sqrt(N))


def test_biopsies_span_the_published_weeks_around_their_median(cohort):
    days = row("cohort", "biopsy_day").parameters
    assert biopsy_day(np.array([0, 0.5, 1])) == pytest.approx([days["first"], days["median"], days["last"]])
    assert np.mean(cohort.biopsy_day < days["median"]) == pytest.approx(0.5, abs=2 / np.sqrt(N))


def test_severe_fractures_wait_longer_for_vessels_and_are_seen_at_three_to_six_months(cohort):
    severe = sample_cohort(N, np.random.default_rng(1), severe=True)
    ratio = np.median(severe.vessel_time) / np.median(cohort.vessel_time)
    assert ratio == pytest.approx(value("cohort", "vessel_time_severe"), rel=0.15)
    assert 91 <= severe.biopsy_day.min() <= severe.biopsy_day.max() <= 182


def test_vessels_need_from_none_to_twice_their_mean_time_over_the_zone(cohort):
    elements = row("cohort", "zone").parameters["elements"]
    assert cohort.vessel_time.shape == (N, elements)
    spread = cohort.vessel_time / cohort.vessel_time.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(spread, np.tile((2 * np.arange(elements) + 1) / elements, (N, 1)))


def test_vessels_fill_bone_as_fast_as_perfusion_says():
    usual, slow = usual_perfusion([1.0]), usual_perfusion([2.0])
    assert usual.on_day(0)[0] == pytest.approx(value("perfusion", "residual"))
    assert 1 - usual.on_day(10)[0] == pytest.approx((1 - usual.on_day(0)[0]) / np.e)  # 0.10 per day
    assert slow.on_day(20)[0] == pytest.approx(usual.on_day(10)[0])


def test_non_unions_are_as_frequent_as_their_mean_chance(cohort):
    four_errors = 4 * np.sqrt(np.mean(cohort.probability * (1 - cohort.probability)) / N)
    assert cohort.is_non_union.mean() == pytest.approx(cohort.probability.mean(), abs=four_errors)


def test_reference_age_is_calibrated_to_the_base_rate():
    chances = sample_cohort(6000, np.random.default_rng(3)).probability
    assert chances.mean() == pytest.approx(
        value("non_union", "base_rate"), abs=4 * chances.std() / np.sqrt(6000)
    )


@pytest.mark.parametrize("day", [10.0, 45.0, 200.0])
def test_a_patient_heals_by_the_law_at_their_own_pace(day):
    patient, pace = Patient(smoker=True), 1.3 * 1.25
    seen = tissue_on(one(patient, tempo=1.3, vessel_time=(1.4,)), day)
    law = KineticLaw(perfusion=usual_perfusion([1.4]))
    expected = law.advance(TissueState.fresh([1.0]), day / pace).volume_fractions()
    assert patient_effect(patient).time_ratio == 1.25
    for name in TISSUES:
        assert seen[name][0] == pytest.approx(expected[name][0], abs=0.02)  # linear between days of the clock


def test_drugs_against_inflammation_keep_the_haematoma():
    sober, taking = tissue_on(one(), 6), tissue_on(one(Patient(nsaid_days=(0, 6))), 6)
    assert taking["granulation"][0] > sober["granulation"][0]


def test_zone_is_the_mean_of_its_elements():
    seen = tissue_on(one(vessel_time=(0.3, 3.0)), 40)
    each = [tissue_on(one(vessel_time=(ratio,)), 40) for ratio in (0.3, 3.0)]
    for name in TISSUES:
        assert seen[name][0] == pytest.approx(np.mean([part[name][0] for part in each]))


def test_bone_waits_for_vessels():
    early, late = tissue_on(one(vessel_time=(0.1,)), 20), tissue_on(one(vessel_time=(10.0,)), 20)
    assert late["woven"][0] < 0.5 * early["woven"][0]
    assert late["granulation"][0] == pytest.approx(early["granulation"][0], abs=1e-4)


def test_without_union_bone_and_cartilage_stay_fibrous():
    healed, stalled = tissue_on(one(), 60), tissue_on(one(non_union=True), 60)
    assert stalled["woven"][0] == stalled["remodelled"][0] == stalled["cartilage"][0] == 0
    assert stalled["granulation"][0] == healed["granulation"][0]
    assert stalled["fibrous"][0] == pytest.approx(1 - healed["granulation"][0])


def test_shares_of_tissues_and_stages_sum_to_one(tissue):
    np.testing.assert_allclose(sum(tissue.values()), 1, atol=1e-9)
    stages = stage_shares(tissue)
    assert stages.shape == (N, len(STAGES))
    np.testing.assert_allclose(stages.sum(axis=1), 1, atol=1e-9)
    np.testing.assert_allclose(stages[:, 1], tissue["fibrous"] + tissue["cartilage"])
