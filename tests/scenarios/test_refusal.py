"""From what pydantic refuses to what a person reads."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from vertebra.scenarios.refusal import explain
from vertebra.scenarios.schema import Scenario

FILE = Path("mine.toml")


def valid():
    return {
        "schema": 1,
        "name": "x",
        "mesh": {"parametric": {}},
        "bone": {"density_qct_mg_cm3": 100},
        "fracture": {"type": "crush", "height_loss": 0.17},
        "patient": {},
        "healing": {},
        "arms": [{"name": "a"}, {"name": "b", "cement": {"day": 7, "volume_ml": 4.0}}],
        "loading": {},
        "capacity": {},
        "solver": {},
        "output": {},
    }


def refused(data, replaced=()):
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate(data)
    return explain(caught.value, Scenario, data, FILE, replaced)


def test_the_valid_tables_are_valid():
    assert Scenario.model_validate(valid()).name == "x"


@pytest.mark.parametrize(
    ("way", "spelled", "known"),
    [
        ((), "", "schema"),
        (("mesh",), "mesh.", "parametric"),
        (("mesh", "parametric"), "mesh.parametric.", "edge_mm"),
        (("bone",), "bone.", "law"),
        (("fracture",), "fracture.", "height_loss"),
        (("patient",), "patient.", "age_years"),
        (("healing",), "healing.", "days"),
        (("arms", 0), "arms.a.", "cement"),
        (("arms", 1, "cement"), "arms.b.cement.", "volume_ml"),
        (("loading",), "loading.", "activities"),
        (("capacity",), "capacity.", "mu"),
        (("solver",), "solver.", "tolerance"),
        (("output",), "output.", "pictures"),
    ],
)
def test_an_unknown_key_anywhere_is_spelled_with_the_keys_known_there(way, spelled, known):
    data = valid()
    table = data
    for step in way:
        table = table[step]
    table[f"{known}x"] = 3
    assert refused(data).startswith(f"mine.toml: {spelled}{known}x: unknown key, expected one of ")
    assert refused(data).endswith(f"Did you mean {known!r}?")


def test_an_arm_without_a_name_is_told_by_its_number():
    data = valid()
    data["arms"][1] = {"cement": {"day": 7, "volume_ml": 4.0}}
    assert "arms.1.name: is missing" in refused(data)


def test_one_problem_is_one_line_and_several_are_a_list():
    data = valid()
    data["bone"]["law"] = 3
    assert "\n" not in refused(data)
    data["name"] = 3
    first, *others = refused(data).splitlines()
    assert first == "mine.toml: 2 problems"
    assert [line[:2] for line in others] == ["  ", "  "]


@pytest.mark.parametrize(
    ("value", "spelled"),
    [(True, "true (boolean)"), ("x", "'x' (text)"), ([1], "[1] (list)"), ({"a": 1}, "{'a': 1} (table)")],
)
def test_found_values_are_spelled_as_in_the_file(value, spelled):
    data = valid()
    data["bone"]["density_qct_mg_cm3"] = value
    assert f"found {spelled}, expected a number" in refused(data)


def test_a_long_value_is_cut():
    data = valid()
    data["bone"]["density_qct_mg_cm3"] = list(range(1000))
    assert len(refused(data)) < 200


@pytest.mark.parametrize(
    ("replaced", "marked"), [(["bone.law"], True), (["bone"], True), (["bone.la"], False), ([], False)]
)
def test_keys_given_by_set_are_marked(replaced, marked):
    data = valid()
    data["bone"]["law"] = "x"
    assert ("bone.law (from --set): " in refused(data, replaced)) == marked
