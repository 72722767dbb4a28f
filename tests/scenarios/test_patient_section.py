"""The patient in a scenario file."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from vertebra.materials.healing.patient import factor_table
from vertebra.materials.healing.patient.factors import patient_effect
from vertebra.models.patient import effect_of_patient, known_patient, non_union_chance
from vertebra.scenarios.patient_section import Patient, with_factors
from vertebra.scenarios.reading import ScenarioError, read_scenario


def scenario(*overrides):
    return read_scenario("main", tuple(f"patient.{each}" for each in overrides))


def test_everything_known_reaches_the_healing_laws():
    known = known_patient(scenario("age_years=72", "sex=female", "t_score=-3.0", "nsaid_days=[0, 14]"))
    assert [known[fact] for fact in ("age_years", "sex", "nsaid_days")] == [72, "female", (0, 14)]
    assert known.is_osteoporotic
    assert known["density_qct_g_cm3"] is None


@pytest.mark.parametrize(("mg_cm3", "osteoporotic"), [(79, True), (81, False)])
def test_osteoporosis_is_read_from_the_density_only_on_request(mg_cm3, osteoporotic):
    bone = f"bone.density_qct_mg_cm3={mg_cm3}"
    asked = read_scenario("main", (bone, "patient.osteoporosis_from_density=true"))
    assert known_patient(asked).is_osteoporotic == osteoporotic
    assert effect_of_patient(read_scenario("main", (bone,))).effects == ()


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (("nsaid_days=[14, 3]",), "expected a first day of at least 0 and a later last day"),
        (("nsaid_days=[3]",), "patient.nsaid_days.1"),
        (("brace_adherence=80",), "found 80 .*expected at most 1"),
        (("t_score=-3.0", "osteoporosis_from_density=true"), "found t_score and osteoporosis_from_density"),
        (("t_score=-3.0", "osteoporosis=false"), "found osteoporosis = false with t_score -3"),
        (("t_score=-1.0", "osteoporosis=true"), "although t_score -1 says otherwise"),
        (("calcium=true",), "Did you mean 'calcium_deficiency'"),
    ],
)
def test_contradictions_and_misspellings_are_refused(overrides, message):
    with pytest.raises(ScenarioError, match=message):
        scenario(*overrides)


def test_findings_of_the_fracture_reach_the_chance_of_non_union():
    broken = read_scenario("main", ("fracture.posterior_wall=true", "fracture.cleft_mm=3"))
    chance = non_union_chance(broken)
    assert [entry.factor for entry in chance.directions] == ["height_loss", "posterior_wall", "thoracolumbar"]
    assert [entry.factor for entry in chance.contributions] == ["cleft"]


def test_the_level_of_a_surface_reaches_the_chance_of_non_union():
    chances = [
        non_union_chance(read_scenario("surface", given))
        for given in ((), ("mesh.surface.level=L1",), ("mesh.surface.level=L4",))
    ]
    named = [{entry.factor for entry in chance.directions} for chance in chances]
    assert ["thoracolumbar" in names for names in named] == [False, True, False]


def test_adherence_to_a_brace_that_no_phase_asks_for_is_refused():
    with pytest.raises(
        ScenarioError, match=r"brace_adherence = 0\.8 .*expected loading\.phases with brace = true"
    ):
        scenario("brace_adherence=0.8")
    braced = "loading.phases=[{from_day = 0, brace = true}]"
    assert read_scenario("main", ("patient.brace_adherence=0.8", braced)).patient.brace_adherence == 0.8


def test_a_new_row_of_the_table_of_factors_is_a_new_key(tmp_path):
    row = """
    [newdrug.strength]
    acts_on = "strength"
    fact = "newdrug_days"
    meaning = "first and last day of a new drug"
    value = 1.1
    range = [1.0, 1.2]
    source = "made up"
    certainty = "C"
    """
    known = Path(factor_table.__file__).with_name("factors.toml").read_text(encoding="utf-8")
    (tmp_path / "factors.toml").write_text(known + row, encoding="utf-8")
    table = factor_table.FactorTable.read(tmp_path / "factors.toml")
    section = with_factors(table)
    assert section.model_fields["newdrug_days"].description == "first and last day of a new drug"
    patient = section(newdrug_days=[7, 90], heavy_alcohol=True).known()
    assert patient_effect(patient, table).strength_quality == pytest.approx(1.1 * 0.76)
    with pytest.raises(ValidationError, match="newdrug_days"):
        Patient(newdrug_days=[7, 90])
