"""Rows of cement: the fill that restores something, and what a row is computed from."""

import numpy as np
import pytest

from vertebra.checks.observed.cement import _fill_for

FILLS = [0.0, 4.0, 8.0, 12.0]


@pytest.mark.parametrize(
    ("ratios", "fill"),
    [
        ((0.8, 0.9, 1.1, 1.2), 6.0),
        ((0.8, 1.2, 1.1, 1.3), 2.0),
        ((0.5, 0.6, 0.7, 1.0), 12.0),
        ((0.5, 0.6, 0.7, 0.9), np.inf),
    ],
)
def test_fill_is_read_between_volumes_from_the_empty_body_on(ratios, fill):
    assert _fill_for(1.0, FILLS, np.array(ratios)) == pytest.approx(fill)
