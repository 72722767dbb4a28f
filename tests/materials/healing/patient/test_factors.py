"""Patient factors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.materials.healing.patient.factors import describe, patient_effect
from vertebra.materials.healing.patient.patient import Patient
from vertebra.materials.healing.processes.inflammation import DrugWindow, Inflammation
from vertebra.materials.table import row

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


def range_of(effect, kind):
    return effect.total(kind).low, effect.total(kind).high


def test_no_risk_no_effect():
    assert (HEALTHY.time_ratio, HEALTHY.modulus_quality, HEALTHY.strength_quality) == (1, 1, 1)
    assert HEALTHY.effects == ()
    assert range_of(patient_effect(Patient()), "time") == (1, 1)


def test_age_counts_by_decade_over_fifty():
    assert patient_effect(Patient(age_years=72)).time_ratio == pytest.approx(1.07**2.2)
    assert patient_effect(Patient(age_years=50)).time_ratio == 1


def test_smoking_is_a_quarter_slower_and_a_fifth_weaker():
    effect = patient_effect(Patient(smoker=True))
    assert (effect.time_ratio, effect.modulus_quality, effect.strength_quality) == (1.25, 0.80, 0.80)
    assert range_of(effect, "time") == (1.1, 1.4)


def test_vessels_of_a_smoker_are_named_and_late_by_the_same_ratio():
    (vessels,) = (each for each in patient_effect(Patient(smoker=True)).effects if each.kind == "vessels")
    assert vessels.ratio == pytest.approx(1 / 1.25)
    assert vessels.row.source == row("factors", "smoker.vessels").source


def test_ratios_multiply():
    effect = patient_effect(Patient(age_years=60, smoker=True, osteoporosis=True))
    assert effect.time_ratio == pytest.approx(1.07 * 1.25 * 1.08)
    assert effect.strength_quality == pytest.approx(0.80 * 0.84)
    assert effect.modulus_quality == pytest.approx(0.80)


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
    assert 1 <= effect.time_ratio <= 2.5
    assert 0.4 <= effect.modulus_quality <= 1
    assert 0.4 <= effect.strength_quality <= 1
    for product in effect.products:
        assert product.low <= product.ratio <= product.high


@pytest.mark.parametrize("risk", RISKS)
def test_every_risk_has_a_time_and_a_described_source(risk):
    effect = patient_effect(Patient(**{risk: True}))
    assert effect.time_ratio > 1
    listed = describe(effect)
    assert len(listed) == len(effect.effects) + len({each.kind for each in effect.effects})
    assert all(each["source"] and each["certainty"] for each in listed)
    assert {each["factor"] for each in listed} == {risk, "all together"}


@pytest.mark.parametrize("known", [{"t_score": -2.5}, {"density_qct_g_cm3": 0.079}])
def test_osteoporosis_acts_alike_however_it_is_known(known):
    assert patient_effect(Patient(**known)) == patient_effect(Patient(osteoporosis=True))


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
