"""Uneven density: means, ends and middles of the fields."""

import numpy as np
import pytest

from vertebra.checks.cohort.density_field import KINDS, density_factor

GRID = np.stack(np.meshgrid(*[np.linspace(-1, 1, 9)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
VOLUME = np.random.default_rng(1).uniform(0.5, 2, len(GRID))


def at(factor, *place):
    return factor[np.argmin(np.abs(GRID - place).sum(axis=1))]


@pytest.mark.parametrize("kind", KINDS)
def test_the_mean_stays(kind):
    factor = density_factor(GRID, VOLUME, kind, 0.2, 5)
    assert np.average(factor, weights=VOLUME) == pytest.approx(1, rel=1e-12)
    assert 0.3 < factor.min() <= 1 <= factor.max() < 1.8


def test_the_axial_field_rises_upwards_and_the_sagittal_one_backwards():
    axial, sagittal = (density_factor(GRID, VOLUME, kind, 0.2, 0) for kind in ("axial", "sagittal"))
    assert at(axial, 0, 0, 1) / at(axial, 0, 0, -1) == pytest.approx(1.2 / 0.8)
    assert at(sagittal, 0, -1, 0) / at(sagittal, 0, 1, 0) == pytest.approx(1.2 / 0.8)


def test_the_soft_centre_is_softer_by_its_amplitude():
    factor = density_factor(GRID, VOLUME, "soft_centre", 0.25, 0)
    assert at(factor, 0, 0, 0) / at(factor, 1, 1, 1) == pytest.approx(0.75, rel=0.01)


def test_smooth_fields_have_the_asked_spread_over_many_seeds_and_repeat():
    fields = [density_factor(GRID, VOLUME, "smooth", 0.15, seed) for seed in range(200)]
    assert np.mean([field.std() for field in fields]) == pytest.approx(0.15, rel=0.15)
    np.testing.assert_array_equal(fields[3], density_factor(GRID, VOLUME, "smooth", 0.15, 3))


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="'rough': expected one of even, axial"):
        density_factor(GRID, VOLUME, "rough", 0.1, 0)
