"""Plane sections of tetrahedral meshes."""

from itertools import pairwise

import numpy as np
import pytest

from vertebra.meshes.shapes import box
from vertebra.reports.pictures.plane_cut import cut_tetrahedra


def area_and_normal(polygon):
    """Area vector of a planar polygon."""
    first = polygon[0]
    return 0.5 * sum(np.cross(a - first, b - first) for a, b in pairwise(polygon[1:]))


@pytest.mark.parametrize("offset", [0.3, 0.5, 1.0, 1.5])  # between nodes and through them
@pytest.mark.parametrize("order", [1, 2])
def test_section_across_a_box_has_its_cross_section(offset, order):
    points, cells = box((2.0, 3.0, 5.0), (4, 3, 2), order=order)
    polygons, cut = cut_tetrahedra(points, cells, np.array([1.0, 0.0, 0.0]), offset)
    assert sum(np.linalg.norm(area_and_normal(p)) for p in polygons) == pytest.approx(3 * 5)
    assert all(np.allclose(p[:, 0], offset) for p in polygons)
    assert len(set(cut)) == len(polygons)


def test_oblique_section_has_the_sheared_area():
    points, cells = box((1.0, 1.0, 4.0), (2, 3, 5), order=1)
    normal = np.array([1.0, 0.0, 1.0])
    polygons, _ = cut_tetrahedra(points, cells, normal, 2.0)
    assert sum(np.linalg.norm(area_and_normal(p)) for p in polygons) == pytest.approx(np.sqrt(2))


def test_polygons_go_around_and_belong_to_their_cell():
    points, cells = box((1.0, 1.0, 1.0), (2, 2, 2), order=1)
    normal = np.array([0.3, -0.5, 0.8])
    polygons, cut = cut_tetrahedra(points, cells, normal, 0.3)
    for polygon, cell in zip(polygons, cut, strict=True):
        assert len(polygon) in (3, 4)
        corners = points[cells[cell]]
        assert (polygon >= corners.min(axis=0) - 1e-9).all()
        assert (polygon <= corners.max(axis=0) + 1e-9).all()
        if len(polygon) == 4:  # convex: no bow tie
            a, b, c, d = polygon
            whole = np.linalg.norm(area_and_normal(polygon))
            parts = [np.linalg.norm(area_and_normal(np.array(t))) for t in ((a, b, c), (a, c, d))]
            assert whole == pytest.approx(sum(parts))


def test_a_plane_beside_the_body_cuts_nothing():
    points, cells = box((1.0, 1.0, 1.0), (1, 1, 1), order=1)
    polygons, cut = cut_tetrahedra(points, cells, np.array([0.0, 0.0, 1.0]), 7.0)
    assert polygons == []
    assert len(cut) == 0
