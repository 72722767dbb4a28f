"""Growth with heat, free, held, and NAFEMS LE11, in `checks/heat.py`."""

import numpy as np
import pytest

from vertebra.checks.theory.heat import ALPHA, E, free_body, held_bar, revolved, taper


def test_free_body_in_a_linear_field_has_no_stress():
    assert free_body() < 1e-10


def test_held_bar():
    assert held_bar(50.0) == pytest.approx(-E * ALPHA * 50.0)


def test_outline_goes_through_the_printed_corners():
    unit, points, _ = revolved((2, 1, 10))
    plane = points[unit[:, 1] == 0]
    for corner in (
        (1, 0),
        (1.4, 0),
        (1.2124, 0.7),
        (0.7071, 0.7071),
        (1.1062, 1.045),
        (1, 1.39),
        (0.7071, 1.79),
    ):
        assert np.abs(plane[:, [0, 2]] - corner).sum(axis=1).min() < 1e-4


def test_taper_comes_nearer_with_smaller_elements():
    coarse, fine = (abs(taper(divisions) / -105 - 1) for divisions in ((3, 2, 10), (6, 3, 20)))
    assert fine < 0.6 * coarse
    assert fine < 0.02
