"""Times read from a healing curve."""

import numpy as np
import pytest

from vertebra.materials.healing.laws.law import DailyLoad, healing_times


def test_times_of_an_exponential_gain():
    day = np.linspace(0, 400, 4001)
    times = healing_times(day, 50 + 200 * (1 - np.exp(-day / 20)))
    np.testing.assert_allclose(times, [20 * np.log(2), 20 * np.log(5), 20 * np.log(20)], rtol=1e-4)


def test_linear_between_the_given_days():
    assert healing_times([0, 10, 30], [100, 100, 200], gains=(0.5,)) == pytest.approx((20,))


def test_first_crossing_counts():
    assert healing_times([0, 10, 20, 30], [0, 1, 0.2, 1], gains=(0.5,)) == pytest.approx((5,))


def test_no_gain_has_no_time():
    assert np.isnan(healing_times([0, 10], [100, 100])).all()


def test_load_of_another_mesh_is_refused():
    with pytest.raises(ValueError, match="as young has 3 elements"):
        DailyLoad(np.zeros((2, 6)), np.zeros(3), np.ones(3))
