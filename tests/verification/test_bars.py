"""Bars in series and parallel: springs of stiffness E A / L, free lateral contraction (nu = 0).

series: 1/k = sum L_i / (E_i A);  parallel: k = sum E_i A_i / L.
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.meshes.shapes import box


def stiffness(points, cells, young):
    """Axial stiffness between rollers: z prescribed at both ends, x and y held at single nodes."""
    supports = np.full(points.shape, np.nan)
    supports[points[:, 2] == 0, 2] = 0
    supports[points[:, 2] == points[:, 2].max(), 2] = -0.5
    supports[(points == 0).all(axis=1), :2] = 0
    supports[(points[:, 1:] == 0).all(axis=1) & (points[:, 0] == points[:, 0].max()), 1] = 0
    return Elasticity(points, cells, supports).solve(young, 0.0, tolerance=1e-11).energy / 0.5**2


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("n", [4, 8])
def test_bars_in_series_do_not_depend_on_count(order, n):
    points, cells = box((2.0, 3.0, 8.0), (1, 1, n), order)
    young = np.where(points[cells].mean(axis=1)[:, 2] < 2, 50.0, 8000.0)
    assert stiffness(points, cells, young) == pytest.approx(6.0 / (2.0 / 50.0 + 6.0 / 8000.0), rel=1e-8)


@pytest.mark.parametrize("order", [1, 2])
def test_bars_in_parallel(order):
    points, cells = box((2.0, 3.0, 8.0), (4, 2, 3), order)
    young = np.where(points[cells].mean(axis=1)[:, 0] < 0.5, 8000.0, 50.0)
    assert stiffness(points, cells, young) == pytest.approx((0.5 * 8000 + 1.5 * 50) * 3.0 / 8.0, rel=1e-8)
