"""Superposition of platen modes to unit axial force."""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.systems.platens import platen_supports, resultant
from vertebra.meshes.shapes import box
from vertebra.models.response.unit_force import UnitForce, cell_means


@pytest.mark.parametrize("modes", [("axial",), ("axial", "flexion", "lateral")])
def test_a_column_carries_one_newton_and_no_moment_where_it_may_turn(modes):
    points, cells = box((10, 8, 20), (3, 3, 4), 1)
    lower, upper = np.flatnonzero(points[:, 2] == 0), np.flatnonzero(points[:, 2] == 20)
    pivot = np.array([6.0, 4.0, 20.0])  # off the axis: a fixed platen takes a moment there
    young = np.where(points[cells[:, :4], 0].mean(axis=1) > 5, 300.0, 100.0)
    supports = platen_supports(points, lower, upper, modes=modes, pivot=pivot)
    unit = UnitForce.of(Elasticity(points, cells, supports).solve(young, 0.3))
    force, moment = resultant(points, unit.reaction, upper, pivot)
    assert force[2] == pytest.approx(-1, rel=1e-7)
    if len(modes) > 1:
        assert np.abs(moment[:2]).max() < 1e-6
    else:
        assert np.abs(moment[:2]).max() > 0.1
    assert unit.displacement[upper, 2].mean() == pytest.approx(
        -1 / unit.stiffness, rel=1e-6 if len(modes) == 1 else 0.2
    )


def test_means_of_cells_weigh_points_by_their_volume():
    rng = np.random.default_rng(0)
    values, volume = rng.normal(size=(5, 4, 6)), rng.uniform(0.1, 1, size=(5, 4))
    means = cell_means(values, volume)
    for cell in range(5):
        expected = sum(volume[cell, q] * values[cell, q] for q in range(4)) / volume[cell].sum()
        assert means[cell] == pytest.approx(expected)
