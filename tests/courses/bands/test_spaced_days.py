"""Days on which patients are solved, and ratios between them."""

import itertools

import numpy as np
import pytest

from vertebra.courses.bands.spaced_days import between_days, spaced

MAIN = [0, 3, 7, 14, 21, 28, 42, 56, 84, 126, 182, 365]


@pytest.mark.parametrize("days", [MAIN, [7, 14, 365], list(range(0, 731, 7))])
@pytest.mark.parametrize("widest", [1.3, 1.5, 2.0])
def test_no_two_days_are_farther_apart_than_allowed_unless_none_lies_between(days, widest):
    kept = spaced(days, widest)
    assert kept[0] == days[0]
    assert kept[-1] == days[-1]
    for low, high in itertools.pairwise(kept):
        between = [day for day in days if low < day < high]
        assert (high + 28) / (low + 28) <= widest or not between


def test_dense_days_are_thinned_and_few_days_are_kept():
    assert len(spaced(list(range(0, 731, 7)), 1.5)) < 0.15 * 105
    assert spaced([0, 56], 1.5) == [0, 56]
    assert spaced([14], 1.5) == [14]


def test_ratios_are_exact_on_known_days_and_smooth_between():
    known = np.array(spaced(MAIN, 1.5))

    def ratio(days):
        return 1 + 0.4 * np.exp(-0.5 * (np.log((days + 28) / 70) / 0.35) ** 2)  # a patient who heals sooner

    found = between_days(known, ratio(known), np.array(MAIN))
    np.testing.assert_allclose(found[np.isin(MAIN, known)], ratio(known), rtol=1e-12)
    np.testing.assert_allclose(found, ratio(np.array(MAIN)), rtol=1e-2)


def test_one_day_gives_its_ratio():
    np.testing.assert_allclose(between_days(np.array([7]), np.array([1.2]), np.array([7])), [1.2])
