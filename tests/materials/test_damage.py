"""Damage of crushed bone."""

import numpy as np
import pytest

from vertebra.materials.damage import (
    bearing_compaction,
    beyond_plateau,
    damage,
    is_outside_data,
    modulus_loss,
    peak_crush,
    plateau_strain,
)
from vertebra.materials.table import value


def test_damage_is_the_exponential_of_the_crush_strain():
    compaction = np.array([1.0, 1.02, 1.1, 1.4])
    np.testing.assert_allclose(damage(compaction), 1 - np.exp(-(1 - 1 / compaction) / 0.02), atol=1e-15)


def test_bone_that_is_not_compacted_is_whole():
    np.testing.assert_array_equal(damage(np.array([0.9, 1.0])), 0)


def test_partial_zone_is_damaged_in_part():
    np.testing.assert_allclose(damage([1.4, 1.4], [0.25, 1.0]) * [4, 1], damage(1.4))


def test_crush_strain_can_be_given():
    np.testing.assert_allclose(damage(1.25, crush_strain=0.2), 1 - np.exp(-1.0))


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan])
def test_impossible_compaction_is_refused(wrong):
    with pytest.raises(ValueError, match="old over new volume"):
        damage(wrong)


def test_zone_beyond_one_is_refused():
    with pytest.raises(ValueError, match="volume fractions"):
        damage(1.4, 1.2)


def test_a_quarter_crush_leaves_a_sixth():
    """31 % of the peak springs back: the published 25 % crush is a residual loss of 0.17."""
    assert peak_crush(0.25 * (1 - 0.31)) == pytest.approx(0.25)
    assert not is_outside_data(0.17)
    assert is_outside_data(0.10)
    assert is_outside_data(0.22)


def test_bone_gains_from_compaction_up_to_the_plateau_only():
    plateau = 1 / (1 - plateau_strain())
    np.testing.assert_allclose(bearing_compaction([1.0, 1.2, plateau, 1.8]), [1.0, 1.2, plateau, plateau])


def test_a_column_crushed_beyond_the_plateau_is_no_stiffer_by_being_shorter():
    """The band keeps stiffness per original thickness: E / t with t = t0 / c."""
    compaction = np.array([1.0, 1.2, 1.395, 1.6, 2.4])
    kept = 1 - modulus_loss(compaction)
    np.testing.assert_allclose(kept[:2], 1 - value("damage", "modulus_loss"))
    per_original_thickness = kept * compaction
    np.testing.assert_allclose(per_original_thickness[3:], kept[0] / (1 - plateau_strain()))


def test_words_say_when_bone_may_densify():
    assert "densify" not in beyond_plateau(0.33)
    assert "peak 0.48" in beyond_plateau(0.33)
    assert "from a peak strain of 0.5 on bone may densify, which is not modelled" in beyond_plateau(0.4)
