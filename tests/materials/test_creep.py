"""Creep of crushed bone against its closed form and against a naive integration of its rate."""

import numpy as np
import pytest

from vertebra.materials.creep import CreepLaw, compressive_ratio, overload_mm
from vertebra.materials.table import value

LAW = CreepLaw(coefficient=0.5, stress_exponent=1.5, time_exponent=1 / 3, arrest_exponent=2.0)
RATIO = np.array([0.1, 0.3, 0.9])


def naive(strain, history, n=200_000):
    """Sum of the rate p (B r^n)^(1/p) e^(1 - 1/p) over pieces of a history of (ratio, hours, share of the rate)."""
    p, e = LAW.time_exponent, strain
    for ratio, hours, share in history:
        piece = hours / n
        for _ in range(n):
            e += (
                share
                * p
                * (LAW.coefficient * ratio**LAW.stress_exponent) ** (1 / p)
                * e ** (1 - 1 / p)
                * piece
            )
    return e


def test_many_steps_under_constant_load_are_the_closed_form():
    strain = np.zeros(3)
    for hours in (0.01, 0.5, 3.0, 6.49):
        strain = LAW.after(strain, RATIO, hours)
    assert strain == pytest.approx(0.5 * RATIO**1.5 * 10.0 ** (1 / 3), rel=1e-12)


def test_hardening_is_carried_over_when_the_load_changes():
    history = [(0.3, 2.0, 1.0), (0.5, 4.0, 0.36), (0.2, 3.0, 0.25)]
    strain = np.array([0.02])
    for ratio, hours, share in history:
        strain = LAW.after(strain, np.array([ratio]), hours * share)
    assert strain[0] == pytest.approx(naive(0.02, history, n=40_000), rel=1e-4)
    rested = LAW.after(LAW.after(np.zeros(1), np.array([0.3]), 5.0), np.array([0.3]), 5.0)
    anew = 2 * LAW.after(np.zeros(1), np.array([0.3]), 5.0)
    assert rested < 0.7 * anew


def test_healed_bone_and_bone_that_is_pulled_do_not_creep():
    assert LAW.mobile(np.array([0.0, 0.5, 1.0])) == pytest.approx([1.0, 0.25, 0.0])
    before = np.full(3, 0.03)
    assert LAW.after(before, RATIO, 100 * LAW.mobile(np.ones(3))) == pytest.approx(before)
    assert compressive_ratio(np.array([-1.0, 2.0]), np.array([4.0, 4.0])) == pytest.approx([0.25, 0.0])
    assert LAW.after(np.zeros(1), np.zeros(1), 100.0) == pytest.approx([0.0])


def test_creep_never_runs_backwards():
    before = np.array([1e-9, 0.3, 0.7])
    assert np.all(LAW.after(before, np.zeros(3), 10.0) >= before)


def test_overload_crushes_by_what_the_spine_springs_back():
    assert overload_mm(1500, 1000) == pytest.approx(500 / value("creep", "spine_stiffness"))
    assert overload_mm(900, 1000) == 0


def test_constants_with_which_nothing_hardens_are_refused():
    with pytest.raises(ValueError, match="p at most 1"):
        CreepLaw(time_exponent=1.5)
