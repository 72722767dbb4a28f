"""How loads change along the spine."""

from typing import get_args

import numpy as np
import pytest

from vertebra.loads.activity import activity_load
from vertebra.loads.spinal_level import level_shares, mass_above, moment_share, position
from vertebra.scenarios.anatomy_section import Level

LEVELS = get_args(Level)


def test_positions_are_middles_of_vertebrae_and_discs_between_them():
    assert (position("T1"), position("T12-L1"), position("L1"), position("L5-S1")) == (0.5, 12, 12.5, 17)


@pytest.mark.parametrize("level", ["S1", "L6", "L1-L3", "T11-L1", "L1-", ""])
def test_a_level_that_does_not_exist_is_refused(level):
    with pytest.raises(ValueError, match=f"'{level}' is not known: expected a vertebra"):
        position(level)


def test_mass_above_sums_head_arms_and_slices():
    """Twin: one slice a vertebra, 1.1 % of body mass at T1 growing evenly to 2.6 % at L5 (Pearsall 1996)."""
    slices = np.linspace(0.011, 0.026, 17)
    for disc, above in (("T12-L1", 12), ("L4-L5", 16), ("L5-S1", 17)):
        assert mass_above(disc) == pytest.approx(0.193 + slices[:above].sum())


def test_trunk_down_to_the_umbilicus_weighs_as_published():
    """Pearsall 1996: upper and middle trunk 18.5 + 12.2 % of body mass; they end near L4."""
    assert mass_above("L4-L5") - 0.193 == pytest.approx(0.307, rel=0.07)


def test_moment_shares_are_those_of_the_lifts():
    """La Torre 2017: middle over lower trunk, stoop and squat."""
    assert moment_share("T12-L1") == pytest.approx((3200 / 3594 + 2455 / 2700) / 2)
    assert moment_share("L5-S1") == 1
    halfway = (moment_share("T12-L1") + moment_share("L5-S1")) / 2
    assert moment_share("L3") == pytest.approx(halfway)  # position 14.5, between 12 and 17


@pytest.mark.parametrize("share", [mass_above, moment_share])
def test_shares_grow_downwards(share):
    values = [share(level) for level in LEVELS]
    assert values == sorted(set(values))


def test_standing_lies_within_the_range_of_spine_models_at_both_levels():
    """500-700 N at L4-L5 and 400-600 N at T12-L1 (Han 2013, Bruno and Anderson 2015-17)."""
    assert 500 <= activity_load("standing", 70, "L4-L5") <= 700
    assert 400 <= activity_load("standing", 70, "T12-L1") <= 600


def test_flexed_with_ten_kilograms_at_the_thoracolumbar_junction_is_as_modelled():
    """1.5-2.5 kN; bending forward and half of what a stooped lift of 20 kg adds to it."""
    bent, lifting = (activity_load(name, 70, "T12-L1") for name in ("bending_forward", "stooped_lift_20kg"))
    assert 1500 <= (bent + lifting) / 2 <= 2500


def test_a_carried_weight_presses_on_every_level_alike():
    body, lifted = level_shares("upright", "T11", "L4-L5")
    assert body == pytest.approx(mass_above("T11") / mass_above("L4-L5"))
    assert lifted == 1
    assert level_shares("recumbent", "T11", "L4-L5") == (1, 1)


@pytest.mark.parametrize("posture", ["recumbent", "upright", "bent"])
def test_at_the_level_of_the_source_nothing_changes(posture):
    assert level_shares(posture, "L4-L5", "L4-L5") == (1, 1)


def test_an_unknown_posture_is_refused():
    with pytest.raises(ValueError, match="'hanging' is not known: expected one of recumbent, upright, bent"):
        level_shares("hanging", "L1", "L1")
