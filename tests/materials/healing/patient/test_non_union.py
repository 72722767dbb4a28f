"""Probability of non-union."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.materials.healing.patient.factor_table import factor_table
from vertebra.materials.healing.patient.factors import patient_effect
from vertebra.materials.healing.patient.non_union import (
    Severity,
    describe_non_union,
    non_union_probability,
    odds_from_risk,
    rows_behind,
)
from vertebra.materials.healing.patient.patient import Patient
from vertebra.materials.table import row, rows, value

BASE = value("non_union", "base_rate")
BASE_ODDS = BASE / (1 - BASE)
REFERENCE_AGE = next(rule.none_at for rule in factor_table().rules if rule.row.name == "age.union_odds")


def chance(ratio):
    return BASE_ODDS * ratio / (1 + BASE_ODDS * ratio)


def test_nothing_known_is_the_published_base_rate_and_its_range():
    outcome = non_union_probability(Patient())
    assert outcome.probability == pytest.approx(0.15)
    assert (outcome.low, outcome.high) == pytest.approx((0.135, 0.175))
    assert (outcome.contributions, outcome.directions, outcome.is_capped) == ((), (), False)


def test_the_reference_patient_has_the_base_rate():
    reference = Patient(age_years=REFERENCE_AGE, osteoporosis=True)
    assert non_union_probability(reference).probability == pytest.approx(BASE)


@pytest.mark.parametrize(
    ("known", "factor", "power"),
    [
        ({"diabetes": True}, "diabetes", 1),
        ({"vitamin_d_deficiency": True}, "vitamin_d_deficiency", 1),
        ({"glucocorticoids": True}, "glucocorticoids", 1),
        ({"t_score": -1.0}, "dense_bone", 1),
        ({"t_score": 0.5}, "dense_bone", 1),
        ({"t_score": -1.75}, "dense_bone", 0.5),
        ({"density_qct_g_cm3": 0.11}, "dense_bone", 0.75),
        ({"nsaid_days": (0, 28)}, "nsaid", 1),
        ({"nsaid_days": (10, 31)}, "nsaid", 0.5),
        ({"nsaid_days": (60, 300)}, "nsaid", 10 / 14),
    ],
)
def test_published_odds_multiply_those_of_the_base_rate(known, factor, power):
    outcome = non_union_probability(Patient(**known))
    published = row("factors", f"{factor}.union_odds")
    assert [each.factor for each in outcome.contributions] == [factor]
    assert outcome.odds_ratio == pytest.approx(published.value**power)
    assert outcome.probability == pytest.approx(chance(published.value**power))
    (each,) = outcome.contributions
    assert (each.low, each.high) == pytest.approx(tuple(limit**power for limit in published.limits))


@pytest.mark.parametrize(
    "known", [{"t_score": -2.5}, {"t_score": -4.0}, {"nsaid_days": (0, 14)}, {"nsaid_days": (90, 365)}]
)
def test_what_the_base_rate_holds_for_contributes_nothing(known):
    assert non_union_probability(Patient(**known)).contributions == ()


def test_age_counts_by_year_from_the_reference_and_only_where_it_is_known():
    reference, ratio = REFERENCE_AGE, value("factors", "age.union_odds")
    older = non_union_probability(Patient(age_years=reference + 4))
    assert older.odds_ratio == pytest.approx(ratio**4)
    assert older.contributions[0].low < older.odds_ratio < older.contributions[0].high
    younger = non_union_probability(Patient(age_years=reference - 4))
    assert younger.odds_ratio == pytest.approx(ratio**-4)
    assert younger.contributions[0].low < younger.odds_ratio < younger.contributions[0].high
    assert non_union_probability(Patient(age_years=90)) == non_union_probability(Patient(age_years=104))


def test_relative_risk_of_smoking_holds_at_the_base_rate():
    smoker = non_union_probability(Patient(smoker=True))
    assert smoker.probability == pytest.approx(2.2 * BASE)
    assert smoker.odds_ratio > 2.2


def test_a_relative_risk_that_makes_a_risk_above_one_is_refused():
    with pytest.raises(ValueError, match="risk above 1"):
        odds_from_risk(2.2, 0.5)


@given(st.floats(0.01, 0.99), st.floats(0.1, 5))
def test_odds_of_a_risk_give_the_risk_back(base, relative_risk):
    if relative_risk * base < 0.99:
        odds = base / (1 - base) * odds_from_risk(relative_risk, base)
        assert odds / (1 + odds) == pytest.approx(relative_risk * base)


def test_product_is_capped_and_says_so():
    everything = Patient(age_years=90, smoker=True, diabetes=True, glucocorticoids=True)
    outcome = non_union_probability(everything)
    assert outcome.is_capped
    assert outcome.odds_ratio == row("factors", "cap.union_odds").parameters["most"]
    assert outcome.probability == pytest.approx(chance(10))
    total = describe_non_union(outcome)[-1]
    assert total["note"] == "held from 0.1 to 10: the product lies beyond"


@settings(deadline=None)
@given(st.floats(18, 110), st.booleans(), st.booleans(), st.booleans(), st.floats(-5, 1))
def test_probability_lies_in_its_range_and_within_the_caps(age, smoker, diabetes, glucocorticoids, t_score):
    patient = Patient(
        age_years=age, smoker=smoker, diabetes=diabetes, glucocorticoids=glucocorticoids, t_score=t_score
    )
    outcome = non_union_probability(patient)
    assert outcome.low <= outcome.probability <= outcome.high
    assert chance(0.1) <= outcome.probability <= chance(10)


def test_greater_restoration_of_height_raises_the_odds():
    restored = non_union_probability(Patient(), Severity(height_restored=True))
    assert restored.odds_ratio == pytest.approx(1.85)


def test_odds_rise_with_each_doubling_of_a_cleft_from_one_millimetre_on():
    per_doubling = value("factors", "cleft.union_odds")

    def odds(thickness):
        return non_union_probability(Patient(), Severity(cleft_mm=thickness)).odds_ratio

    assert odds(None) == odds(0.5) == odds(1.0) == 1
    assert [odds(2.0), odds(4.0)] == pytest.approx([per_doubling, per_doubling**2])
    assert odds(3.0) == pytest.approx(3**0.5, rel=1e-3)  # the square root of the thickness
    assert odds(40.0) == odds(20.0)


def test_bare_directions_are_named_and_change_no_number():
    patient = Patient(heavy_alcohol=True, osteoporosis=True, sex="female", brace_adherence=0.4)
    severity = Severity(0.3, both_endplates=True, posterior_wall=True, thoracolumbar=True)
    outcome = non_union_probability(patient, severity)
    assert outcome.probability == pytest.approx(BASE)
    mine = [entry for entry in rows("factors") if entry.parameters.get("of") != "treatment"]
    named = [entry.name for entry in mine if "direction" in entry.parameters]
    assert [each.row.name for each in outcome.directions] == named
    listed = describe_non_union(outcome)
    assert all(each["ratio"] is None for each in listed[:-1])
    assert "raises; no ratio is published" in next(
        x["note"] for x in listed if x["factor"] == "posterior_wall"
    )


def test_odds_are_not_times():
    late = Patient(nsaid_days=(14, 60))
    assert non_union_probability(late).contributions
    assert patient_effect(late).time_ratio == 1
    assert patient_effect(Patient(t_score=-1.0)).time_ratio > 0.9  # odds of 0.173


def test_every_number_has_its_row():
    outcome = non_union_probability(Patient(smoker=True, sex="male"))
    names = [entry.name for entry in rows_behind(outcome)]
    assert names == ["base_rate", "smoker.union_odds", "sex.union_odds", "cap.union_odds"]
    assert all(each["source"] and each["certainty"] for each in describe_non_union(outcome))
