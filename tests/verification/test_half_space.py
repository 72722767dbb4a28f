"""Boussinesq and Hertz on a half space, in `checks/half_space.py`."""

import numpy as np
import pytest

from vertebra.checks.theory.half_space import (
    CASES,
    E_STAR,
    INDENT,
    F,
    G,
    a,
    ball,
    disc_load,
    even,
    nu,
    p0,
    point_load,
    punch,
)


def test_formulas_are_the_printed_numbers():
    printed = {"half space point": 4.9656e-5, "half space stress": -4.7746e-3, "flexible disc": 0.0091}
    known = {case.name: case.expected for case in CASES}
    for name, number in (printed | {"rigid punch": 0.007147}).items():
        assert known[name] == pytest.approx(number, rel=1e-4)


def test_rings_of_a_disc_add_up_to_the_known_depth_below_its_middle():
    """u_z = p / (2 G) (z - z^2 / s + 2 (1 - nu) (s - z)), s^2 = a^2 + z^2."""
    z = 3 * a
    s = np.hypot(a, z)
    expected = (z - z**2 / s + 2 * (1 - nu) * (s - z)) / (2 * G)
    assert disc_load(np.array([[0.0, 0.0, z]]), even)[0, 2] == pytest.approx(expected, rel=1e-10)


def test_pressures_sum_up_to_their_forces_far_away():
    """Far away a disc is a point: what is left falls like (a / z)^2."""
    far = np.array([[0.0, 0.0, 1000 * a]])
    unit = point_load(far)[0, 2]
    of_ball = 2 / 3 * p0 * np.pi * a**2
    for pressure, force in ((even, F), (punch, F), (ball, of_ball)):
        assert disc_load(far, pressure)[0, 2] == pytest.approx(force * unit, rel=1e-5)
    assert of_ball == pytest.approx(4 / 3 * E_STAR * np.sqrt(a**2 / INDENT) * INDENT**1.5)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_half_space(case):
    assert case.find().verdict == "met"
