"""Inflammation and its clock."""

import numpy as np
import pytest

from vertebra.materials.healing.laws.kinetic import KineticLaw
from vertebra.materials.healing.processes.inflammation import DrugWindow, Inflammation, drugs, inflamed_share
from vertebra.materials.table import value
from vertebra.materials.tissue import TissueState


def test_haematoma_decays_as_cells_arrive():
    clock = Inflammation(duration=3.0, recruitment=1.5)
    for day in (0, 1, 4, 12):
        done = day - 1.5 * (1 - np.exp(-day / 1.5))
        assert clock.haematoma(day) == pytest.approx(np.exp(-done / 3))
    assert Inflammation(duration=3.0, recruitment=0.0).haematoma(6.0) == pytest.approx(np.exp(-2))


def test_a_drug_slows_only_on_its_days():
    clean = Inflammation(duration=3.0, recruitment=0.0)
    dosed = Inflammation(duration=3.0, recruitment=0.0, windows=(DrugWindow("nsaid", 2, 5),))
    slow = value("inflammation", "drug.nsaid")
    assert dosed.haematoma(2) == pytest.approx(clean.haematoma(2))
    assert dosed.haematoma(5) == pytest.approx(clean.haematoma(2 + 3 / slow))
    assert dosed.haematoma(9) == pytest.approx(clean.haematoma(2 + 3 / slow + 4))


def test_of_drugs_taken_together_the_slowest_counts():
    both = Inflammation(windows=(DrugWindow("nsaid", 0, 4), DrugWindow("steroid", 1, 3)))
    expected = [1 / value("inflammation", f"drug.{name}") for name in ("nsaid", "steroid", "nsaid")]
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
    assert Inflammation(windows=(DrugWindow("steroid", 0, 30),)).resolved_day() > sound
    assert Inflammation().slowed(1.4).resolved_day() == pytest.approx(1.4 * sound)
    late = Inflammation(windows=(DrugWindow("nsaid", 14, 28),))
    assert late.resolved_day() == pytest.approx(sound)


def test_never_as_much_as_asked_is_resolved_from_the_start():
    assert Inflammation().resolved_day(0.99) == 0


@pytest.mark.parametrize("day", [0.5, 3, 8])
def test_the_cascade_keeps_the_clock(day):
    law = KineticLaw(time_ratio=1.2, inflammation=Inflammation(windows=(DrugWindow("nsaid", 1, 6),)))
    state = law.advance(TissueState.fresh([1.0, 0.3]), day)
    np.testing.assert_allclose(state.share("haematoma"), law.clock.haematoma(day), atol=1e-6)
    np.testing.assert_allclose(inflamed_share(state, law.clock), law.clock.inflamed(day), atol=1e-6)


def test_unknown_drugs_and_empty_windows_are_refused():
    assert drugs() == ("nsaid", "steroid")
    with pytest.raises(ValueError, match=r"'aspirine' is not known.*nsaid"):
        DrugWindow("aspirine", 0, 5)
    with pytest.raises(ValueError, match="from day 5 to 5"):
        DrugWindow("nsaid", 5, 5)


@pytest.mark.parametrize("name", ["duration", "recruitment", "ratio"])
def test_times_that_are_none_are_refused(name):
    with pytest.raises(ValueError, match=f"{name} of inflammation is -1"):
        Inflammation(**{name: -1.0})
