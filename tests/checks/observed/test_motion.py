"""Rows of motion: clefts of patients, and the share that moves less than a limit."""

import numpy as np
import pytest
from scipy.special import ndtr

from vertebra.checks.observed import motion
from vertebra.checks.observed.bench import followed, patient
from vertebra.checks.observed.motion import (
    _cleft,
    _motion_deg,
    motion_rows,
    never_united,
    shares_below,
    thickest_below,
)
from vertebra.checks.observed.rows import cohort_of
from vertebra.materials.table import value


def test_the_thickest_cleft_below_a_limit_is_found_where_motion_jumps():
    def motion(thickness):
        return 0.1 * thickness if thickness < 5.3 else thickness

    assert thickest_below(1.0, motion) == pytest.approx(5.3, abs=0.1)
    assert thickest_below(0.4, motion) == pytest.approx(4.0, abs=0.1)
    assert thickest_below(1.0, lambda _: 0.0) == pytest.approx(8.0, abs=0.1)  # all that is searched


def test_share_below_a_limit_is_that_of_log_normal_clefts(monkeypatch):
    monkeypatch.setattr(motion, "patient", lambda known, *changes: known["cleft_mm"])
    monkeypatch.setattr(
        motion, "followed", lambda cleft: {("conservative", 180): {"mobility_mm": 0.25 * cleft}}
    )
    known = cohort_of("T6")
    for limit, share in zip((1.0, 1.5, 2.0), shares_below("standing").values(), strict=True):
        expected = ndtr(np.log(limit / 0.25 / known["cleft_mm"]) / known["cleft_log_deviation"])
        assert share == pytest.approx(expected, abs=0.01)


def test_chance_of_non_union_is_that_of_each_thickness():
    vertebra = patient(cohort_of("T6"), "fracture.collapse=false")
    thin, thick, wide = never_united(vertebra, np.array([0.5, 4.0, 60.0]))
    assert thin == pytest.approx(value("non_union", "base_rate"))
    assert thick / (1 - thick) == pytest.approx(2 * thin / (1 - thin), rel=1e-3)  # twice the square root
    assert thick < wide < 1


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
