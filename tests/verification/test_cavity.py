"""Spherical cavity in a large body under remote uniaxial stress along z; theory in `checks/inclusions.py`."""

import pytest

from vertebra.checks.theory.inclusions import equatorial, nu, pull_cavity

E = 1000.0


def test_formula_gives_the_known_concentration():
    assert equatorial(1.0) == pytest.approx((27 - 15 * nu) / (2 * (7 - 5 * nu)))
    assert equatorial(1.0) == pytest.approx(2.045, abs=5e-4)


def test_stress_beside_the_cavity():
    radius, stress, displacement = pull_cavity()
    wall, near = abs(radius - 1) < 1e-8, (radius > 1.01) & (radius < 3)
    assert near.sum() >= 3
    assert stress[near, 2] == pytest.approx(equatorial(radius[near]), rel=0.035)
    assert stress[wall, 2] == pytest.approx(equatorial(1.0), rel=0.035)
    around = (15 * nu - 3) / (2 * (7 - 5 * nu))  # hoop stress at the equator of the wall
    widening = (around - nu * equatorial(1.0)) / E
    assert displacement[wall, 0] == pytest.approx(widening, rel=0.025)
