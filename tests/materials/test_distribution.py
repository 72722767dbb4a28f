"""Density inside a vertebral body, after Banse 2001."""

import numpy as np
import pytest

from vertebra.materials.distribution import regional_factor
from vertebra.materials.table import value

GRID = np.stack(np.meshgrid(*[np.linspace(-0.975, 0.975, 40)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
FACTOR = regional_factor(GRID, np.ones(len(GRID)))


def test_the_mean_is_kept():
    assert FACTOR.mean() == pytest.approx(1, abs=1e-12)
    weight = 1.5 + GRID[:, 1]
    assert np.average(regional_factor(GRID, weight), weights=weight) == pytest.approx(1, abs=1e-12)


def test_cores_behind_are_denser_by_a_fifth():
    back, front = (FACTOR[np.abs(GRID[:, 1] - y) < 0.03].mean() for y in (-0.5, 0.5))
    assert back / front == pytest.approx(value("density", "regional.posterior_per_anterior"), rel=0.01)


def test_the_lower_half_is_less_dense_by_a_fifth():
    lower, upper = FACTOR[GRID[:, 2] < 0].mean(), FACTOR[GRID[:, 2] > 0].mean()
    assert lower / upper == pytest.approx(value("density", "regional.lower_per_upper"), rel=0.01)


def test_no_side_is_preferred_and_the_border_counts_beyond_it():
    mirrored = regional_factor(GRID * [-1, 1, 1], np.ones(len(GRID)))
    assert mirrored == pytest.approx(FACTOR)
    inside_and_out = np.array([[0, 1.0, -1.0], [0, 5.0, -3.0], [0, 0, 0]])
    first, second, _ = regional_factor(inside_and_out, np.array([0.0, 0.0, 1.0]))
    assert first == second < 1
