"""Curves of healing."""

import numpy as np
import pytest

from vertebra.records.columns import HEALING
from vertebra.reports.figures.healing import PANELS, healing_figure

ROWS = [
    {"arm": arm, "day": day}
    | {column: (number + 1) * 0.1 * (1 + day / 365) for number, column in enumerate(HEALING.names[2:])}
    for arm in ("a", "b")
    for day in (0, 7, 365)
]


def test_every_panel_shows_its_column_with_its_unit():
    figure = healing_figure(ROWS, "title", {"b": 7})
    for axis, (column, scale, label) in zip(figure.axes[:-1], PANELS, strict=True):
        assert "[" in axis.get_title()
        assert axis.get_title() == label
        lines = {line.get_label(): line for line in axis.get_lines()}
        values = [scale * row[column] for row in ROWS if row["arm"] == "a"]
        assert lines["a"].get_ydata() == pytest.approx(values)
        jump = lines["b (cement on day 7)"].get_ydata()
        assert np.isnan(jump[1])
        assert np.delete(jump, 1) == pytest.approx(values)


def test_days_without_a_value_are_left_out():
    rows = [row | ({"bridged_share": ""} if row["day"] == 7 else {}) for row in ROWS]
    axis = healing_figure(rows, "title").axes[4]
    assert len(axis.get_lines()[0].get_xdata()) == 2
