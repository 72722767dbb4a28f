"""Axes of charts."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertebra.reports.charts.axis import even_axis, near_axis, tick_text, week_axis

numbers = st.lists(st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-3), min_size=1, max_size=8)


@given(numbers)
def test_every_value_lies_on_the_axis_and_its_ends_are_ticks(values):
    axis = even_axis(values)
    assert axis.low <= min(values) <= max(values) <= axis.high
    assert axis.low <= 0 <= axis.high
    assert axis.ticks[0] == pytest.approx(axis.low)
    assert axis.ticks[-1] == pytest.approx(axis.high)
    assert 2 <= len(axis.ticks) <= 8


@given(numbers.map(lambda values: [abs(value) for value in values]))
def test_only_values_that_lie_close_together_leave_zero(values):
    axis = near_axis(values)
    assert axis.low <= min(values) <= max(values) <= axis.high * (1 + 1e-9)
    if min(values) < 0.5 * max(values):
        assert axis.low == 0


def test_weeks_are_even_in_the_square_root():
    axis = week_axis(52.0)
    assert axis.share(0) == 0
    assert axis.share(13) == pytest.approx(0.5)
    assert axis.share(52) == 1
    assert axis.ticks == (0, 1, 2, 4, 8, 12, 18, 26, 52)


def test_ticks_are_as_short_as_they_can_be():
    assert [tick_text(value) for value in (2500.0, 0.5, -0.0, 1e-14)] == ["2500", "0.5", "0", "0"]
    assert not math.isnan(even_axis([0.0, 0.0]).share(0.0))
