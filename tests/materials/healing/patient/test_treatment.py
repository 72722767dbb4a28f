"""Treatment of osteoporosis."""

import pytest

from vertebra.materials.healing.patient.factors import patient_effect
from vertebra.materials.healing.patient.non_union import non_union_probability
from vertebra.materials.healing.patient.patient import Patient
from vertebra.materials.healing.patient.treatment import Treatment, drugs
from vertebra.materials.table import row, value

SOUND = Patient()


def effect(*given, **named):
    return patient_effect(SOUND, treatment=Treatment(*given, **named))


def odds(treatment):
    chance = non_union_probability(SOUND, treatment=treatment).probability
    return chance / (1 - chance)


def test_the_drugs_are_those_of_the_table():
    assert drugs() == ("none", "teriparatide", "bisphosphonate", "denosumab", "romosozumab")


def test_without_a_drug_nothing_changes():
    assert effect() == patient_effect(SOUND)
    assert effect().host_density(700.0) == 1


@pytest.mark.parametrize("drug", drugs()[1:])
def test_host_density_rises_evenly_to_that_of_the_table_and_stays(drug):
    source = row("factors", f"{drug}.host_density")
    full = source.parameters["full_after_days"]
    gain = [effect(drug, 30.0).host_density(30.0 + share * full) for share in (0, 0.5, 1, 2)]
    assert gain == pytest.approx([1, source.value**0.5, source.value, source.value])


def test_teriparatide_hastens_healing_from_its_first_day_on():
    pace = effect("teriparatide", 20.0).pace
    assert pace.passed(20.0) == 20
    assert pace.passed(120.0) == pytest.approx(20 + 100 / value("factors", "teriparatide.time"))


def test_teriparatide_alone_has_odds_and_they_count_by_the_days_of_the_first_half_year():
    base = odds(Treatment())
    ratio = value("factors", "teriparatide.union_odds")
    for first, power in ((0.0, 1), (90.0, 0.5), (180.0, 0), (400.0, 0)):
        assert odds(Treatment("teriparatide", first)) / base == pytest.approx(ratio**power)
    for drug in ("bisphosphonate", "denosumab", "romosozumab"):
        outcome = non_union_probability(SOUND, treatment=Treatment(drug))
        assert outcome.contributions == ()
        assert [each.factor for each in outcome.directions] == [drug]


@pytest.mark.parametrize("adherence", [0.0, 0.4, 1.0])
def test_adherence_is_a_power_of_every_effect(adherence):
    taken = Treatment("teriparatide", adherence=adherence)
    found = patient_effect(SOUND, treatment=taken)
    assert found.host_density(730.0) == pytest.approx(
        value("factors", "teriparatide.host_density") ** adherence
    )
    assert found.pace.passed(100.0) == pytest.approx(100 / value("factors", "teriparatide.time") ** adherence)
    assert odds(taken) / odds(Treatment()) == pytest.approx(
        value("factors", "teriparatide.union_odds") ** adherence
    )


def test_rest_and_drug_act_on_density_together():
    rest = ((0.0, 28.0),)
    both, drug, bed = effect("denosumab", rest=rest), effect("denosumab"), effect(rest=rest)
    for day in (10.0, 28.0, 100.0):
        assert both.host_density(day) == pytest.approx(drug.host_density(day) * bed.host_density(day))
    assert bed.pace == effect().pace


def test_no_drug_acts_on_the_quality_of_callus():
    for drug in drugs():
        assert (effect(drug).modulus_quality, effect(drug).strength_quality) == (1, 1)
