"""Curves of axial force against bending moment."""

import numpy as np
import pytest

from vertebra.reports.figures.interaction import PANELS, interaction_figure


def row(arm, day, bending, angle, method="sections"):
    """A point of a quarter of an ellipse, 2 kN by 20 N m."""
    moment = 20 * np.sin(angle)
    moments = {"flexion_moment_Nm": 0.0, "lateral_moment_Nm": 0.0, f"{bending}_moment_Nm": moment}
    return {
        "arm": arm,
        "day": day,
        "bending": bending,
        "method": method,
        "axial_force_N": 2000 * np.cos(angle),
    } | moments


ANGLES = np.linspace(-np.pi / 2, np.pi / 2, 9)
STATES = [("intact", 0), ("a", 0), ("a", 42)]
ROWS = [row(arm, day, bending, angle) for arm, day in STATES for bending in PANELS for angle in ANGLES]


def test_every_state_has_a_curve_in_both_panels_in_newton_metres_and_kilonewtons():
    figure = interaction_figure(ROWS)
    for axis, (bending, label) in zip(figure.axes, PANELS.items(), strict=True):
        curves = [line for line in axis.lines if len(line.get_xdata()) == len(ANGLES)]
        assert len(curves) == len(STATES)
        for curve in curves:
            np.testing.assert_allclose(curve.get_xdata(), 20 * np.sin(ANGLES))
            np.testing.assert_allclose(curve.get_ydata(), 2 * np.cos(ANGLES), atol=1e-12)
        assert "[N m]" in label
        assert axis.get_xlabel() == label, bending
    assert figure.axes[0].get_ylabel() == "axial force [kN]"
    shown = {
        (line.get_color(), line.get_linestyle())
        for line in figure.axes[0].lines
        if len(line.get_xdata()) == 9
    }
    assert len(shown) == len(STATES), "arms differ by colour, days by dashes"


@pytest.mark.parametrize("tested", [False, True])
def test_legend_names_the_states_and_the_tests_where_there_are_any(tested):
    rows = [*ROWS, row("a", 0, "flexion", 0.0, "test")] if tested else ROWS
    (legend,) = interaction_figure(rows).legends
    named = [text.get_text() for text in legend.get_texts()]
    assert named[: len(STATES)] == ["intact, day 0", "a, day 0", "a, day 42"]
    assert ("elastic-plastic test" in named) == tested
