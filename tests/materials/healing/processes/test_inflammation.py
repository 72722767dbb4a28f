"""Inflammation and its clock."""

import numpy as np
import pytest

from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.healing.processes.inflammation import DrugWindow, Inflammation, inflamed_share
from vertebra.materials.healing.processes.pace import Pace
from vertebra.materials.table import value
from vertebra.materials.tissue import TissueState


def taken(drug, start, end):
    return DrugWindow(drug, start, end, value("factors", f"{drug}.inflammation"))


def test_haematoma_decays_as_cells_arrive():
    clock = Inflammation(duration=3.0, recruitment=1.5)
    for day in (0, 1, 4, 12):
        done = day - 1.5 * (1 - np.exp(-day / 1.5))
        assert clock.haematoma(day) == pytest.approx(np.exp(-done / 3))
    assert Inflammation(duration=3.0, recruitment=0.0).haematoma(6.0) == pytest.approx(np.exp(-2))


def test_a_drug_slows_only_on_its_days():
    clean = Inflammation(duration=3.0, recruitment=0.0)
    dosed = Inflammation(duration=3.0, recruitment=0.0, windows=(taken("nsaid", 2, 5),))
    slow = value("factors", "nsaid.inflammation")
    assert dosed.haematoma(2) == pytest.approx(clean.haematoma(2))
    assert dosed.haematoma(5) == pytest.approx(clean.haematoma(2 + 3 / slow))
    assert dosed.haematoma(9) == pytest.approx(clean.haematoma(2 + 3 / slow + 4))


def test_of_drugs_taken_together_the_slowest_counts():
    both = Inflammation(windows=(taken("nsaid", 0, 4), taken("steroid", 1, 3)))
    expected = [1 / value("factors", f"{name}.inflammation") for name in ("nsaid", "steroid", "nsaid")]
    np.testing.assert_allclose(both.speed([0.5, 2, 3.5]), expected)
    np.testing.assert_array_equal(both.edges(), [0, 1, 3, 4])


def test_inflammation_peaks_within_days_and_is_over_in_about_a_week():
    clock = Inflammation()
    assert 1 <= clock.peak_day() <= 3
    assert 6 <= clock.resolved_day() <= 9
    assert clock.inflamed(clock.resolved_day()) == pytest.approx(value("inflammation", "resolved"))


def test_peak_is_where_arrival_balances_resolution():
    clock = Inflammation(duration=4.0, recruitment=1.0)
    x = np.exp(-clock.peak_day())  # d/dt: x / tau = (1 - x)^2 / T
    assert x == pytest.approx((1 - x) ** 2 / 4, rel=1e-3)


def test_ratio_drugs_and_pace_resolve_later():
    sound = Inflammation().resolved_day()
    assert Inflammation(ratio=1.5).resolved_day() > sound
    assert Inflammation(windows=(taken("steroid", 0, 30),)).resolved_day() > sound
    assert Inflammation().slowed(1.4).resolved_day() == pytest.approx(1.4 * sound)
    late = Inflammation(windows=(taken("nsaid", 14, 28),))
    assert late.resolved_day() == pytest.approx(sound)


def test_never_as_much_as_asked_is_resolved_from_the_start():
    assert Inflammation().resolved_day(0.99) == 0


@pytest.mark.parametrize("day", [0.5, 3, 8])
def test_the_cascade_keeps_the_clock(day):
    law = KineticLaw(time_ratio=1.2, inflammation=Inflammation(windows=(taken("nsaid", 1, 6),)))
    state = law.advance(TissueState.fresh([1.0, 0.3]), day)
    np.testing.assert_allclose(state.share("haematoma"), law.clock.haematoma(day), atol=1e-6)
    np.testing.assert_allclose(inflamed_share(state, law.clock), law.clock.inflamed(day), atol=1e-6)


def test_a_drug_that_hastens_inflammation_acts_alone_and_yields_to_one_that_slows_it():
    fast, slow = DrugWindow("fast", 0, 4, 0.5), DrugWindow("slow", 2, 6, 2.0)
    np.testing.assert_allclose(Inflammation(windows=(fast, slow)).speed([1, 3, 5, 7]), [2, 0.5, 0.5, 1])
    assert Inflammation(windows=(fast,)).resolved_day() < Inflammation().resolved_day()


def test_on_days_of_another_pace_inflammation_is_that_of_the_time_that_has_passed():
    pace, drug = Pace(((2.0, 5.0, 0.5),)), taken("nsaid", 4, 7)
    paced = Inflammation(windows=(drug,), pace=pace)
    moved = DrugWindow("nsaid", float(pace.passed(4)), float(pace.passed(7)), drug.ratio)
    usual = Inflammation(windows=(moved,))
    assert paced.on_its_pace() == usual
    for day in (1.0, 3.0, 6.0, 12.0):
        assert paced.haematoma(day) == pytest.approx(usual.haematoma(float(pace.passed(day))))
        assert paced.inflamed(day) == pytest.approx(usual.inflamed(float(pace.passed(day))))
    assert pace.passed(paced.resolved_day()) == pytest.approx(usual.resolved_day())


def test_empty_windows_and_drugs_without_a_ratio_are_refused():
    with pytest.raises(ValueError, match="nsaid has the ratio 0"):
        DrugWindow("nsaid", 0, 5, 0.0)
    with pytest.raises(ValueError, match="from day 5 to 5"):
        DrugWindow("nsaid", 5, 5, 1.5)


@pytest.mark.parametrize("name", ["duration", "recruitment", "ratio"])
def test_times_that_are_none_are_refused(name):
    with pytest.raises(ValueError, match=f"{name} of inflammation is -1"):
        Inflammation(**{name: -1.0})
