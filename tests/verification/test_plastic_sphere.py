"""Limit pressure of a thick-walled sphere under inner pressure; theory in `checks/plastic.py`.

First yield is at the Lamé pressure sigma_t 2 (b^3 - a^3) / (2 a^3 + b^3).
"""

import numpy as np
import pytest

from vertebra.checks.theory.plastic import INNER, OUTER, inflate_sphere


@pytest.mark.parametrize(("order", "divisions", "tolerance"), [(1, 6, 0.03), (2, 3, 0.02)])
def test_limit_pressure(order, divisions, tolerance):
    pressure, curve = inflate_sphere(order, divisions, tension=1.0)
    assert pressure.max() == pytest.approx((OUTER / INNER) ** 2 - 1, rel=tolerance)
    first = 2 * (OUTER**3 - INNER**3) / (2 * INNER**3 + OUTER**3)
    assert np.all(curve.yielded[pressure < 0.85 * first] == 0)
    assert np.all(curve.yielded[pressure > 1.15 * first] > 0)
