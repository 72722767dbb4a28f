"""Curves of a run."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from vertebra.records.columns import TISSUE as TISSUE_TABLE
from vertebra.reports.figures.capacity import TISSUES, capacity_figure, save_figure, tissue_figure


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
TISSUE = [{"arm": "a", "day": day} | dict.fromkeys(TISSUES, 1 / len(TISSUES)) for day in (0, 7, 365)]


def test_capacity_service_load_and_stiffness_stand_side_by_side_in_kilonewtons():
    axes = capacity_figure(ROWS, "title").axes
    assert [axis.get_title().split(",")[0].split(" [")[0] for axis in axes] == [
        "capacity",
        "service load",
        "stiffness",
    ]
    for axis, column in zip(axes, ("capacity_N", "service_N", "stiffness_N_per_mm"), strict=True):
        for line in axis.get_lines():
            if line.get_label() in ("a", "b"):
                mine = [r for r in ROWS if r["arm"] == line.get_label()]
                assert np.allclose(line.get_xdata(), [r["day"] / 7 for r in mine])
                assert np.allclose(line.get_ydata(), [r[column] / 1000 for r in mine])


def test_intact_is_a_level_line_and_every_point_is_in_sight():
    for axis, column in zip(
        capacity_figure(ROWS, "title").axes, ("capacity_N", "service_N", "stiffness_N_per_mm"), strict=True
    ):
        (intact,) = (line for line in axis.get_lines() if line.get_label() == "intact")
        assert np.allclose(intact.get_ydata(), ROWS[0][column] / 1000)
        low, high = axis.get_ylim()
        assert low == 0
        assert high > max(r[column] for r in ROWS) / 1000
        assert axis.get_xlim()[1] > 28 / 7


def test_loads_within_the_axis_are_drawn_and_named():
    texts = [
        text.get_text()
        for text in capacity_figure(ROWS, "t", {"sit_to_stand": 850.0, "jump": 9e4}).axes[0].texts
    ]
    assert texts == ["sit to stand"]


def test_the_name_of_a_load_keeps_off_curves_close_above_it():
    texts = capacity_figure(ROWS, "t", {"free": 1000.0, "under_intact": 2450.0}).axes[0].texts
    assert [text.get_va() for text in texts] == ["bottom", "top"]


def test_tissue_of_every_arm_is_stacked_to_one_hundred_percent():
    (axis,) = tissue_figure(TISSUE, "title").axes
    assert axis.get_ylim() == (0, 100)
    assert len(axis.collections) == len(TISSUES)
    top = max(path.vertices[:, 1].max() for path in axis.collections[-1].get_paths())
    assert top == pytest.approx(100)


def test_every_tissue_of_the_table_has_a_colour():
    assert set(TISSUES) == set(TISSUE_TABLE.names) - {"arm", "day"}


@pytest.mark.parametrize("title", ["plain", "costs $5, not $6", r"$\notmath$", "<&>"])
def test_any_name_of_a_scenario_can_be_drawn(title, tmp_path):
    file = tmp_path / "f.svg"
    save_figure(capacity_figure(ROWS, title), file)
    ET.parse(file)


def test_a_curve_is_not_joined_across_the_injection():
    (axis, *_) = capacity_figure(ROWS, "title", injections={"b": 28}).axes
    (line,) = (line for line in axis.get_lines() if line.get_label() == "b (cement on day 28)")
    assert np.allclose(line.get_ydata(), [2.3, np.nan, 2.9], equal_nan=True)
