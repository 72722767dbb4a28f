"""The kinetic law."""

from dataclasses import replace
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from vertebra.materials.healing.laws.cascade import PerfusionHistory
from vertebra.materials.healing.laws.kinetic import Durations, KineticLaw
from vertebra.materials.healing.processes.inflammation import DrugWindow, Inflammation
from vertebra.materials.healing.processes.pace import Pace
from vertebra.materials.tissue import TissueState, compartments

FRESH = TissueState.fresh([1.0, 0.4])
EQUAL_STEPS = KineticLaw(
    endochondral_share=1.0,
    inflammation=Inflammation(duration=7.0, recruitment=0.0),
    durations=Durations(granulation=7.0, fibrous=7.0, cartilage=7.0, mineralisation=20.0, remodelling=120.0),
)
"""A chain of four equal steps to bone, without clock or gate: its solution is known."""


def erlang(t, k, mean):
    """Chance that k steps of the given mean are done by time t."""
    x = t / mean
    return 1 - np.exp(-x) * sum(x**i / factorial(i) for i in range(k))


def bone(state):
    return state.share("woven")[0] + state.share("remodelled")[0]


def course(law, last=120):
    """Days and states of the first element, one a day."""
    states = [FRESH]
    for _ in range(last):
        states.append(law.advance(states[-1], 1.0))
    return np.arange(last + 1), states


def growing_vessels():
    """Close to the mean perfusion of crushed zones: 0.3, 0.75, 0.91, 0.99 on days 0, 7, 14, 28."""
    days = np.linspace(0, 60, 31)
    return PerfusionHistory(days, 1 - 0.7 * np.exp(-days[:, None] / 6.7))


def first_day(days, values, level):
    """Day on which rising values pass a level, linear between days."""
    after = int(np.argmax(np.array(values) > level))
    return float(np.interp(level, values[after - 1 : after + 1], days[after - 1 : after + 1]))


@pytest.mark.parametrize("day", [3, 10, 28, 55, 120])
def test_time_to_bone_is_erlang_distributed(day):
    assert bone(EQUAL_STEPS.advance(FRESH, day)) == pytest.approx(erlang(day, 4, 7.0), abs=1e-6)


@pytest.mark.parametrize("day", [10, 40, 90, 365])
def test_the_chain_is_the_matrix_exponential_of_its_two_compartments_of_woven_bone(day):
    rate = 1 / np.array([7, 7, 7, 7, 20, 120.0])
    matrix = np.diag(rate, k=-1) - np.diag([*rate, 0])
    exact = (expm(day * matrix) @ np.eye(7))[:, 0]
    state = EQUAL_STEPS.advance(FRESH, day)
    immature, mature = compartments(state.share("woven"), state.mineralisation)
    found = np.array([*state.shares[:4, 0], immature[0], mature[0], state.share("remodelled")[0]])
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-6)
    assert state.maturity[0] == pytest.approx(0.2 * exact[4] + exact[5] + exact[6], abs=1e-6)


def test_woven_bone_matures_by_95_percent_in_60_days():
    forever = replace(EQUAL_STEPS.durations, remodelling=1e9)
    woven = FRESH.healed_to(0, np.eye(6)[:, [4]], np.array([0.2]))
    healed = replace(EQUAL_STEPS, durations=forever).advance(woven, 60.0)
    np.testing.assert_allclose(healed.mineralisation, 1 - 0.8 * np.exp(-3), atol=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_woven_bone_appears_on_day_7_to_14(share):
    days, states = course(KineticLaw(endochondral_share=share, perfusion=growing_vessels()), 20)
    assert 7 <= first_day(days, [state.share("woven")[0] for state in states], 0.05) <= 14


def test_the_zone_is_filled_later_than_in_the_model_of_boccaccio():
    days, states = course(KineticLaw(endochondral_share=1.0, perfusion=growing_vessels()), 90)
    assert 56 < first_day(days, [bone(state) for state in states], 0.95) < 75  # 7-8 weeks there


def test_bone_is_half_mineral_at_two_months_and_mostly_remodelled_at_a_year():
    days, states = course(KineticLaw(perfusion=growing_vessels()), 730)
    assert 56 <= first_day(days, [state.maturity[0] for state in states], 0.5) <= 70
    remodelled = [state.share("remodelled")[0] for state in states]
    assert 365 < first_day(days, remodelled, 0.95) < 730  # 12 to 24 months


def test_direct_bone_has_no_cartilage_and_woven_comes_before_lamellar():
    _, direct = course(KineticLaw(endochondral_share=0.0), 240)
    _, through_cartilage = course(KineticLaw(endochondral_share=1.0), 60)
    assert max(state.share("cartilage")[0] for state in direct) == 0
    assert max(state.share("cartilage")[0] for state in through_cartilage) > 0.1
    woven, lamellar = ([state.share(name)[0] for state in direct] for name in ("woven", "remodelled"))
    assert int(np.argmax(woven)) < 120 < 240 == int(np.argmax(lamellar))


def test_late_vessels_delay_bone():
    late = PerfusionHistory(np.array([0, 20, 30.0]), np.array([[0.0, 0], [0, 1], [1, 1]]))
    state = KineticLaw(perfusion=late).advance(FRESH, 40.0)
    assert state.share("woven")[0] < state.share("woven")[1] < bone(KineticLaw().advance(FRESH, 40.0))


def test_vessels_that_come_late_leave_more_cartilage():
    late = PerfusionHistory(np.array([20, 30.0]), np.array([[0.0], [1.0]]))
    for day in (20, 30):
        with_vessels, without = (
            law.advance(FRESH, day).share("cartilage")[0]
            for law in (KineticLaw(), KineticLaw(perfusion=late))
        )
        assert without > with_vessels


def test_an_early_drug_delays_bone_and_a_late_one_hardly():
    early, late = (
        KineticLaw(inflammation=Inflammation(windows=(DrugWindow("steroid", *days, 2.0),)))
        for days in ((0, 10), (14, 24))
    )
    sound = bone(KineticLaw().advance(FRESH, 28.0))
    assert bone(early.advance(FRESH, 28.0)) < 0.95 * sound
    assert bone(late.advance(FRESH, 28.0)) == pytest.approx(sound, rel=0.01)


@settings(deadline=None, max_examples=30)
@given(st.floats(0, 400), st.floats(0, 400), st.floats(0, 1))
def test_two_steps_are_one(first, second, share):
    law = KineticLaw(endochondral_share=share, perfusion=growing_vessels())
    once = law.advance(FRESH, first + second)
    twice = law.advance(law.advance(FRESH, first), second)
    np.testing.assert_allclose(twice.shares, once.shares, rtol=0, atol=1e-6)
    assert twice.day == pytest.approx(first + second)


def test_halving_the_step_changes_maturity_by_less_than_a_thousandth():
    law, coarse, fine = KineticLaw(perfusion=growing_vessels()), FRESH, FRESH
    for _ in range(20):
        coarse = law.advance(coarse, 7.0)
        fine = law.advance(law.advance(fine, 3.5), 3.5)
        np.testing.assert_allclose(fine.maturity, coarse.maturity, rtol=1e-3, atol=1e-6)


def test_time_ratio_stretches_the_clock():
    slow = KineticLaw(time_ratio=1.25).advance(FRESH, 1.25 * 40)
    np.testing.assert_allclose(slow.shares, KineticLaw().advance(FRESH, 40).shares, rtol=0, atol=1e-6)


def test_everything_is_remodelled_in_the_end():
    assert KineticLaw().advance(FRESH, 5000).share("remodelled")[0] == pytest.approx(1, abs=1e-6)


def test_time_does_not_run_backwards():
    with pytest.raises(ValueError, match="days must increase"):
        KineticLaw().advance(FRESH, -1)


def test_durations_shares_and_ratios_that_are_none_are_refused():
    with pytest.raises(ValueError, match="cartilage lasts 0 days"):
        Durations(cartilage=0)
    with pytest.raises(ValueError, match=r"endochondral_share is 1\.2"):
        KineticLaw(endochondral_share=1.2)
    with pytest.raises(ValueError, match="positive factor"):
        KineticLaw(time_ratio=0)


def test_days_of_another_pace_are_healing_time():
    paced = KineticLaw(
        time_ratio=1.3, inflammation=Inflammation(pace=Pace(((5.0, 20.0, 1.5), (30.0, 40.0, 0.5))))
    )
    usual = KineticLaw(time_ratio=1.3)
    for day, passed in ((5, 5), (20, 27.5), (30, 37.5), (40, 42.5), (60, 62.5)):
        found, expected = paced.advance(FRESH, day), usual.advance(FRESH, passed)
        assert found.day == day
        np.testing.assert_allclose(found.shares, expected.shares, atol=1e-9)
    halves = paced.advance(paced.advance(FRESH, 12.0), 48.0)
    np.testing.assert_allclose(halves.shares, paced.advance(FRESH, 60.0).shares, atol=2e-5)


def test_vessels_keep_the_calendar_on_days_of_another_pace():
    late = PerfusionHistory(np.array([0.0, 19.0, 21.0]), np.array([[0.0], [0.0], [1.0]]))
    fast = KineticLaw(perfusion=late, inflammation=Inflammation(pace=Pace(((0.0, 10.0, 2.0),))))
    assert bone(fast.advance(FRESH, 19.0)) < 1e-12
    assert bone(fast.advance(FRESH, 24.0)) > 0.05
