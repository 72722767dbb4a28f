"""Patient factors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.materials.healing.patient.factors import describe, patient_effect
from vertebra.materials.healing.patient.patient import Patient
from vertebra.materials.healing.processes.inflammation import DrugWindow, Inflammation
from vertebra.materials.table import row

SLOW = ("smoker", "vitamin_d_deficiency", "calcium_deficiency", "diabetes", "glucocorticoids")
WEAK = ("heavy_alcohol",)
RISKS = (*SLOW, *WEAK)
ALL_RISKS = dict.fromkeys(RISKS, True)
REFERENCE_AGE = 77
HEALTHY = patient_effect(Patient(age_years=REFERENCE_AGE))


def range_of(effect, kind):
    return effect.total(kind).low, effect.total(kind).high


def test_no_risk_no_effect():
    assert (HEALTHY.time_ratio, HEALTHY.modulus_quality, HEALTHY.strength_quality) == (1, 1, 1)
    assert HEALTHY.effects == ()
    assert range_of(patient_effect(Patient()), "time") == (1, 1)


def test_age_counts_by_decade_from_the_patients_that_the_clock_rests_on():
    assert patient_effect(Patient(age_years=72)).time_ratio == pytest.approx(1.07**-0.5)
    assert patient_effect(Patient(age_years=87)).time_ratio == pytest.approx(1.07)
    young = [patient_effect(Patient(age_years=age)).time_ratio for age in (50, 40)]
    assert young == pytest.approx([1.07**-2.7] * 2)


def test_smoking_is_a_quarter_slower_and_no_weaker():
    effect = patient_effect(Patient(smoker=True))
    assert (effect.time_ratio, effect.modulus_quality, effect.strength_quality) == (1.25, 1, 1)
    assert range_of(effect, "time") == (1.1, 1.4)


@pytest.mark.parametrize("risk", RISKS)
def test_a_factor_acts_on_pace_or_on_quality_but_not_on_both(risk):
    kinds = {each.kind for each in patient_effect(Patient(**{risk: True})).effects}
    assert bool(kinds & {"time", "vessels", "inflammation"}) == (risk in SLOW)
    assert bool(kinds & {"modulus", "strength"}) == (risk in WEAK)


def test_dense_bone_is_faster_without_a_step():
    scores = np.arange(-4, 1.01, 0.1)
    ratios = np.array([patient_effect(Patient(t_score=float(score))).time_ratio for score in scores])
    assert ratios[0] == 1
    assert ratios[-1] == pytest.approx(1 / 1.08, rel=1e-3)
    assert np.all(np.diff(ratios) <= 0)
    assert np.abs(np.diff(ratios)).max() < 0.006
    density = [patient_effect(Patient(density_qct_g_cm3=each)).time_ratio for each in (0.08, 0.1, 0.12)]
    assert density == pytest.approx([1, np.sqrt(ratios[-1]), ratios[-1]])


def test_vessels_of_a_smoker_are_named_and_late_by_the_same_ratio():
    (vessels,) = (each for each in patient_effect(Patient(smoker=True)).effects if each.kind == "vessels")
    assert vessels.ratio == pytest.approx(1 / 1.25)
    assert vessels.row.source == row("factors", "smoker.vessels").source


def test_ratios_multiply():
    effect = patient_effect(Patient(age_years=87, smoker=True, diabetes=True, heavy_alcohol=True))
    assert effect.time_ratio == pytest.approx(1.07 * 1.25 * 1.2)
    assert (effect.strength_quality, effect.modulus_quality) == (0.76, 0.6)


def test_product_is_capped_and_says_so():
    everything = patient_effect(Patient(age_years=90, **ALL_RISKS))
    assert everything.time_ratio == 2.5
    assert everything.capped == ("time",)
    assert range_of(everything, "time")[1] == 2.5
    note = next(each["note"] for each in describe(everything) if each["factor"] == "all together")
    assert "from 0.4 to 2.5" in note
    assert "beyond" in note


@settings(deadline=None)
@given(st.floats(18, 110), st.lists(st.booleans(), min_size=len(RISKS), max_size=len(RISKS)))
def test_effects_stay_within_their_caps_and_ranges(age, risks):
    effect = patient_effect(Patient(age_years=age, **dict(zip(RISKS, risks, strict=True))))
    assert 1.07**-2.7 * (1 - 1e-9) <= effect.time_ratio <= 2.5
    assert 0.4 <= effect.modulus_quality <= 1
    assert 0.4 <= effect.strength_quality <= 1
    for product in effect.products:
        assert product.low <= product.ratio <= product.high


@pytest.mark.parametrize("risk", RISKS)
def test_every_risk_has_an_effect_and_a_described_source(risk):
    effect = patient_effect(Patient(**{risk: True}))
    assert (effect.time_ratio > 1) == (risk in SLOW)
    listed = describe(effect)
    assert len(listed) == len(effect.effects) + len({each.kind for each in effect.effects})
    assert all(each["source"] and each["certainty"] for each in listed)
    assert {each["factor"] for each in listed} == {risk, "all together"}


@pytest.mark.parametrize("known", [{"t_score": -2.5}, {"density_qct_g_cm3": 0.079}])
def test_osteoporosis_acts_alike_however_it_is_known_and_as_in_the_patients_of_the_clock(known):
    assert patient_effect(Patient(**known)) == patient_effect(Patient(osteoporosis=True))
    assert patient_effect(Patient(**known)) == patient_effect(Patient())


def test_nsaid_slows_inflammation_on_its_days_and_nothing_else():
    effect = patient_effect(Patient(nsaid_days=(2, 9)))
    taken = row("factors", "nsaid.inflammation")
    assert effect.inflammation.windows == (DrugWindow("nsaid", 2, 9, taken.value),)
    assert effect.inflammation.speed([1, 5, 10]) == pytest.approx([1, 1 / taken.value, 1])
    assert (effect.total("inflammation").ratio, range_of(effect, "inflammation")) == (
        taken.value,
        taken.limits,
    )
    assert (effect.time_ratio, effect.modulus_quality, effect.strength_quality) == (1, 1, 1)


def test_the_ratio_of_a_drug_does_not_outlast_its_days():
    assert patient_effect(Patient(nsaid_days=(0, 3))).inflammation.ratio == 1
    assert patient_effect(Patient()).inflammation == Inflammation()


def test_steroids_slow_every_phase_and_inflammation_only_once():
    effect = patient_effect(Patient(glucocorticoids=True))
    assert effect.time_ratio == 1.5
    assert effect.total("inflammation").ratio == effect.inflammation.ratio == 1
    assert range_of(effect, "inflammation") == pytest.approx((1, 2 / 1.5), abs=0.01)


def test_calcium_and_vitamin_d_together_stay_within_the_published_range():
    assert 1 < patient_effect(Patient(vitamin_d_deficiency=True, calcium_deficiency=True)).time_ratio < 1.2


@pytest.mark.parametrize("silent", [{"sex": "female"}, {"brace_adherence": 0.3}])
def test_what_has_a_direction_but_no_ratio_changes_no_number(silent):
    assert patient_effect(Patient(**silent)) == patient_effect(Patient())
