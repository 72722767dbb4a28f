"""The JSON Schema of the scenario file says what the checks say."""

import pytest

from vertebra.loads.activity import activities
from vertebra.materials.bone import modulus_laws
from vertebra.materials.cement import products
from vertebra.scenarios.json_schema import scenario_schema
from vertebra.scenarios.reading import ScenarioError, read_scenario
from vertebra.scenarios.reference import allowed_text, keys_of, shipped_schema, tables_of

SCHEMA = scenario_schema()
KEYS = {key.name: key for key in keys_of(SCHEMA)}


def test_the_schema_that_is_shipped_is_up_to_date():
    assert shipped_schema() == SCHEMA, "run `vertebra schema --out scenarios/scenario.schema.json`"


def test_every_key_has_a_meaning_that_begins_a_sentence_and_leaves_the_full_stop_to_the_reader():
    for key in KEYS.values():
        assert key.meaning[:1].isupper(), key.name
        assert not key.meaning.endswith("."), key.name
        assert len(key.meaning) >= 10, key.name


def test_every_table_has_a_meaning():
    assert all(table.meaning.endswith(".") for table in tables_of(SCHEMA))


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("bone.law", modulus_laws()),
        ("arms.NAME.cement.product", products()),
        ("loading.activities", activities()),
        ("loading.phases[].activity", activities()),
        ("mesh.parametric.level", ("T11", "T12", "L1", "L2", "L3", "L4", "L5")),
    ],
)
def test_words_that_tables_know_are_choices(name, choices):
    assert KEYS[name].choices == choices


@pytest.mark.parametrize(
    ("name", "unit", "allowed"),
    [
        ("bone.density_qct_mg_cm3", "mg/cm3", "number from 20 to 600"),
        ("mesh.parametric.shell_mm", "mm", "number from 0.05 to 5"),
        ("fracture.height_loss", "", "number above 0, at most 0.5"),
        ("mesh.order", "", "1 or 2"),
        ("healing.days", "d", "list, each a whole number from 0 to 3650"),
        ("patient.nsaid_days", "d", "list of 2 numbers"),
        ("healing.curve.young_MPa", "MPa", "list, each a number above 0, at most 30000"),
    ],
)
def test_units_and_ranges_are_told(name, unit, allowed):
    assert (KEYS[name].unit, KEYS[name].allowed) == (unit, allowed)


@pytest.mark.parametrize("key", [key for key in KEYS.values() if key.choices], ids=lambda key: key.name)
def test_a_word_that_is_no_choice_is_refused(key):
    name = key.name.replace("NAME", "vertebroplasty")
    if "[]" in name or name.startswith("mesh.surface"):
        return
    wrong = '["nosuch"]' if key.allowed.startswith("list") else "nosuch"
    with pytest.raises(ScenarioError, match="nosuch"):
        read_scenario("main", [f"{name}={wrong}"])


def test_keys_that_may_be_left_out_have_no_null():
    assert "null" not in str(SCHEMA).replace("'", "")


def test_text_of_a_number_without_bounds():
    assert allowed_text({"type": "number"}) == "number"
