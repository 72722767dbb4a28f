"""Curves of the elastic-plastic tests."""

import pytest

from vertebra.reports.figures.virtual_test import virtual_test_figure

STRAINS, FORCES = (0.0, 1.0, 5.0), (0.0, 2000.0, 2500.0)
TESTED = (("a", 7), ("a", 365), ("4", 0))
CURVES = [
    {
        "arm": arm,
        "day": day,
        "displacement_mm": 0.2 * strain,
        "strain_percent": strain,
        "force_N": force + day,
    }
    for arm, day in TESTED
    for strain, force in zip(STRAINS, FORCES, strict=True)
]
ROWS = [{"arm": arm, "day": day, "capacity_N": 3000.0 + day} for arm, day in (*TESTED, ("a", 0))]


def test_every_test_is_a_curve_with_its_capacity_in_the_same_colour():
    (axis,) = virtual_test_figure(CURVES, ROWS).axes
    lines = axis.get_lines()
    curves = {line.get_label(): line for line in lines if "day" in str(line.get_label())}
    assert list(curves) == ["a, day 7", "a, day 365", "4, day 0"]
    colours = set()
    for (_, day), line in zip(TESTED, curves.values(), strict=True):
        assert line.get_xdata() == pytest.approx(STRAINS)
        assert line.get_ydata() == pytest.approx([(force + day) / 1000 for force in FORCES])
        (level,) = (other for other in lines if other.get_color() == line.get_color() and other is not line)
        assert level.get_ydata() == pytest.approx([(3000.0 + day) / 1000] * 2)
        colours.add(line.get_color())
    assert len(colours) == len(TESTED)
    assert axis.get_ylim()[1] > 3.365
    assert "[%]" in axis.get_xlabel()
    assert "[kN]" in axis.get_ylabel()
