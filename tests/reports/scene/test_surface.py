"""The weakest surface from the cells that it passes through."""

import numpy as np
import pytest

from vertebra.meshes.shapes import box
from vertebra.reports.scene.surface import signed_sides

POINTS, CELLS = box((6.0, 6.0, 6.0), (6, 6, 6))


@pytest.mark.parametrize("normal", [[0.0, 0.0, 1.0], [0.3, -0.2, 1.0]])
def test_the_zero_level_lies_in_the_cells_that_the_surface_passes(normal):
    signed = POINTS @ np.array(normal) - 3.21
    area = np.where(np.ptp(np.sign(signed[CELLS]), axis=1) > 0, 1.0, 0.0)
    sides = signed_sides(CELLS, area, POINTS[:, 2])
    assert sides is not None
    far = np.abs(signed) > 2.0
    assert np.array_equal(np.sign(sides[far]), np.sign(signed[far]))
    crossed = np.ptp(np.sign(sides[CELLS]), axis=1) > 0
    assert np.all(area[crossed] > 0)


def test_a_wider_band_of_cells_is_filled_between_its_sides():
    middle = POINTS[CELLS, 2].mean(axis=1)
    sides = signed_sides(CELLS, (np.abs(middle - 3.0) < 1.6).astype(float), POINTS[:, 2])
    assert np.isfinite(sides).all()
    assert np.all(np.abs(sides) <= 1)
    means = [sides[POINTS[:, 2] == z].mean() for z in range(7)]
    assert np.all(np.diff(means) >= 0)
    assert (means[0], means[-1]) == (-1, 1)


def test_no_surface_and_one_that_parts_nothing_have_no_sides():
    assert signed_sides(CELLS, np.zeros(len(CELLS)), POINTS[:, 2]) is None
    few = np.zeros(len(CELLS))
    few[:3] = 1.0
    assert signed_sides(CELLS, few, POINTS[:, 2]) is None
