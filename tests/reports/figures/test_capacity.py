"""Curves of a run."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from vertebra.reports.figures.capacity import capacity_figure, save_figure


def row(arm, day, capacity, service, stiffness):
    return {
        "arm": arm,
        "day": day,
        "capacity_N": capacity,
        "service_N": service,
        "stiffness_N_per_mm": stiffness,
    }


ROWS = [
    row("intact", 0, 2500.0, 2000.0, 17e3),
    row("a", 0, 2200.0, 1000.0, 8e3),
    row("a", 28, 2600.0, 2100.0, 19e3),
    row("b", 0, 2300.0, 1100.0, 9e3),
    row("b", 28, 2900.0, 2200.0, 20e3),
]
COLUMNS = ("service_N", "capacity_N", "stiffness_N_per_mm")


def test_service_load_capacity_and_stiffness_stand_side_by_side_with_their_units():
    axes = capacity_figure(ROWS, "title").axes
    assert [axis.get_ylabel() for axis in axes] == ["service load [kN]", "capacity [kN]", "stiffness [kN/mm]"]
    for axis, column in zip(axes, COLUMNS, strict=True):
        assert "weeks after fracture" in axis.get_xlabel()
        for line in axis.get_lines():
            if line.get_label() in ("a", "b"):
                mine = [r for r in ROWS if r["arm"] == line.get_label()]
                assert np.allclose(line.get_xdata(), [r["day"] / 7 for r in mine])
                assert np.allclose(line.get_ydata(), [r[column] / 1000 for r in mine])


def test_intact_is_black_and_every_curve_bears_its_name_at_its_end():
    for axis, column in zip(capacity_figure(ROWS, "title").axes, COLUMNS, strict=True):
        dashed = [line for line in axis.get_lines() if line.get_linestyle() == "--"]
        assert [line.get_color() for line in dashed] == ["black"]
        assert np.allclose(dashed[0].get_ydata(), ROWS[0][column] / 1000)
        names = {text.get_text(): text for text in axis.texts}
        assert set(names) == {"a", "b", "intact"}
        last = {row["arm"]: row[column] / 1000 for row in ROWS}
        assert all(names[arm].xy[1] == pytest.approx(value) for arm, value in last.items())
        places = sorted(text.xyann[1] for text in axis.texts)
        assert min(np.diff(places)) > 0.05 * axis.get_ylim()[1]


def test_loads_within_the_axis_are_drawn_and_named():
    for axis in capacity_figure(ROWS, "t", {"sit_to_stand": 850.0, "jump": 9e4}).axes[:2]:
        assert "sit to stand" in [text.get_text() for text in axis.texts]
        assert "jump" not in [text.get_text() for text in axis.texts]


def test_the_name_of_a_load_keeps_off_curves_close_above_it():
    texts = capacity_figure(ROWS, "t", {"free": 500.0, "under": 1950.0}).axes[0].texts
    places = {text.get_text(): text.get_va() for text in texts}
    assert (places["free"], places["under"]) == ("bottom", "top")


@pytest.mark.parametrize("title", ["plain", "costs $5, not $6", r"$\notmath$", "<&>"])
def test_any_name_of_a_scenario_can_be_drawn(title, tmp_path):
    file = tmp_path / "f.svg"
    save_figure(capacity_figure(ROWS, title), file)
    ET.parse(file)


def test_a_curve_is_not_joined_across_the_injection():
    (axis, *_) = capacity_figure(ROWS, "title", injections={"b": 28}).axes
    (line,) = (line for line in axis.get_lines() if line.get_label() == "b (cement on day 28)")
    assert np.allclose(line.get_ydata(), [1.1, np.nan, 2.2], equal_nan=True)
