"""Limit pressure of a thick-walled sphere under inner pressure, with a box of principal stresses.

Where the hoop stress is sigma_t, equilibrium d(sigma_r)/dr = 2 (sigma_t - sigma_r) / r gives with a free outer face
sigma_r = sigma_t (1 - (b/r)^2); the wall is used up from inside out, and the limit pressure is
p = sigma_t ((b/a)^2 - 1), as long as it stays below the compressive strength. (The box in place of Tresca's law in
Hill, The Mathematical Theory of Plasticity, chapter V.) First yield is at the Lamé pressure
sigma_t 2 (b^3 - a^3) / (2 a^3 + b^3).
"""

import numpy as np
import pytest
from hollow_octant import hollow_octant

from vertebra.fem import Elasticity
from vertebra.fem.plasticity import Plasticity

A, B, E, NU = 10.0, 20.0, 300.0, 0.3
TENSION = 1.0
COMPRESSION = 5.0 * TENSION
LIMIT = TENSION * ((B / A) ** 2 - 1)


@pytest.mark.parametrize(("order", "divisions", "tolerance"), [(1, 6, 0.03), (2, 3, 0.02)])
def test_limit_pressure(order, divisions, tolerance):
    points, cells, radius = hollow_octant(np.linspace(A, B, divisions + 1), divisions, order)
    inner = np.isclose(radius, A)
    supports = np.full(points.shape, np.nan)
    supports[np.isclose(points, 0)] = 0.0
    supports[inner] = points[inner] / A  # 1 mm outwards
    limit_area = 4 * np.pi * A**2 / 8
    curve = Plasticity(Elasticity(points, cells, supports)).test(
        E, NU, COMPRESSION, TENSION, largest=0.4, tolerance=1e-3
    )
    pressure = curve.force / limit_area
    assert curve.ultimate / limit_area == pytest.approx(LIMIT, rel=tolerance)
    first = 2 * TENSION * (B**3 - A**3) / (2 * A**3 + B**3)
    assert np.all(curve.yielded[pressure < 0.85 * first] == 0)
    assert np.all(curve.yielded[pressure > 1.15 * first] > 0)
