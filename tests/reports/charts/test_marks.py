"""Names of marked moments keep off curves and off each other."""

import re
import xml.etree.ElementTree as ET

from vertebra.reports.charts.axis import even_axis, week_axis
from vertebra.reports.charts.drawing import svg
from vertebra.reports.charts.marks import LETTER, ROW, draw_marks
from vertebra.reports.charts.panel import Line, Mark, Panel
from vertebra.reports.charts.plane import Plane


def panel(marks, values, about=""):
    weeks = [0.0, 1.0, 4.0, 12.0, 52.0]
    line = Line("a", "arm0", weeks, values)
    return Panel("Load [N]", "weeks", week_axis(52), even_axis([0, 100]), [line], marks=marks, about=about)


def drawn(marks, values, taken=()):
    """Box of every name, by the name."""
    plane = Plane(panel(marks, values), 40.0, 240.0, 30.0, 220.0)
    boxes = {}
    for each in draw_marks(plane, taken):
        element = ET.fromstring(each)
        if element.tag == "text":
            x, y = float(element.get("x")), float(element.get("y")) + 2.0
            boxes[element.text] = (x, y - ROW, x + LETTER * len(element.text), y)
    return plane, boxes


def covers(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_a_name_stands_low_where_the_curve_runs_high_and_high_where_it_runs_low():
    mark = [Mark("cement", 1.0, "arm0")]
    _, low = drawn(mark, [90.0] * 5)
    _, high = drawn(mark, [2.0] * 5)
    assert low["cement"][3] > 200.0
    assert high["cement"][3] < 205.0
    plane, _ = drawn(mark, [2.0] * 5)
    assert not high["cement"][1] < plane.y(2.0) < high["cement"][3]


def test_names_of_neighbours_do_not_cover_each_other():
    marks = [Mark(f"cement, arm {n}", 6.0 + 0.3 * n, f"arm{n}") for n in range(4)]
    _, boxes = drawn(marks, [50.0] * 5)
    names = list(boxes.values())
    assert len(names) == 4
    assert not any(covers(a, b) for i, a in enumerate(names) for b in names[:i])


def test_a_name_keeps_off_names_of_others():
    mark = [Mark("cement", 1.0, "arm0")]
    _, free = drawn(mark, [50.0] * 5)
    _, moved = drawn(mark, [50.0] * 5, [free["cement"]])
    assert not covers(free["cement"], moved["cement"])


def test_a_name_ends_within_the_panel_and_is_cut_where_there_is_no_room():
    plane, boxes = drawn([Mark("a name of a moment that is longer than its panel", 4.0, "arm0")], [50.0] * 5)
    ((words, box),) = boxes.items()
    assert words.endswith("\N{HORIZONTAL ELLIPSIS}")
    assert plane.left <= box[0] < box[2] <= plane.right


def test_the_second_line_of_a_title_is_cut_to_the_panel_and_whole_under_the_mouse():
    name = "an-arm-with-a-name-that-is-longer-than-any-panel-has-room-for-in-one-line"
    text = svg(panel([], [50.0] * 5, name), width=290, height=222)
    (shown,) = re.findall(r'class="label intact"[^>]*>([^<]*)<title>' + name, text)
    assert shown.endswith("\N{HORIZONTAL ELLIPSIS}")
    assert len(shown) < 42
