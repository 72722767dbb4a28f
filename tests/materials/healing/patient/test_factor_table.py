"""The table of patient factors: a new row acts without a change of code."""

from pathlib import Path

import numpy as np
import pytest

import vertebra.materials.healing.patient.factor_table as module
from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.healing.patient.factor_table import KINDS, FactorTable, days_in_common, factor_table
from vertebra.materials.healing.patient.factors import describe, patient_effect
from vertebra.materials.healing.patient.non_union import non_union_probability
from vertebra.materials.healing.patient.patient import Patient
from vertebra.materials.tissue import TissueState

TABLE = Path(module.__file__).with_name("factors.toml")
DRUG = "newdrug_days"


@pytest.fixture
def table_with(tmp_path):
    """Factors of the project and some more rows, each given by its keys."""

    def read(**rows):
        described = {"unit": "'-'", "source": "'made up'", "certainty": "'C'"}
        text = TABLE.read_text(encoding="utf-8")
        for name, keys in rows.items():
            lines = (f"{key} = {given}" for key, given in (described | keys).items())
            text += f"\n[newdrug.{name}]\n" + "\n".join(lines) + "\n"
        file = tmp_path / "factors.toml"
        file.write_text(text, encoding="utf-8")
        return FactorTable.read(file)

    yield read
    module.read_table.cache_clear()


def acting(kind, ratio, *, fact=DRUG, **more):
    keys = {"acts_on": f"'{kind}'", "value": ratio, "range": sorted([1.0, ratio])}
    return keys | ({"fact": f"'{fact}'"} if fact else {}) | more


def test_a_drug_that_speeds_healing_is_one_row(table_with):
    table = table_with(pace=acting("time", 0.8))
    effect = patient_effect(Patient(table, smoker=True, newdrug_days=(7, 21)), table)
    assert effect.time_ratio == 1.25
    for pace in (effect.pace, effect.vessel_pace):
        (stretch,) = pace.windows
        assert stretch == pytest.approx((7, 21, 1.25))
    assert effect.total("time").ratio == pytest.approx(0.8 * 1.25)
    law = KineticLaw(time_ratio=effect.time_ratio, inflammation=effect.inflammation)
    usual = KineticLaw(time_ratio=effect.time_ratio)
    fresh = TissueState.fresh(np.ones(1))
    healed, expected = law.advance(fresh, 30.0), usual.advance(fresh, 30.0 + 14 / 0.8 - 14)
    np.testing.assert_allclose(healed.shares, expected.shares, atol=1e-9)
    named = {each["factor"]: each["note"] for each in describe(effect)}
    assert named["newdrug"] == "from day 7 to 21"


def test_a_drug_on_inflammation_acts_on_its_days(table_with):
    table = table_with(slower=acting("inflammation", 2.0))
    inflammation = patient_effect(Patient(table, newdrug_days=(1, 4)), table).inflammation
    assert inflammation.speed([0.5, 2, 5]) == pytest.approx([1, 0.5, 1])


def test_a_drug_on_vessels_leaves_the_rest(table_with):
    table = table_with(vessels=acting("vessels", 0.5))
    effect = patient_effect(Patient(table, newdrug_days=(0, 10)), table)
    assert effect.vessel_pace.windows == ((0, 10, 0.5),)
    assert (effect.vessel_speed, effect.time_ratio, effect.pace.windows) == (1, 1, ())


@pytest.mark.parametrize("kind", ["modulus", "strength"])
def test_a_flag_on_the_quality_of_repair_tissue_is_one_row(table_with, kind):
    table = table_with(quality=acting(kind, 1.2, fact=None))
    effect = patient_effect(Patient(table, newdrug=True, heavy_alcohol=True), table)
    assert getattr(effect, f"{kind}_quality") == pytest.approx(1.2 * {"modulus": 0.6, "strength": 0.76}[kind])
    assert effect.time_ratio == 1


def test_odds_of_a_drug_are_one_row_and_no_time(table_with):
    table = table_with(union=acting("union_odds", 0.5))
    patient = Patient(table, newdrug_days=(0, 90))
    odds = [non_union_probability(each, table=table).probability for each in (Patient(), patient)]
    odds = [chance / (1 - chance) for chance in odds]
    assert odds[1] / odds[0] == pytest.approx(0.5)
    assert patient_effect(patient, table).effects == ()


def test_host_density_is_gained_over_the_days_of_use_and_kept(table_with):
    table = table_with(density=acting("host_density", 1.1, full_after_days=100.0))
    effect = patient_effect(Patient(table, newdrug_days=(10, 60)), table)
    gained = [effect.host_density(day) for day in (0, 10, 35, 60, 400)]
    assert gained == pytest.approx([1, 1, 1.1**0.25, 1.1**0.5, 1.1**0.5])
    long = patient_effect(Patient(table, newdrug_days=(0, 500)), table)
    assert long.host_density(300) == pytest.approx(1.1)


def test_host_density_without_a_time_to_build_up_holds_on_its_days(table_with):
    table = table_with(density=acting("host_density", 0.9))
    effect = patient_effect(Patient(table, newdrug_days=(10, 60)), table)
    assert [effect.host_density(day) for day in (5, 30, 70)] == pytest.approx([1, 0.9, 1])


@pytest.mark.parametrize("kind", KINDS)
def test_products_are_held_on_both_sides(kind):
    bounds = factor_table().caps[kind].parameters
    assert 0 < bounds["least"] < 1 < bounds["most"]
    assert [factor_table().held(kind, ratio) for ratio in (1e-3, 1.0, 1e3)] == [
        bounds["least"],
        1,
        bounds["most"],
    ]


def test_a_ratio_beyond_the_lower_bound_of_time_is_cut_on_its_days(table_with):
    table = table_with(pace=acting("time", 0.2))
    effect = patient_effect(Patient(table, newdrug_days=(7, 21)), table)
    assert effect.capped == ("time",)
    (stretch,) = effect.pace.windows
    assert stretch == pytest.approx((7, 21, 2.5))


def test_a_number_decides_how_often_a_ratio_counts(table_with):
    doses = {"none_at": 10.0, "per": 20.0, "held": [10.0, 30.0], "counted_until": 40.0}
    table = table_with(quality=acting("strength", 0.8, **doses))
    for window, power in (((0, 5), 0), ((0, 20), 0.5), ((0, 90), 1), ((25, 90), 0.25)):
        effect = patient_effect(Patient(table, newdrug_days=window), table)
        assert effect.strength_quality == pytest.approx(0.8**power)


def test_every_fact_of_the_patient_can_be_given():
    for fact in factor_table().facts():
        if fact != "normal_bone":
            given = {"age_years": 80.0, "sex": "male", "brace_adherence": 0.5}.get(fact, True)
            Patient(**{fact: (0, 40) if fact.endswith("_days") else given})


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (acting("time", 1.2) | {"acts_on": "'tempo'"}, "acts on tempo, expected acts_on to be one of time"),
        (
            acting("time", 1.2) | {"acton": "'time'"},
            "has 'acton', which is not known. Did you mean 'acts_on'",
        ),
        (acting("time", 1.2) | {"range": [1.3, 1.4]}, "has the ratio 1.2 within"),
        (acting("time", 1.2) | {"per": 10.0}, "has one of none_at and per"),
        (acting("time", 1.2) | {"per": "'year'", "none_at": 1.0}, "counts per 'year', expected a number"),
        (
            acting("time", 1.2) | {"per": "'doubling'", "none_at": 1.0},
            "counts doublings, expected none_at and",
        ),
        (
            acting("time", 1.2) | {"full_after_days": 10.0},
            "acts on time and has full_after_days, expected host_density",
        ),
        (acting("time", 1.2) | {"direction": "'raises'"}, "has a direction and acts on time"),
    ],
)
def test_a_row_that_cannot_be_understood_is_refused_by_name(table_with, keys, message):
    with pytest.raises(ValueError, match=f"factors.toml: newdrug.row {message}"):
        table_with(row=keys)


def test_a_kind_without_bounds_is_refused(tmp_path):
    file = tmp_path / "factors.toml"
    file.write_text(
        TABLE.read_text(encoding="utf-8").replace("[cap.vessels]", "[cap.time2]"), encoding="utf-8"
    )
    with pytest.raises(ValueError, match=r"found bounds of .*time2.*, expected one of"):
        FactorTable.read(file)


@pytest.mark.parametrize(("first", "last", "days"), [(0, 7, 4), (5, 9, 2), (8, 9, 0), (0, 1, 0), (3, 8, 4)])
def test_days_in_common(first, last, days):
    assert days_in_common((3, 7), first, last) == days
