"""Tissue state of every element."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.materials.tissue import SHARES, TissueState

FRACTION = st.floats(0, 1)


def state_of(**shares):
    table = np.array([[shares.get(name, 0.0)] for name in SHARES])
    return TissueState(day=0.0, territory=np.array([1.0]), shares=table, cement=np.array([0.0]))


@settings(deadline=None)
@given(FRACTION, FRACTION, st.lists(st.floats(1e-3, 1), min_size=7, max_size=7))
def test_volume_fractions_sum_to_one_and_stay_in_range(territory, cement, weights):
    shares = np.array(weights)[:, None] / sum(weights)
    state = TissueState(0.0, np.array([territory]), shares, np.array([cement]))
    fractions = np.array(list(state.volume_fractions().values()))
    np.testing.assert_allclose(fractions.sum(axis=0), 1, atol=1e-12)
    assert np.all((fractions >= 0) & (fractions <= 1))


def test_fresh_territory_is_haematoma_counted_as_granulation():
    fractions = TissueState.fresh([0.0, 0.3, 1.0]).volume_fractions()
    np.testing.assert_array_equal(fractions["granulation"], [0.0, 0.3, 1.0])
    np.testing.assert_array_equal(fractions["host"], [1.0, 0.7, 0.0])


def test_cement_takes_its_share_from_all_tissues():
    fresh = TissueState.fresh([0.3, 0.3])
    cemented = fresh.with_cement([0.0, 0.5])
    for name, before in fresh.volume_fractions().items():
        if name != "cement":
            np.testing.assert_allclose(cemented.volume_fractions()[name][1], 0.5 * before[1])
    assert fresh.cement[1] == 0


def test_maturity_weighs_immature_woven_bone_by_a_fifth():
    assert state_of(woven_immature=0.5, cartilage=0.5).maturity == pytest.approx(0.2 * 0.5)
    assert state_of(woven_mature=0.6, remodelled=0.4).maturity == pytest.approx(1.0)


def test_soft_modulus_is_weighted_by_shares():
    state = state_of(haematoma=0.1, granulation=0.2, fibrous=0.3, cartilage=0.4)
    assert state.soft_young() == pytest.approx(0.3 * 0.2 + 0.3 * 2 + 0.4 * 10)


def test_lost_tissue_is_refused():
    with pytest.raises(ValueError, match=r"element 0 sum to 0\.9"):
        state_of(woven_mature=0.9)


def test_fraction_beyond_one_is_refused():
    with pytest.raises(ValueError, match=r"cement spans 1\.5"):
        TissueState.fresh([0.5]).with_cement([1.5])


def test_cement_of_another_mesh_is_refused():
    with pytest.raises(ValueError, match="one fraction per element"):
        TissueState.fresh([0.5]).with_cement([0.1, 0.2])
