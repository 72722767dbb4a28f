"""The figure of loads over capacity."""

import pytest

from vertebra.reports.figures.load_ratio import load_ratio_figure

INTACT = {"heavy": 0.9, "light": 0.2}


def visit(arm, week, ratio, basis="computed"):
    scaled = {f"{name}_to_strength": ratio * share for name, share in (("light", 0.5), ("heavy", 2.0))}
    return {"arm": arm, "week": week, "basis": basis, "daily_load_to_strength": ratio, **scaled}


ROWS = [
    visit("a", 0.0, 0.6),
    visit("a", 52.0, 0.45, "interpolated"),
    visit("b", 0.0, 0.6),
    visit("b", 52.0, 3.0),
]


def words(axis):
    return [text.get_text() for text in axis.texts]


@pytest.fixture(scope="module")
def figure():
    return load_ratio_figure(ROWS, INTACT, 1.0, {"b": 7})


def test_each_arm_has_its_panel_and_its_weeks(figure):
    first, second, bar = figure.axes
    assert (first.get_title(), second.get_title()) == ("a", "b\ncement on day 7")
    assert [label.get_text() for label in first.get_xticklabels()] == ["intact", "0", "52*"]
    assert [label.get_text() for label in first.get_yticklabels()] == ["daily load", "light", "heavy"]
    assert bar.get_ylabel() == "load / capacity [-]\nwhite: limit 1"


def test_every_cell_shows_its_number_lightest_activity_first(figure):
    assert words(figure.axes[0]) == ["0.60", "0.45", "0.20", "0.30", "0.23", "0.90", "1.20", "0.90"]


def test_numbers_from_the_limit_on_are_bold(figure):
    weights = {text.get_text(): text.get_fontweight() for axis in figure.axes[:2] for text in axis.texts}
    assert {word for word, weight in weights.items() if weight == "bold"} == {"1.20", "3.00", "1.50", "6.00"}


def test_numbers_stand_out_from_their_cells(figure):
    colour = {text.get_text(): text.get_color() for axis in figure.axes[:2] for text in axis.texts}
    assert (colour["0.20"], colour["0.90"], colour["6.00"]) == ("white", "black", "white")


def test_the_limit_is_white():
    limited = load_ratio_figure(ROWS, INTACT, 0.5)
    image = limited.axes[0].images[0]
    red, green, blue, _ = image.cmap(image.norm(0.5))
    assert min(red, green, blue) > 0.95


def test_many_arms_take_several_rows():
    rows = [visit(str(i), 0.0, 0.5) for i in range(5)]
    shown = [axis for axis in load_ratio_figure(rows, INTACT, 1.0).axes if axis.get_visible()]
    assert len(shown) == 5 + 1
