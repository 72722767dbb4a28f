"""Union, and what stands in its way."""

import re
from dataclasses import replace

import numpy as np
import pytest

from vertebra.materials.healing.laws.differentiation import Differentiation
from vertebra.materials.healing.processes.union import Hindrance, hindrance, mineralised, verdict
from vertebra.materials.table import value
from vertebra.materials.tissue import SHARES, TissueState


def tissue(woven, mineralisation, remodelled):
    """The rest is fibrous."""
    shares = np.zeros((len(SHARES), len(woven)))
    shares[SHARES.index("woven")] = woven
    shares[SHARES.index("remodelled")] = remodelled
    shares[SHARES.index("fibrous")] = 1 - np.add(woven, remodelled)
    fresh = TissueState.fresh(np.ones(len(woven)))
    return fresh.healed_to(10.0, shares, np.array(mineralisation, dtype=float))


def test_woven_bone_counts_by_its_maturity():
    share = value("union", "mineralised")
    state = tissue([1.0, 1.0, 0.8, 0.2], [0.2, 1.0, 0.5, 0.5], [0.0, 0.0, 0.2, 0.0])
    maturity = np.array([0.2, 1.0, 0.6, 0.1])
    np.testing.assert_array_equal(mineralised(state), maturity >= share)


def test_each_element_names_what_hinders_it():
    state = tissue([1.0, 0.0, 0.0, 0.0, 0.0], [1.0, 0.2, 0.2, 0.2, 0.2], np.zeros(5))
    free = Differentiation.unhindered(5)
    allowed = np.array([0.0, 1.0, 0.0, 1.0, 1.0])
    strained = replace(
        free,
        intramembranous=allowed,
        ossification=allowed,
        rupture=np.array([0.0, 0.0, 0.0, 0.0, 1.0]),
    )
    found = hindrance(state, strained, np.array([1.0, 0.0, 0.0, 1.0, 1.0]))
    expected = [Hindrance.NONE, Hindrance.PERFUSION, Hindrance.STRAIN, Hindrance.TIME, Hindrance.STRAIN]
    np.testing.assert_array_equal(found, expected)


def test_bone_through_cartilage_is_no_hindrance():
    state = tissue([0.0], [0.2], [0.0])
    closed = replace(Differentiation.unhindered(1), intramembranous=np.zeros(1))
    assert hindrance(state, closed, np.ones(1))[0] == Hindrance.TIME


@pytest.mark.parametrize(
    ("bridged", "hindrances", "day", "outcome", "said"),
    [
        (0.8, [Hindrance.NONE, Hindrance.STRAIN], 60, "union", "80 %"),
        (0.0, [Hindrance.TIME, Hindrance.STRAIN], 365, "non-union", "in 75 % .* strain"),
        (0.0, [Hindrance.TIME, Hindrance.PERFUSION], 365, "non-union", "in 75 % .* vessels"),
        (0.0, [Hindrance.NONE, Hindrance.STRAIN], 60, "not yet", "strain"),
        (0.0, [Hindrance.STRAIN, Hindrance.TIME], 365, "not yet", "time"),
        (0.0, [Hindrance.NONE, Hindrance.NONE], 365, "not yet", "only 0 % lies on paths"),
    ],
)
def test_verdict_gives_the_reason_of_most_of_the_volume(bridged, hindrances, day, outcome, said):
    found = verdict(bridged, np.array(hindrances), np.array([1.0, 3.0]), day)
    assert found.outcome == outcome
    assert found.union == (outcome == "union")
    assert re.search(said, found.reason)
    assert sum(found.shares.values()) == pytest.approx(1)


def test_non_union_is_not_said_before_its_day():
    late = value("union", "final_day")
    strained = np.array([Hindrance.STRAIN])
    assert verdict(0.0, strained, np.ones(1), late - 1).outcome == "not yet"
    assert verdict(0.0, strained, np.ones(1), late).outcome == "non-union"


def test_where_nothing_is_broken_nothing_has_to_heal():
    assert verdict(float("nan"), np.zeros(2), np.zeros(2), 0.0).union
