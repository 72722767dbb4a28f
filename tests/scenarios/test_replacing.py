"""Copies of a scenario in which single values are replaced."""

from pathlib import Path

import numpy as np
import pytest

from vertebra.scenarios.catalogue import bundled_file
from vertebra.scenarios.reading import ScenarioError, read_scenario
from vertebra.scenarios.schema import Scenario


def refusal(values, scenario=None):
    with pytest.raises(ScenarioError) as caught:
        (scenario or read_scenario("main")).with_values(values)
    return str(caught.value)


def test_values_of_tables_and_of_arms_by_name_are_replaced_in_a_copy():
    scenario = read_scenario("main")
    other = scenario.with_values(
        {
            "mesh.parametric.edge_mm": 4,
            "arms.vertebroplasty.cement.volume_ml": 6,
            "healing.days": (0, 14),
            "patient.smoker": True,
        }
    )
    assert (other.mesh.edge_mm, other.arms[1].cement.volume_ml) == (4, 6)
    assert (other.healing.days, other.patient.smoker) == ((0, 14), True)
    assert (scenario.mesh.edge_mm, scenario.arms[1].cement.volume_ml) == (3, 4)
    assert other.file == scenario.file == bundled_file("main")
    assert other != scenario


def test_values_are_replaced_as_by_set_whatever_came_before():
    step = read_scenario("main").with_values({"capacity.rule": "section"})
    assert step == read_scenario("main", ["capacity.rule=section"])
    assert step.with_values({"capacity.rule": "surface"}) == read_scenario("main")  # with that rule's factor


def test_values_of_numpy_and_paths_are_taken(tmp_path):
    body = tmp_path / "body.stl"
    body.touch()
    other = read_scenario("surface").with_values(
        {"mesh.surface.file": body, "mesh.surface.edge_mm": np.float64(3.5), "healing.days": np.array([0, 7])}
    )
    assert (other.mesh.surface.file, other.mesh.edge_mm) == (str(body), 3.5)
    assert other.healing.days == (0, 7)


def test_a_relative_path_starts_at_the_current_folder(tmp_path, monkeypatch):
    (tmp_path / "body.stl").touch()
    monkeypatch.chdir(tmp_path)
    other = read_scenario("surface").with_values({"mesh.surface.file": "body.stl"})
    assert other.mesh.surface.file == str(Path("body.stl").resolve())


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        (
            {"bone.density_qct": 3},
            ("bone.density_qct (from with_values): unknown key", "'density_qct_mg_cm3'"),
        ),
        ({"bone.density_qct_mg_cm3": 5}, ("bone.density_qct_mg_cm3 (from with_values): found 5", "20")),
        ({"arms.verte.cement.day": 3}, ("with_values arms.verte.cement.day: there is no arm 'verte'",)),
        ({"mesh.surface.file": "no.stl", "mesh.parametric": None}, ("mesh.surface.file", "no.stl")),
    ],
)
def test_wrong_keys_and_values_name_the_file_and_the_key(values, parts):
    message = refusal(values)
    assert message.startswith((f"{bundled_file('main')}: ", "with_values "))
    for part in parts:
        assert part in message


def test_a_scenario_of_values_alone_has_no_file_and_can_be_changed():
    made = Scenario.model_validate(
        {"schema": 1, "name": "x", "mesh": {"parametric": {}}, "bone": {"density_qct_mg_cm3": 100}}
    )
    assert made.file is None
    assert made.with_values({"mesh.order": 1}).mesh.order == 1
    assert refusal({"mesh.order": 3}, made).startswith("scenario: mesh.order (from with_values): found 3")


def test_a_copy_changed_by_field_keeps_that_change():
    scenario = read_scenario("main")
    coarse = scenario.model_copy(update={"mesh": scenario.mesh.model_copy(update={"order": 1})})
    assert coarse.with_values({"patient.smoker": True}).mesh.order == 1
