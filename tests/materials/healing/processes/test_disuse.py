"""Bone lost in bed."""

import numpy as np
import pytest

from vertebra.materials.healing.processes.disuse import density_after_rest
from vertebra.materials.table import value

LOSS, REGAIN = value("disuse", "loss"), value("disuse", "regain")


def test_without_rest_nothing_is_lost():
    assert density_after_rest(365.0, ()) == 1


def test_four_weeks_in_bed_cost_what_is_published_and_come_back_in_four_months():
    rest = ((0.0, 28.0),)
    assert density_after_rest(28.0, rest) == pytest.approx(1 - 4 * LOSS)
    assert 1 - density_after_rest(28.0 + 120.0, rest) == pytest.approx(0.1 * 4 * LOSS, rel=0.02)


def test_density_is_continuous_and_later_rest_adds_up():
    rest = ((0.0, 10.0), (60.0, 70.0))
    days = np.linspace(0, 200, 4001)
    density = np.array([density_after_rest(day, rest) for day in days])
    assert np.abs(np.diff(density)).max() < 1e-3
    left = LOSS * 10 / 7 * np.exp(-50 / REGAIN)
    assert density_after_rest(70.0, rest) == pytest.approx(1 - left - LOSS * 10 / 7)


def test_rest_without_end_goes_on_and_never_below_nothing():
    forever = ((0.0, float("inf")),)
    assert density_after_rest(70.0, forever) == pytest.approx(1 - 10 * LOSS)
    assert density_after_rest(3650.0, forever) == 0  # factors hold the product of all densities above this
