"""Plates and membranes of the literature, in `checks/plates.py`: NAFEMS LE10 and LE1, Cook's membrane."""

import pytest

from vertebra.checks.theory.plates import cook, membrane, thick_plate


def test_thick_plate():
    assert thick_plate((6, 8, 4)) == pytest.approx(-5.38, rel=0.02)


def test_membrane_comes_nearer_with_smaller_elements():
    coarse, fine = (abs(membrane((n, n)) / 92.7 - 1) for n in (8, 16))
    assert fine < 0.6 * coarse
    assert fine < 0.02


def test_cook_membrane_comes_nearer_from_below():
    assert cook(4) < cook(8) < 23.96
    assert cook(8) == pytest.approx(23.96, rel=0.01)
