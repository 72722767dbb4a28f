"""Patient factors."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.materials.factors import Patient, describe, patient_effect
from vertebra.materials.table import rows

RISKS = [entry.name for entry in fields(Patient) if entry.name != "age_years"]
HEALTHY = patient_effect(Patient(age_years=40))


def test_no_risk_no_effect():
    assert (HEALTHY.time_ratio, HEALTHY.modulus_quality, HEALTHY.strength_quality) == (1, 1, 1)
    assert HEALTHY.effects == ()
    assert patient_effect(Patient()).time_range == (1, 1)


def test_age_counts_by_decade_over_fifty():
    assert patient_effect(Patient(age_years=72)).time_ratio == pytest.approx(1.07**2.2)
    assert patient_effect(Patient(age_years=50)).time_ratio == 1


def test_smoking_is_a_quarter_slower_and_a_fifth_weaker():
    effect = patient_effect(Patient(smoker=True))
    assert (effect.time_ratio, effect.modulus_quality, effect.strength_quality) == (1.25, 0.80, 0.80)
    assert effect.time_range == (1.1, 1.4)


def test_ratios_multiply():
    effect = patient_effect(Patient(age_years=60, smoker=True, osteoporosis=True))
    assert effect.time_ratio == pytest.approx(1.07 * 1.25 * 1.08)
    assert effect.strength_quality == pytest.approx(0.80 * 0.84)
    assert effect.modulus_quality == pytest.approx(0.80)


def test_product_is_capped_and_says_so():
    everything = patient_effect(Patient(90, *([True] * len(RISKS))))
    assert everything.time_ratio == 2.5
    assert everything.capped == ("time",)
    assert everything.time_range[1] == 2.5
    note = next(each["note"] for each in describe(everything) if each["factor"] == "all together")
    assert "at most 2.5" in note
    assert "beyond" in note


@settings(deadline=None)
@given(st.floats(18, 110), st.lists(st.booleans(), min_size=len(RISKS), max_size=len(RISKS)))
def test_effects_stay_within_their_caps_and_ranges(age, risks):
    effect = patient_effect(Patient(age, *risks))
    assert 1 <= effect.time_ratio <= 2.5
    assert 0.4 <= effect.modulus_quality <= 1
    assert 0.4 <= effect.strength_quality <= 1
    assert effect.time_range[0] <= effect.time_ratio <= effect.time_range[1]
    assert effect.strength_range[0] <= effect.strength_quality <= effect.strength_range[1]


@pytest.mark.parametrize("risk", RISKS)
def test_every_risk_has_a_time_and_a_described_source(risk):
    effect = patient_effect(Patient(**{risk: True}))
    assert effect.time_ratio > 1
    listed = describe(effect)
    assert len(listed) == len(effect.effects) + 3
    assert all(each["source"] and each["certainty"] for each in listed)
    assert {each["factor"] for each in listed} == {risk, "all together"}


def test_every_row_belongs_to_a_field_of_the_patient():
    branches = {entry.name.partition(".")[0] for entry in rows("factors")}
    assert branches == {"age", "cap", *RISKS}
