"""The weakest surface from the cells that it passes through."""

import numpy as np
import pytest

from vertebra.meshes.shapes import box
from vertebra.reports.scene.surface import signed_sides

POINTS, CELLS = box((6.0, 6.0, 6.0), (6, 6, 6))
ENDS = np.flatnonzero(POINTS[:, 2] == 6.0), np.flatnonzero(POINTS[:, 2] == 0.0)


def sides_of(area):
    return signed_sides(CELLS, area, *ENDS, len(POINTS))


@pytest.mark.parametrize("normal", [[0.0, 0.0, 1.0], [0.3, -0.2, 1.0]])
def test_the_zero_level_lies_in_the_cells_that_the_surface_passes(normal):
    signed = POINTS @ np.array(normal) - 3.21
    area = np.where(np.ptp(np.sign(signed[CELLS]), axis=1) > 0, 1.0, 0.0)
    sides = sides_of(area)
    assert sides is not None
    far = np.abs(signed) > 2.0
    assert np.array_equal(np.sign(sides[far]), np.sign(signed[far]))
    crossed = np.ptp(np.sign(sides[CELLS]), axis=1) > 0
    assert np.all(area[crossed] > 0)


def test_a_wider_band_of_cells_is_filled_between_its_sides():
    middle = POINTS[CELLS, 2].mean(axis=1)
    sides = sides_of((np.abs(middle - 3.0) < 1.6).astype(float))
    assert np.isfinite(sides).all()
    assert np.all(np.abs(sides) <= 1)
    means = [sides[POINTS[:, 2] == z].mean() for z in range(7)]
    assert np.all(np.diff(means) >= 0)
    assert (means[0], means[-1]) == (-1, 1)


def test_no_surface_and_one_that_parts_nothing_have_no_sides():
    assert sides_of(np.zeros(len(CELLS))) is None
    few = np.zeros(len(CELLS))
    few[:3] = 1.0
    assert sides_of(few) is None


def test_what_hangs_down_from_the_upper_part_is_above():
    """Like a process of a vertebra: the lowest nodes are not those of the lower end."""
    column = (POINTS[CELLS, 0].mean(axis=1) < 3.0).astype(bool)
    cells = CELLS[column | (POINTS[CELLS, 2].mean(axis=1) > 4.0)]
    lowered = POINTS.copy()
    lowered[:, 2] -= np.where(POINTS[:, 0] < 1.0, 4.0, 0.0)
    middle = POINTS[cells].mean(axis=1)
    area = ((middle[:, 2] > 2.0) & (middle[:, 2] < 3.0) & (middle[:, 0] > 1.0)).astype(float)
    cut = (middle[:, 0] > 1.0) & (middle[:, 0] < 2.0) & (middle[:, 2] < 3.0)
    area[cut] = 1.0
    below = np.flatnonzero((POINTS[:, 2] == 0.0) & (POINTS[:, 0] == 3.0))
    sides = signed_sides(cells, area, ENDS[0], below, len(POINTS))
    assert sides is not None
    assert np.all(sides[(POINTS[:, 0] == 0.0)] == 1)
    assert np.all(sides[below] == -1)
