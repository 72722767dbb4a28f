"""Extrapolation to element size 0: manufactured series come back, others are told apart."""

import numpy as np
import pytest

from vertebra.studies.convergence.grid_convergence import MEANING, extrapolate

SIZE = np.array([3.1, 2.2, 1.5])


def series(size, value=2500.0, slope=12.0, order=1.7):
    return value + slope * np.asarray(size) ** order


@pytest.mark.parametrize("order", [0.6, 1.0, 1.7, 3.9])
@pytest.mark.parametrize("slope", [12.0, -12.0])
def test_value_and_order_of_a_power_are_recovered(order, slope):
    found = extrapolate(SIZE, series(SIZE, slope=slope, order=order), highest_order=4, noise=1e-12)
    assert found.verdict == "converging"
    assert found.value == pytest.approx(2500, rel=1e-8)
    assert found.order == pytest.approx(order, rel=1e-6)
    left = 12.0 * SIZE[-1] ** order
    assert found.uncertainty == pytest.approx(1.25 * left, rel=1e-5)  # grid convergence index
    np.testing.assert_allclose(found.at(SIZE), series(SIZE, slope=slope, order=order), rtol=1e-8)


def test_constant_ratio_gives_the_textbook_formulas():
    ratio, coarse, middle, fine = 2.0, 970.5, 971.0, 971.1
    found = extrapolate([4.0, 2.0, 1.0], [coarse, middle, fine], highest_order=4, noise=1e-9)
    order = np.log((coarse - middle) / (middle - fine)) / np.log(ratio)
    assert found.order == pytest.approx(order, rel=1e-5)
    assert found.value == pytest.approx(fine + (fine - middle) / (ratio**order - 1), rel=1e-9)


def test_more_sizes_are_fitted_and_their_scatter_counts():
    size = np.array([4.0, 3.0, 2.2, 1.6, 1.2])
    noise = np.array([1.0, -1.0, 1.0, -1.0, 1.0])
    clean = extrapolate(size, series(size), highest_order=4, noise=1e-12)
    noisy = extrapolate(size, series(size) + noise, highest_order=4, noise=1e-12)
    assert (clean.verdict, noisy.verdict) == ("converging", "converging")
    assert clean.value == pytest.approx(2500, rel=1e-8)
    assert abs(noisy.value - 2500) < noisy.uncertainty
    assert noisy.uncertainty > 1.25 * abs(noisy.value - noisy.at(1.2)) + 1.0


@pytest.mark.parametrize(
    ("size", "value"),
    [
        (SIZE, [100.0, 104.0, 101.0]),
        (SIZE, [100.0, 101.0, 104.0]),  # differences grow
        ([4.0, 3.0, 2.0, 1.5], [100.0, 104.0, 100.5, 103.5]),
    ],
)
def test_what_goes_no_one_way_has_no_order_and_three_times_the_range(size, value):
    found = extrapolate(size, value, highest_order=4)
    assert found.verdict == "not monotone"
    assert np.isnan(found.order)
    assert (found.value, found.uncertainty) == (value[-1], 3 * 4.0)
    assert found.at([1.0, 0.0]).tolist() == [value[-1]] * 2


def test_an_order_beyond_theory_is_not_believed():
    value = series(SIZE, slope=12.0, order=6.0)
    found = extrapolate(SIZE, value, highest_order=2)
    assert found.verdict == "fast"
    assert (found.order, found.order_used) == (pytest.approx(6), 2)
    assert found.uncertainty > 3 * abs(found.value - found.at(SIZE[-1]))
    assert found.uncertainty >= 1.25 * np.ptp(value)
    assert abs(found.value - 2500) < found.uncertainty


def test_a_coarse_mesh_that_is_no_part_of_the_series_does_not_deceive():
    size = np.array([3.2, 2.3, 1.6, 1.1])
    value = series(size, slope=40.0, order=1.0)
    found = extrapolate(size, value + np.array([120.0, 0.0, 0.0, 0.0]), highest_order=4)
    assert found.verdict == "fast"
    assert abs(found.value - 2500) < found.uncertainty


def test_a_slow_order_is_not_believed_either():
    value = series(SIZE, slope=-900.0, order=0.2)
    found = extrapolate(SIZE, value, highest_order=2)
    assert (found.verdict, found.order_used) == ("slow", 0.5)
    assert found.order == pytest.approx(0.2, rel=1e-4)
    assert abs(found.value - 2500) < found.uncertainty


def test_differences_within_the_tolerance_are_none():
    value = [1000.0, 1000.04, 999.98]
    found = extrapolate(SIZE, value, highest_order=4, noise=1e-4)
    assert (found.verdict, found.value) == ("settled", value[-1])
    assert found.uncertainty == pytest.approx(1e-4 * max(value))


def test_every_verdict_has_a_meaning():
    assert {"converging", "slow", "fast", "not monotone", "settled"} == {*MEANING}


@pytest.mark.parametrize("size", [[3.0, 2.0], [3.0, 3.0, 2.0], [1.0, 2.0, 3.0], [2.0, 1.0, 0.0]])
def test_sizes_that_cannot_be_extrapolated_are_refused(size):
    with pytest.raises(ValueError, match="three or more that decrease"):
        extrapolate(size, np.arange(len(size)), highest_order=4)
