"""Numbers packed for a page come back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vertebra.reports.scene.packing import Range, pack, unpack


@given(st.sampled_from([np.uint8, np.uint16, np.uint32]).flatmap(lambda kind: arrays(kind, (3, 5))))
def test_what_is_packed_comes_back(rows):
    assert np.array_equal(unpack(pack(rows), rows.dtype.type, 3), rows)


@pytest.mark.parametrize(("low", "high"), [(0.0, 12000.0), (-3.0, 0.5), (0.2, 0.2)])
def test_values_come_back_finely_near_zero_and_to_a_share_elsewhere(low, high):
    kept = Range.of(low, high)
    values = np.linspace(low, high, 1001)
    found = kept.restored(kept.quantised(values))
    step = (kept.high - kept.low) / 65535
    assert np.all(np.abs(found - values) <= 1.01 * step * np.sqrt(np.abs(values)) + step**2)


def test_a_soft_tissue_beside_a_stiff_shell_keeps_two_digits():
    kept = Range.of(0.0, 17000.0)
    assert kept.restored(kept.quantised(np.array([0.5]))) == pytest.approx(0.5, rel=0.01)


def test_values_beyond_the_range_stay_at_its_ends():
    kept = Range.of(0.0, 1.0)
    assert kept.restored(kept.quantised(np.array([-5.0, 7.0]))) == pytest.approx([0.0, 1.0])
