"""Patient factors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.materials.healing.patient.factors import (
    KINDS,
    Patient,
    days_in_common,
    describe,
    patient_effect,
)
from vertebra.materials.healing.processes.inflammation import DrugWindow, Inflammation
from vertebra.materials.table import row, rows

RISKS = (
    "smoker",
    "heavy_alcohol",
    "vitamin_d_deficiency",
    "calcium_deficiency",
    "osteoporosis",
    "diabetes",
    "glucocorticoids",
)
ALL_RISKS = dict.fromkeys(RISKS, True)
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


def test_vessels_of_a_smoker_are_named_and_late_by_the_same_ratio():
    (vessels,) = (each for each in patient_effect(Patient(smoker=True)).effects if each.kind == "vessels")
    assert vessels.ratio == pytest.approx(1 / 1.25)
    assert vessels.row == row("perfusion", "smoking")


def test_ratios_multiply():
    effect = patient_effect(Patient(age_years=60, smoker=True, osteoporosis=True))
    assert effect.time_ratio == pytest.approx(1.07 * 1.25 * 1.08)
    assert effect.strength_quality == pytest.approx(0.80 * 0.84)
    assert effect.modulus_quality == pytest.approx(0.80)


def test_product_is_capped_and_says_so():
    everything = patient_effect(Patient(age_years=90, **ALL_RISKS))
    assert everything.time_ratio == 2.5
    assert everything.capped == ("time",)
    assert everything.time_range[1] == 2.5
    note = next(each["note"] for each in describe(everything) if each["factor"] == "all together")
    assert "at most 2.5" in note
    assert "beyond" in note


@settings(deadline=None)
@given(st.floats(18, 110), st.lists(st.booleans(), min_size=len(RISKS), max_size=len(RISKS)))
def test_effects_stay_within_their_caps_and_ranges(age, risks):
    effect = patient_effect(Patient(age_years=age, **dict(zip(RISKS, risks, strict=True))))
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
    assert len(listed) == len(effect.effects) + len(KINDS)
    assert all(each["source"] and each["certainty"] for each in listed)
    assert {each["factor"] for each in listed} == {risk, "all together"}


def test_every_row_belongs_to_a_field_of_the_patient():
    branches = {entry.name.partition(".")[0] for entry in rows("factors")}
    assert branches == {"age", "cap", *RISKS}


@pytest.mark.parametrize(
    ("known", "osteoporotic"),
    [
        ({"osteoporosis": True}, True),
        ({"t_score": -2.5}, True),
        ({"t_score": -2.4}, False),
        ({"density_qct_g_cm3": 0.079}, True),
        ({"density_qct_g_cm3": 0.080}, False),
        ({"osteoporosis": True, "t_score": -3.1}, True),
        ({}, False),
    ],
)
def test_osteoporosis_is_a_diagnosis_a_t_score_or_a_density(known, osteoporotic):
    patient = Patient(**known)
    assert patient.is_osteoporotic == osteoporotic
    flagged = patient_effect(Patient(osteoporosis=osteoporotic))
    assert patient_effect(patient) == flagged


def test_nsaid_slows_inflammation_on_its_days_and_nothing_else():
    effect = patient_effect(Patient(nsaid_days=(2, 9)))
    taken = row("inflammation", "drug.nsaid")
    assert effect.inflammation.windows == (DrugWindow("nsaid", 2, 9),)
    assert effect.inflammation.speed([1, 5, 10]) == pytest.approx([1, 1 / taken.value, 1])
    assert (effect.inflammation_ratio, effect.inflammation_range) == (taken.value, taken.limits)
    assert (effect.time_ratio, effect.modulus_quality, effect.strength_quality) == (1, 1, 1)


def test_the_ratio_of_a_drug_does_not_outlast_its_days():
    assert patient_effect(Patient(nsaid_days=(0, 3))).inflammation.ratio == 1
    assert patient_effect(Patient()).inflammation == Inflammation()


def test_steroids_slow_every_phase_and_inflammation_only_once():
    effect = patient_effect(Patient(glucocorticoids=True))
    assert effect.time_ratio == 1.5
    assert effect.inflammation_ratio == 1
    assert effect.inflammation_range == pytest.approx((1, 2 / 1.5), abs=0.01)


def test_calcium_and_vitamin_d_together_stay_within_the_published_range():
    assert 1 < patient_effect(Patient(vitamin_d_deficiency=True, calcium_deficiency=True)).time_ratio < 1.2


@pytest.mark.parametrize("silent", [{"sex": "female"}, {"brace_adherence": 0.3}])
def test_what_has_a_direction_but_no_ratio_changes_no_number(silent):
    assert patient_effect(Patient(**silent)) == patient_effect(Patient())


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ({"nsaid_days": (7, 7)}, "nsaid_days is 7 to 7, expected"),
        ({"nsaid_days": (-1, 7)}, "first day of at least 0"),
        ({"osteoporosis": True, "t_score": -1.0}, "although t_score -1 says otherwise"),
        ({"osteoporosis": True, "density_qct_g_cm3": 0.15}, "although the density says otherwise"),
        ({"t_score": -3.0, "density_qct_g_cm3": 0.05}, "osteoporosis from density, expected one"),
    ],
)
def test_contradictions_are_refused(known, message):
    with pytest.raises(ValueError, match=message):
        Patient(**known)


@pytest.mark.parametrize(("first", "last", "days"), [(0, 7, 4), (5, 9, 2), (8, 9, 0), (0, 1, 0), (3, 8, 4)])
def test_days_in_common(first, last, days):
    assert days_in_common((3, 7), first, last) == days
