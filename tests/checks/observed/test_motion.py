"""Rows of motion: clefts of patients, and the share that moves less than a limit."""

import numpy as np
import pytest
from scipy.special import ndtr

from vertebra.checks.observed import motion
from vertebra.checks.observed.bench import followed, patient
from vertebra.checks.observed.motion import _cleft, _motion_deg, motion_rows, share_below
from vertebra.checks.observed.rows import cohort_of


def test_share_below_a_limit_is_that_of_log_normal_clefts():
    moves = np.array([0.5, 0.75, 1.0])  # a quarter of the thickness
    expected = ndtr(np.log(1.5 / 0.25 / 4.0) / 0.8)
    assert share_below(1.5, moves, 4.0, 0.8) == pytest.approx(expected, abs=2e-3)
    assert share_below(0.4, moves, 4.0, 0.8) == 0.0
    assert share_below(1.0, np.zeros(3), 4.0, 0.8) == 1.0


def test_ratios_are_those_of_the_mean_motion(monkeypatch):
    monkeypatch.setattr(motion, "mean_motion", lambda: np.array([4.0, 2.0, 1.0]))
    monkeypatch.setattr(motion, "patient", lambda known, *changes: known["cleft_mm"])
    monkeypatch.setattr(
        motion,
        "followed",
        lambda cleft: {("conservative", day): {"mobility_mm": cleft - day / 7} for day in (0, 7)},
    )
    found = motion_rows()
    assert [found[name][""] for name in ("T6", "T6_late", "T6_week3")] == [0.5, 0.25, 4.0]
    assert found["T7"] == {"day 0": cohort_of("T7")["cleft_mm"], "day 7": cohort_of("T7")["cleft_mm"] - 1}
    assert found["T7_without"]["day 0"] == 0


def test_motion_of_a_cleft_is_that_of_a_run_less_elastic_bending_and_grows_with_thickness():
    known = cohort_of("T6")
    vertebra = patient(known, "fracture.collapse=false", "healing.days=[0,21]")
    days, thin = np.array([0.0, 21.0]), known["cleft_mm"]
    thinner, same = _motion_deg(vertebra, np.array([0.5 * thin, thin]), days)
    course = followed(vertebra)
    whole = np.array([course["conservative", int(day)]["mobility_deg"] for day in days])
    assert np.all((whole - same > 0) & (whole - same < 0.1))
    assert thinner[0] == pytest.approx(0.5 * same[0], rel=0.01)
    assert same[1] < same[0]
    assert _cleft(vertebra).thickness_mm == thin
