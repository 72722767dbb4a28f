"""Pairs of tetrahedra against an obvious search."""

from itertools import combinations

import numpy as np
import pytest

from vertebra.meshes.neighbours import face_neighbours
from vertebra.meshes.shapes import box


def naive_neighbours(cells):
    corners = [set(cell[:4].tolist()) for cell in cells]
    return {(i, j) for i, j in combinations(range(len(cells)), 2) if len(corners[i] & corners[j]) == 3}


@pytest.mark.parametrize("order", [1, 2])
def test_cells_that_share_three_corners_are_neighbours(order):
    _, cells = box((2, 2, 2), (2, 2, 2), order)
    found = face_neighbours(cells)
    assert len(np.unique(found, axis=0)) == len(found)
    assert {tuple(pair) for pair in found.tolist()} == naive_neighbours(cells)
