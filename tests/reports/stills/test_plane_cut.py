"""Plane cuts through tetrahedra."""

import numpy as np
import pytest

from vertebra.meshes.shapes import box
from vertebra.reports.stills.plane_cut import border, cut_plane

POINTS, CELLS = box((3.0, 4.0, 5.0), (3, 4, 5))


def area(cut, points, axes):
    corners = cut.at(points)[:, axes][cut.triangles]
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return 0.5 * np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])


@pytest.mark.parametrize(("axis", "axes", "whole"), [(0, [1, 2], 20.0), (1, [0, 2], 15.0), (2, [0, 1], 12.0)])
@pytest.mark.parametrize("offset", [0.37, 1.0, 2.71])
def test_a_cut_through_a_box_has_its_area_and_lies_in_the_plane(axis, axes, whole, offset):
    cut = cut_plane(POINTS, CELLS, axis, offset)
    assert cut.at(POINTS)[:, axis] == pytest.approx(offset)
    assert area(cut, POINTS, axes).sum() == pytest.approx(whole)


def test_linear_fields_are_exact_on_the_cut():
    cut = cut_plane(POINTS, CELLS, 0, 1.3)
    field = POINTS @ [1.0, -2.0, 0.5] + 3.0
    assert cut.at(field) == pytest.approx(cut.at(POINTS) @ [1.0, -2.0, 0.5] + 3.0)


def test_a_plane_beside_the_body_cuts_nothing():
    assert len(cut_plane(POINTS, CELLS, 2, 9.0).triangles) == 0


def test_the_border_of_a_part_is_as_long_as_the_part_is_wide():
    inside = POINTS[CELLS[:, :4], 2].mean(axis=1) < 2.0
    cut = cut_plane(POINTS, CELLS, 0, 1.3)
    edges = border(cut, cut.at(POINTS)[:, [1, 2]], inside)
    length = np.linalg.norm(edges[:, 1] - edges[:, 0], axis=1).sum()
    assert length == pytest.approx(2 * (4.0 + 2.0))  # around a rectangle of 4 by 2
