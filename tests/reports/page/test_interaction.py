"""The chapter of the report about axial force with bending."""

import pytest

from vertebra.records.columns import INTERACTION
from vertebra.records.tables import write_csv
from vertebra.reports.page.interaction import interaction_chapter

SUMMARY = {"n_states": 1, "n_failed": 0, "wall_s": 0.3, "eccentricities_mm": [0.0, 10.0]}


def manifest(rotation="fixed", rule="surface", **changed):
    scenario = {"loading": {"rotation": rotation}, "capacity": {"rule": rule}}
    return {"interaction": SUMMARY | changed, "scenario": scenario}


def point(bending, eccentricity, force, moment):
    moments = (moment, 0.0) if bending == "flexion" else (0.0, moment)
    return dict(
        zip(
            INTERACTION.names,
            ("a", 7, bending, "sections", force, *moments, eccentricity, 0.5),
            strict=True,
        )
    )


@pytest.fixture
def folder(tmp_path):
    rows = [
        point("flexion", "", 0.0, -21.0),
        point("flexion", -10.0, 1600.0, -16.0),
        point("flexion", 0.0, 2500.0, 0.0),
        point("flexion", 10.0, 1300.0, 13.0),
        point("flexion", "", 0.0, 19.0),
        point("lateral", "", 0.0, -23.0),
        point("lateral", "", 0.0, 24.0),
    ]
    write_csv(tmp_path / "interaction.csv", INTERACTION.names, rows)
    (tmp_path / "interaction.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>', encoding="utf-8"
    )
    return tmp_path


def test_table_shows_forces_off_the_axis_and_moments_alone(folder):
    page = "".join(interaction_chapter(folder, manifest()))
    for text in (
        "2500",
        "1600",
        "1300",
        "19",
        "21",
        "24",
        "10 mm in front [N]",
        "flexion alone [N m]",
        "<svg",
    ):
        assert text in page


def test_without_curves_there_is_no_chapter(tmp_path):
    assert interaction_chapter(tmp_path, {"interaction": None}) == []
    assert interaction_chapter(tmp_path, {}) == []


def test_failed_tests_are_counted(folder):
    page = "".join(interaction_chapter(folder, manifest(n_failed=2)))
    assert "Failed tests: 2" in page


@pytest.mark.parametrize("rule", ["surface", "section"])
@pytest.mark.parametrize("rotation", ["fixed", "free"])
def test_the_table_above_is_described_as_it_was_computed(folder, rotation, rule):
    page = "".join(interaction_chapter(folder, manifest(rotation, rule)))
    assert ("cannot turn, as in the table above" in page) == (rotation == "fixed")
    assert ("within 7 %" in page) == (rule == "surface")
