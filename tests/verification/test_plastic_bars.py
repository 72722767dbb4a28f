"""Columns and parallel bars of elastic, perfectly plastic material.

A free column of length L carries E A u / L until sigma A, pressed or pulled (Timoshenko, Strength of Materials, part
II). Bars side by side between rigid faces share the displacement: F(u) = sum A min(E u / L, sigma), linear between the
yields. Stress is constant in each bar, so every mesh and every increment gives it to the tolerance of the equilibrium.
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.plasticity import Plasticity
from vertebra.meshes.shapes import box

SIZE = np.array([4.0, 3.0, 5.0])
E = 300.0
COMPRESSION, TENSION = 2.0, 1.5
YIELD = COMPRESSION / E * SIZE[2]  # shortening at yield


def column(order, sign=-1.0, divisions=(4, 2, 3)):
    """Box on a smooth floor; amplitude 1 moves its smooth upper face by 1 mm."""
    points, cells = box(SIZE, divisions, order)
    supports = np.full(points.shape, np.nan)
    for i in range(3):
        supports[points[:, i] == 0, i] = 0.0
    supports[points[:, 2] == SIZE[2], 2] = sign
    return points, cells, Plasticity(Elasticity(points, cells, supports))


@pytest.mark.parametrize(("sign", "strength"), [(-1.0, COMPRESSION), (1.0, TENSION)])
@pytest.mark.parametrize("order", [1, 2])
def test_column_carries_its_strength_times_its_area(order, sign, strength):
    _, _, test = column(order, sign)
    curve = test.test(E, 0.3, COMPRESSION, TENSION, largest=4 * YIELD, tolerance=1e-8)
    area = SIZE[0] * SIZE[1]
    expected = area * np.minimum(E * curve.amplitude / SIZE[2], strength)
    np.testing.assert_allclose(curve.force, expected, rtol=1e-7, atol=1e-7 * strength * area)
    assert curve.ultimate == pytest.approx(strength * area, rel=1e-7)
    assert curve.yielded[-1] == pytest.approx(1)


@pytest.mark.parametrize("order", [1, 2])
def test_bars_in_parallel_yield_one_after_the_other(order):
    points, cells, test = column(order)
    bar = (points[cells[:, :4]].mean(axis=1)[:, 0] // 1.0).astype(int)
    strength = np.array([0.5, 1.0, 2.0, 3.0])
    breaks = strength / E * SIZE[2]
    curve = test.test(
        E, 0.0, strength[bar], np.inf, largest=1.5 * breaks[-1], stations=breaks, tolerance=1e-8
    )

    def exact(u):
        return np.minimum(E * u[:, None] / SIZE[2], strength).sum(axis=1) * SIZE[1]

    np.testing.assert_allclose(curve.force, exact(curve.amplitude), rtol=1e-6, atol=1e-6)
    assert np.isin(breaks, curve.amplitude).all()
    assert curve.force_at(0.5 * (breaks[0] + breaks[1])) == pytest.approx(exact(breaks[:2]).mean(), rel=1e-6)
    assert curve.ultimate == pytest.approx(strength.sum() * SIZE[1], rel=1e-6)


def test_column_with_held_sides_flows_along_its_axis_only():
    """Elastic with M = E (1 - nu) / ((1 + nu) (1 - 2 nu)) at first; the side stress stays nu / (1 - nu) sigma_c."""
    points, cells = box(SIZE, (2, 2, 2), 1)
    supports = np.full(points.shape, np.nan)
    for i in range(3):
        supports[(points[:, i] == 0) | (points[:, i] == SIZE[i]), i] = 0.0
    supports[points[:, 2] == SIZE[2], 2] = -1.0
    curve = Plasticity(Elasticity(points, cells, supports)).test(
        E, 0.3, COMPRESSION, TENSION, largest=20 * YIELD, tolerance=1e-8
    )
    M = E * 0.7 / (1.3 * 0.4)
    area = SIZE[0] * SIZE[1]
    expected = area * np.minimum(M * curve.amplitude / SIZE[2], COMPRESSION)
    np.testing.assert_allclose(curve.force, expected, rtol=1e-7, atol=1e-6)
    side = 0.3 / 0.7 * COMPRESSION
    pressed = np.array([-side, -side, -COMPRESSION, 0, 0, 0])
    np.testing.assert_allclose(curve.stress, np.broadcast_to(pressed, curve.stress.shape), atol=1e-6)
