"""Healing given as points in time."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.materials.density import QctDensity
from vertebra.materials.healing.laws.curve import CurveLaw, ModulusCurveLaw
from vertebra.materials.healing.processes.pace import Pace
from vertebra.materials.mixture import HostBone, mix
from vertebra.materials.tissue import TissueState

FRESH = TissueState.fresh([1.0, 0.4])
LAW = CurveLaw.from_points(
    [0, 20, 60], {"granulation": [1, 0.5, 0], "cartilage": [0, 0.5, 0.2], "woven": [0, 0, 0.8]}
)


def test_shares_are_linear_between_points_and_constant_beyond():
    on_day_10 = LAW.advance(FRESH, 10)
    np.testing.assert_allclose(on_day_10.share("granulation"), 0.75)
    np.testing.assert_allclose(on_day_10.share("cartilage"), 0.25)
    np.testing.assert_allclose(LAW.advance(on_day_10, 500).share("woven"), 0.8)


def test_two_steps_are_one():
    twice = LAW.advance(LAW.advance(FRESH, 13), 20)
    np.testing.assert_allclose(twice.shares, LAW.advance(FRESH, 33).shares)
    assert twice.day == 33


def test_time_ratio_stretches_the_clock():
    slow = replace(LAW, time_ratio=2.0)
    np.testing.assert_allclose(slow.advance(FRESH, 80).shares, LAW.advance(FRESH, 40).shares)


def test_immature_woven_bone_counts_as_it_forms_and_matures_between_points():
    law = CurveLaw.from_points([0, 10], {"woven_immature": [1.0, 0.0], "woven": [0.0, 1.0]})
    for day in (0, 4, 10):
        state = law.advance(FRESH, day)
        np.testing.assert_allclose(state.share("woven"), 1)
        np.testing.assert_allclose(state.mineralisation, 0.2 + 0.8 * day / 10)


def test_unknown_tissue_is_refused():
    with pytest.raises(ValueError, match=r"'callus' is not known.*cartilage"):
        CurveLaw.from_points([0], {"callus": [1]})


def test_lost_tissue_is_refused_by_day():
    with pytest.raises(ValueError, match=r"day 20 sum to 0\.7"):
        CurveLaw.from_points([0, 20], {"granulation": [1, 0.5], "woven": [0, 0.2]})


def test_missing_point_is_refused():
    with pytest.raises(ValueError, match="has 1 points, expected 2"):
        CurveLaw.from_points([0, 20], {"granulation": [1]})


@pytest.mark.parametrize("days", [[], [0, 0], [5, 3], [-1, 3]])
def test_days_that_do_not_increase_are_refused(days):
    with pytest.raises(ValueError, match="expected increasing days"):
        CurveLaw.from_points(days, {"granulation": [1] * len(days)})


def test_moduli_become_the_maturity_of_which_the_square_counts():
    law = ModulusCurveLaw.from_points([0, 10, 30], [50, 90, 250], fresh_MPa=50, healed_MPa=250)
    for day, young in ((0, 50), (10, 90), (20, 170), (30, 250), (400, 250)):
        state = law.advance(FRESH, day)
        np.testing.assert_allclose(state.maturity, np.sqrt((young - 50) / 200), atol=1e-3)
        np.testing.assert_allclose(state.share("woven") + state.share("granulation"), 1)


def test_moduli_are_met_by_the_mixture_from_its_own_response():
    host = HostBone(QctDensity([0.1]), np.zeros(1), np.zeros(1))
    crushed, g = 1.3, np.array([0.9])

    def young(maturity):
        shares = np.array([[0.0], [1 - maturity], [0], [0], [maturity], [0]])
        state = TissueState.fresh(g).healed_to(0, shares, np.ones(1))
        return mix(host, compaction=crushed, tissue=state).young[0]

    rising = np.linspace(0, 0.7, 200)
    law = ModulusCurveLaw(
        np.array([0, 50.0]), np.array([90.0, 150.0]), rising, np.array([young(m) for m in rising]), 1.2
    )
    for day in (0, 24, 60):
        found = mix(host, compaction=crushed, tissue=law.advance(TissueState.fresh(g), day)).young
        np.testing.assert_allclose(found, 90 + day, rtol=1e-4)


@pytest.mark.parametrize("young", [[40, 90], [50, 251], [50, np.nan]])
def test_moduli_that_the_zone_cannot_have_are_refused(young):
    with pytest.raises(ValueError, match=r"expected 50 \(fresh\) to 250 MPa \(healed\)"):
        ModulusCurveLaw.from_points([0, 30], young, fresh_MPa=50, healed_MPa=250)


def test_a_zone_that_gains_nothing_and_missing_moduli_are_refused():
    with pytest.raises(ValueError, match="Is there a fracture to heal"):
        ModulusCurveLaw.from_points([0, 30], [50, 50], fresh_MPa=50, healed_MPa=50)
    with pytest.raises(ValueError, match="has 1 moduli, expected 2"):
        ModulusCurveLaw.from_points([0, 30], [50], fresh_MPa=50, healed_MPa=60)
    with pytest.raises(ValueError, match="days must increase"):
        ModulusCurveLaw.from_points([0], [50], fresh_MPa=50, healed_MPa=60).advance(FRESH, -1)


def test_days_of_another_pace_are_healing_time():
    paced = replace(LAW, time_ratio=2.0, pace=Pace(((10.0, 30.0, 1.5),)))
    np.testing.assert_allclose(
        paced.advance(FRESH, 30).shares, replace(LAW, time_ratio=2.0).advance(FRESH, 40).shares
    )
