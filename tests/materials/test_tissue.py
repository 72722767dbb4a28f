"""Tissue state of every element."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.materials.table import value
from vertebra.materials.tissue import SHARES, TissueState, compartments, joined

FRACTION = st.floats(0, 1)


def state_of(mineralisation=1.0, **shares):
    table = np.array([[shares.get(name, 0.0)] for name in SHARES])
    return TissueState.fresh([1.0]).healed_to(0, table, np.array([mineralisation]))


@settings(deadline=None)
@given(FRACTION, FRACTION, FRACTION, st.floats(0.2, 1), st.lists(st.floats(1e-3, 1), min_size=6, max_size=6))
def test_volume_fractions_sum_to_one_and_stay_in_range(territory, gap, cement, mineralisation, weights):
    shares = np.array(weights)[:, None] / sum(weights)
    state = TissueState.fresh([territory], [gap]).with_cement([cement])
    state = state.healed_to(7, shares, np.array([mineralisation]))
    assert 0 <= state.maturity[0] <= 1
    fractions = np.array(list(state.volume_fractions().values()))
    np.testing.assert_allclose(fractions.sum(axis=0), 1, atol=1e-12)
    assert np.all((fractions >= 0) & (fractions <= 1))


def test_fresh_territory_is_haematoma_counted_as_granulation():
    fractions = TissueState.fresh([0.0, 0.3, 1.0]).volume_fractions()
    np.testing.assert_array_equal(fractions["granulation"], [0.0, 0.3, 1.0])
    np.testing.assert_array_equal(fractions["host"], [1.0, 0.7, 0.0])


def test_an_empty_cleft_is_repaired_whole_beside_the_broken_part_of_the_scaffold():
    state = TissueState.fresh([0.5], [0.2])
    np.testing.assert_allclose(state.volume_fractions()["granulation"], 0.2 + 0.8 * 0.5)
    np.testing.assert_allclose(state.volume_fractions()["host"], 0.8 * 0.5)
    np.testing.assert_allclose(state.repair, 0.2 + 0.8 * 0.5)


def test_cement_takes_its_share_from_all_tissues():
    fresh = TissueState.fresh([0.3, 0.3])
    cemented = fresh.with_cement([0.0, 0.5])
    for name, before in fresh.volume_fractions().items():
        if name != "cement":
            np.testing.assert_allclose(cemented.volume_fractions()[name][1], 0.5 * before[1])
    assert fresh.cement[1] == 0


def test_maturity_is_mineralised_woven_and_remodelled_bone():
    assert state_of(0.2, woven=0.5, cartilage=0.5).maturity == pytest.approx(0.2 * 0.5)
    assert state_of(0.7, woven=0.6, remodelled=0.4).maturity == pytest.approx(0.7 * 0.6 + 0.4)


@given(FRACTION, st.floats(0.2, 1))
def test_compartments_keep_woven_bone_and_its_mineral(woven, mineralisation):
    immature, mature = compartments(np.array([woven]), np.array([mineralisation]))
    np.testing.assert_allclose(immature + mature, woven, atol=1e-15)
    np.testing.assert_allclose(0.2 * immature + mature, woven * mineralisation, atol=1e-15)
    again = joined(immature, mature)
    np.testing.assert_allclose(again[0] * again[1], woven * mineralisation, atol=1e-15)


def test_soft_modulus_is_weighted_by_shares():
    state = state_of(haematoma=0.1, granulation=0.2, fibrous=0.3, cartilage=0.4)
    assert state.soft_young() == pytest.approx(0.3 * 0.2 + 0.3 * 2 + 0.4 * 10)


def test_soft_tissue_gives_way_at_the_strain_it_bears():
    state = state_of(haematoma=0.1, granulation=0.2, fibrous=0.3, cartilage=0.4)
    bears = {name: value("tissue", f"strain.{name}") for name in ("granulation", "fibrous", "cartilage")}
    expected = 0.3 * 0.2 * bears["granulation"] + 0.3 * 2 * bears["fibrous"] + 0.4 * 10 * bears["cartilage"]
    assert state.soft_strength() == pytest.approx(expected)


def test_lost_tissue_is_refused():
    with pytest.raises(ValueError, match=r"element 0 sum to 0\.9"):
        state_of(woven=0.9)


def test_fraction_beyond_one_is_refused():
    with pytest.raises(ValueError, match=r"cement spans 1\.5"):
        TissueState.fresh([0.5]).with_cement([1.5])


def test_cement_of_another_mesh_is_refused():
    with pytest.raises(ValueError, match="one fraction per element"):
        TissueState.fresh([0.5]).with_cement([0.1, 0.2])


def test_woven_bone_less_mineralised_than_it_forms_is_refused():
    with pytest.raises(ValueError, match=r"mineralisation 0\.1, expected at least 0\.2"):
        state_of(0.1, woven=1.0)


def test_arrays_of_another_mesh_are_refused():
    with pytest.raises(ValueError, match="as the territory has"):
        TissueState.fresh([0.5, 0.5], [0.1])


def test_remodelled_bone_without_density_is_refused():
    with pytest.raises(ValueError, match="remodelled_density falls to 0"):
        replace(TissueState.fresh([0.5]), remodelled_density=np.array([0.0]))


def test_what_breaks_later_is_haematoma_and_the_rest_stays():
    state = TissueState.fresh([0.2, 0.5, 0.0], [0.0, 0.1, 0.0])
    shares = np.zeros_like(state.shares)
    shares[SHARES.index("woven")], shares[SHARES.index("fibrous")] = 0.75, 0.25
    healed = state.healed_to(30.0, shares, np.full(3, 0.6))
    broken = healed.broken_further(np.array([0.8, 0.4, 0.3]))
    assert broken.territory == pytest.approx([0.8, 0.5, 0.3])  # nothing grows together by breaking
    for name in ("woven", "fibrous"):
        before, after = (each.volume_fractions()[name] for each in (healed, broken))
        assert after == pytest.approx(before)
    assert broken.share("haematoma") == pytest.approx([0.75, 0.0, 1.0])
    assert broken.mineralisation == pytest.approx(healed.mineralisation)


def test_elements_that_move_into_the_band_hold_its_mean():
    state = TissueState.fresh([0.5, 1.0, 0.0])
    shares = np.zeros_like(state.shares)
    shares[SHARES.index("woven")] = [0.2, 0.8, 0.0]
    shares[SHARES.index("granulation")] = [0.8, 0.2, 1.0]
    moved = state.healed_to(9.0, shares, np.array([0.4, 0.5, 0.2])).settled(
        np.array([0.0, 1.0, 0.6]), np.array([2.0, 3.0, 1.0])
    )
    assert moved.territory == pytest.approx([0.0, 1.0, 0.6])
    assert moved.share("woven")[2] == pytest.approx((0.2 * 1 + 0.8 * 3) / 4)
    assert moved.mineralisation[2] == pytest.approx((0.4 * 0.2 + 0.5 * 2.4) / 2.6)


def test_what_opens_in_stretched_bone_is_haematoma():
    state = TissueState.fresh(np.full(3, 0.8)).healed_to(
        28.0, np.array([0.1, 0.2, 0.1, 0.1, 0.4, 0.1])[:, None], np.full(1, 0.5)
    )
    kept = np.array([1.0, 0.75, 0.5])
    after = state.stretched(kept)
    assert after.shares.sum(axis=0) == pytest.approx(np.ones(3))
    assert after.share("woven") == pytest.approx(0.4 * kept)
    assert after.share("haematoma") == pytest.approx(0.1 * kept + 1 - kept)
    assert np.array_equal(after.territory, state.territory)
    assert np.array_equal(after.mineralisation, state.mineralisation)
