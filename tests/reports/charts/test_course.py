"""Curves over the weeks from the rows of a table."""

import xml.etree.ElementTree as ET

import pytest
from report_folder import INTACT, state

from vertebra.reports.charts.capacity import capacity_panels, height_panels
from vertebra.reports.charts.course import Arms, Event, band_columns, panels_of
from vertebra.reports.charts.drawing import svg, svg_file
from vertebra.reports.charts.healing import tissue_panels

ROWS = [
    INTACT,
    *(state("a", day, 1400.0 + 10 * day) for day in (0, 7, 14)),
    *(state("b", day, 1400.0 + 20 * day) for day in (0, 7, 14)),
]
ARMS = Arms(("a", "b"), {"b": 7.0})


def test_a_cemented_curve_begins_with_its_cement_where_another_arm_shows_the_days_before():
    (panel,) = panels_of(ROWS, "service_N", "Service load [N]", ARMS)
    first, second = panel.lines
    assert list(first.x) == [0, 1, 2]
    assert list(second.x) == [1, 2]
    assert list(second.y) == [1540, 1680]
    assert panel.levels[-1].value == 2000
    assert [(mark.label, mark.x) for mark in panel.marks] == [("cement", 1)]


def test_alone_it_shows_the_days_before_as_a_curve_of_their_own():
    rows = [row for row in ROWS if row["arm"] != "a"]
    (panel,) = panels_of(rows, "service_N", "Service load [N]", Arms(("b",), {"b": 7.0}))
    assert [list(line.x) for line in panel.lines] == [[0], [1, 2]]
    assert [line.label for line in panel.lines] == ["", "b"]


def test_many_arms_have_a_panel_each_with_the_others_behind():
    names = tuple(f"arm-{number}" for number in range(5))
    rows = [INTACT, *(state(arm, day, 1500.0) for arm in names for day in (0, 7))]
    panels = panels_of(rows, "service_N", "Service load [N]", Arms(names, {}))
    assert len(panels) == 5
    assert [line.style for line in panels[2].lines] == ["quiet"] * 4 + ["arm2"]


def test_bands_of_patients_come_before_brackets_of_the_mesh():
    assert band_columns("service_N", ["service_low_N", "service_high_N"]) == (
        "service_low_N",
        "service_high_N",
    )
    both = ["height_low_mm", "height_high_mm", "height_p10_mm", "height_p90_mm"]
    assert band_columns("height_mm", both) == ("height_p10_mm", "height_p90_mm")
    assert band_columns("service_N", ["service_low_N"]) is None


def test_a_column_that_is_empty_everywhere_gives_no_panel():
    assert panels_of(ROWS, "ultimate_N", "Ultimate [N]", ARMS) == []
    assert panels_of(ROWS, "no_such_column", "?", ARMS) == []


def test_events_are_marked_on_their_arm():
    arms = Arms(("a", "b"), {}, (Event("b", 14.0, "new fracture"),))
    (panel,) = panels_of(ROWS, "service_N", "Service load [N]", arms)
    assert [(mark.label, mark.x, mark.style) for mark in panel.marks] == [("new fracture", 2, "arm1")]


def test_forces_share_their_axis():
    service, capacity, stiffness = capacity_panels(ROWS, ARMS, {"standing": 1600.0})
    assert (service.y.low, service.y.high) == (capacity.y.low, capacity.y.high)
    assert [level.label for level in service.levels] == ["standing", "intact"]
    assert stiffness.y.high != service.y.high


def test_heights_that_a_table_brings_are_drawn():
    rows = [row | {"mobility_mm": 1.0} for row in ROWS]
    titles = [panel.title for panel in height_panels(rows, [], ARMS)]
    assert titles == ["Mean height [mm]", "Motion between lying and standing [mm]"]


def test_tissues_fill_the_panel_and_cement_comes_at_once():
    shares = {
        "granulation": 0.6,
        "fibrous": 0,
        "cartilage": 0,
        "woven": 0.4,
        "remodelled": 0,
        "host": 0,
        "cement": 0,
    }
    rows = [{"arm": "b", "day": day, **shares} for day in (0, 7)]
    rows[1] |= {"granulation": 0.3, "cement": 0.3}
    (panel,) = tissue_panels(rows, ARMS)
    assert list(panel.stacks[-1].high) == pytest.approx([100, 100, 100])
    cement = next(each for each in panel.stacks if each.style == "tissue-cement")
    assert list(cement.x) == [0, 1, 1]
    assert [high - low for low, high in zip(cement.low, cement.high, strict=True)] == pytest.approx(
        [0, 0, 30]
    )


def test_drawings_are_xml_with_every_point_where_its_axis_says():
    (panel,) = panels_of(ROWS, "service_N", "Service load [N]", ARMS)
    root = ET.fromstring(svg(panel))
    dots = [each for each in root.iter() if each.get("class") == "dot arm0"]
    assert len(dots) == 3
    titles = [dot[0].text for dot in dots]
    assert titles[0].startswith("a: 1400 at 0")
    whole = ET.fromstring(svg_file([panel, panel]))
    assert sum(each.get("class") == "chart" for each in whole) == 2


def test_a_fracture_that_never_unites_is_a_dashed_branch_from_its_cement_on():
    never = [{"arm": arm, "day": day, "service_N": 1300.0 - day} for arm in ("a", "b") for day in (0, 7, 14)]
    (panel,) = panels_of(ROWS, "service_N", "Service load [N]", ARMS, branches=never)
    dashed = [line for line in panel.lines if line.dash]
    assert [(line.style, list(line.x), list(line.y)) for line in dashed] == [
        ("arm0", [0, 1, 2], [1300, 1293, 1286]),
        ("arm1", [1, 2], [1293, 1286]),
    ]
