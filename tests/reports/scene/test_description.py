"""Ends of colours that are easy to read."""

import numpy as np
import pytest

from vertebra.reports.scene.description import round_end


@pytest.mark.parametrize("value", [*np.geomspace(2e-4, 3e4, 41).tolist(), 1.0, 2.0, 10.0, 0.1])
def test_an_end_lies_outside_by_a_third_at_most_and_its_quarters_have_three_digits(value):
    end = round_end(value, up=True)
    assert value * (1 - 1e-8) <= end <= 1.36 * value
    for quarter in (0.25, 0.5, 0.75, 1.0):
        assert float(f"{quarter * end:.3g}") == pytest.approx(quarter * end, rel=1e-12)
    assert round_end(-value, up=True) == -end
    assert value / 1.36 <= round_end(value, up=False) <= value * (1 + 1e-8)


def test_zero_stays_where_it_is():
    assert round_end(0.0, up=True) == 0.0
