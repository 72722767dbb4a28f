"""Columns and parallel bars of elastic, perfectly plastic material.

A free column of length L carries E A u / L until sigma A, pressed or pulled (Timoshenko, Strength of Materials, part
II). Bars side by side between rigid faces share the displacement: F(u) = sum A min(E u / L, sigma), linear between the
yields. Stress is constant in each bar, so every mesh and every increment gives it to the tolerance of the equilibrium.
"""

import numpy as np
import pytest

from vertebra.checks.theory.plastic import (
    BARS,
    BREAKS,
    COMPRESSION,
    SIZE,
    TENSION,
    YIELD,
    E,
    bars_in_parallel,
    column,
)
from vertebra.fem import Elasticity
from vertebra.fem.plasticity.pressing import Plasticity, Way
from vertebra.meshes.shapes import box


@pytest.mark.parametrize(("sign", "strength"), [(-1.0, COMPRESSION), (1.0, TENSION)])
@pytest.mark.parametrize("order", [1, 2])
def test_column_carries_its_strength_times_its_area(order, sign, strength):
    _, _, test = column(order, sign)
    curve = test.test(E, 0.3, COMPRESSION, TENSION, Way(largest=4 * YIELD), tolerance=1e-8)
    area = SIZE[0] * SIZE[1]
    expected = area * np.minimum(E * curve.amplitude / SIZE[2], strength)
    np.testing.assert_allclose(curve.force, expected, rtol=1e-7, atol=1e-7 * strength * area)
    assert curve.ultimate == pytest.approx(strength * area, rel=1e-7)
    assert curve.yielded[-1] == pytest.approx(1)


@pytest.mark.parametrize("order", [1, 2])
def test_bars_in_parallel_yield_one_after_the_other(order):
    curve, strength, breaks = bars_in_parallel(order), BARS, BREAKS

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
        E, 0.3, COMPRESSION, TENSION, Way(largest=20 * YIELD), tolerance=1e-8
    )
    M = E * 0.7 / (1.3 * 0.4)
    area = SIZE[0] * SIZE[1]
    expected = area * np.minimum(M * curve.amplitude / SIZE[2], COMPRESSION)
    np.testing.assert_allclose(curve.force, expected, rtol=1e-7, atol=1e-6)
    side = 0.3 / 0.7 * COMPRESSION
    pressed = np.array([-side, -side, -COMPRESSION, 0, 0, 0])
    np.testing.assert_allclose(curve.stress, np.broadcast_to(pressed, curve.stress.shape), atol=1e-6)
