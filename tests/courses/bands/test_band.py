"""Bands of a course, and what carries them where a vertebra collapses."""

import numpy as np
import pytest

from vertebra.courses.bands.band import BAND_COLUMNS, Between, band, band_name
from vertebra.courses.bands.patients import SHARES, paces
from vertebra.courses.bands.tabulated import COLUMNS
from vertebra.records.columns import CAPACITY

DAYS = np.array([0, 14, 42, 182])


def curve(pace):
    """Some curve that rises with time over pace."""
    return {name: 1000 * (2 - np.exp(-DAYS / (60 * pace))) for name in COLUMNS}


def stretched(pace, vessel_time):
    del vessel_time
    rows = [curve(each) for each in pace]
    return {name: np.array([row[name] for row in rows]) for name in COLUMNS}


def test_names_of_bands_are_columns_of_the_table():
    assert band_name("stiffness_N_per_mm", "p90") == "stiffness_p90_N_per_mm"
    assert set(BAND_COLUMNS) < set(CAPACITY.names)


def test_ends_of_a_band_are_the_slow_and_the_fast_patient():
    fast, slow = (curve(pace) for pace in paces(SHARES))
    found = band(stretched, DAYS)
    assert [row["capacity_p10_N"] for row in found] == pytest.approx(slow["capacity_N"], rel=2e-3)
    assert [row["capacity_p90_N"] for row in found] == pytest.approx(fast["capacity_N"], rel=2e-3)


def test_three_followed_courses_give_the_same_band():
    three = np.array([*paces([SHARES[0], 0.5, SHARES[1]])])
    between = Between(three, [curve(pace) for pace in three])
    for found, expected in zip(band(between, DAYS), band(stretched, DAYS), strict=True):
        for name in BAND_COLUMNS:
            assert found[name] == pytest.approx(expected[name], rel=5e-3)


def test_a_known_course_comes_back():
    three = np.array([0.5, 1.0, 2.0])
    between = Between(three, [curve(pace) for pace in three])
    found = between(three, np.ones(3))["service_N"]
    np.testing.assert_allclose(found, [curve(pace)["service_N"] for pace in three])


@pytest.mark.parametrize("pace", [[1.0], [1.0, 0.5], [1.0, 1.0]])
def test_courses_that_make_no_band_are_refused(pace):
    with pytest.raises(ValueError, match="expected at least two paces that increase"):
        Between(np.array(pace), [curve(each) for each in pace])
