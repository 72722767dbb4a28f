"""Patients who stand for all, and percentiles over them."""

import numpy as np
import pytest

from vertebra.courses.bands.patients import SHARES, paces, percentiles, representatives, vessel_times
from vertebra.materials.table import value


def test_paces_have_the_spread_of_the_cohort():
    patients = representatives()
    assert patients.weight.sum() == pytest.approx(1)
    logs = np.log(patients.pace)
    assert np.sqrt(patients.weight @ logs**2) == pytest.approx(value("cohort", "tempo"), rel=0.02)
    assert paces([0.5]) == pytest.approx([1])
    assert np.log(paces(SHARES)) == pytest.approx([-1.2816 * 0.5, 1.2816 * 0.5], rel=1e-3)


def test_times_of_vessels_have_the_spread_of_the_cohort():
    times, weights = vessel_times()
    assert np.sqrt(weights @ np.log(times) ** 2) == pytest.approx(value("cohort", "vessel_time"))
    assert times[len(times) // 2] == pytest.approx(1)


def test_percentiles_of_a_monotone_function_are_its_values_at_the_percentiles():
    patients = representatives()
    values = np.log(patients.pace)[:, None] * [1.0, -2.0]
    found = percentiles(values, patients.weight)
    expected = np.log(paces(SHARES))
    np.testing.assert_allclose(found[:, 0], expected, rtol=0.01)
    np.testing.assert_allclose(found[:, 1], -2 * expected[::-1], rtol=0.01)


def test_percentiles_are_weighted_as_if_patients_were_repeated():
    rng = np.random.default_rng(3)
    values, counts = rng.normal(size=(60, 2)), rng.integers(1, 40, 60)
    found = percentiles(values, counts / counts.sum())
    expected = np.quantile(np.repeat(values, counts, axis=0), SHARES, axis=0)
    np.testing.assert_allclose(found, expected, atol=0.15)
