"""The kinetic chain."""

from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.materials.kinetic import KineticLaw
from vertebra.materials.tissue import TissueState

FRESH = TissueState.fresh([1.0, 0.4])


def erlang(t, k, mean):
    """Chance that k steps of the given mean are done by time t."""
    x = t / mean
    return 1 - np.exp(-x) * sum(x**i / factorial(i) for i in range(k))


def bone(state):
    return sum(state.share(name)[0] for name in ("woven", "remodelled"))


@pytest.mark.parametrize("day", [3, 10, 28, 55, 120])
def test_time_to_bone_is_erlang_distributed(day):
    assert bone(KineticLaw().advance(FRESH, day)) == pytest.approx(erlang(day, 4, 7.0))


def test_onset_on_day_10_and_fill_on_day_55():
    law = KineticLaw()
    assert bone(law.advance(FRESH, 10)) == pytest.approx(0.05, abs=0.01)
    assert bone(law.advance(FRESH, 55)) == pytest.approx(0.95, abs=0.01)


@settings(deadline=None)
@given(st.floats(0, 400), st.floats(0, 400))
def test_two_steps_are_one_and_tissue_is_conserved(first, second):
    law = KineticLaw()
    once = law.advance(FRESH, first + second)
    twice = law.advance(law.advance(FRESH, first), second)
    np.testing.assert_allclose(twice.shares, once.shares, atol=1e-12)
    np.testing.assert_allclose(once.shares.sum(axis=0), 1, atol=1e-14)
    assert np.all(once.shares >= 0)
    assert twice.day == pytest.approx(first + second)


def test_time_ratio_stretches_the_clock():
    slow = KineticLaw(time_ratio=1.25).advance(FRESH, 1.25 * 40)
    np.testing.assert_allclose(slow.shares, KineticLaw().advance(FRESH, 40).shares)


def test_no_time_changes_nothing():
    np.testing.assert_array_equal(KineticLaw().advance(FRESH, 0).shares, FRESH.shares)


def test_given_state_is_not_edited_and_territory_stays():
    before = FRESH.shares.copy()
    healed = KineticLaw().advance(FRESH, 30)
    np.testing.assert_array_equal(FRESH.shares, before)
    np.testing.assert_array_equal(healed.territory, FRESH.territory)


def test_everything_is_remodelled_in_the_end():
    assert KineticLaw().advance(FRESH, 5000).share("remodelled")[0] == pytest.approx(1)


def test_time_does_not_run_backwards():
    with pytest.raises(ValueError, match="days must increase"):
        KineticLaw().advance(FRESH, -1)


def test_durations_and_ratio_must_be_positive():
    with pytest.raises(ValueError, match="6 positive"):
        KineticLaw(durations=(7, 7, 7, 7, 0, 120))
    with pytest.raises(ValueError, match="positive factor"):
        KineticLaw(time_ratio=0)
