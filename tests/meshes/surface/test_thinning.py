import numpy as np
import pytest

from vertebra.meshes.shapes import sphere
from vertebra.meshes.skin import outer_faces
from vertebra.meshes.surface.synthetic import synthetic_body
from vertebra.meshes.surface.thinning import COARSEST, sizing_field, thin_surface
from vertebra.meshes.surface.topology import edge_use, enclosed_volume


def area(points, triangles):
    a, b, c = points[triangles].transpose(1, 0, 2)
    return 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()


def test_thinned_surface_is_closed_and_has_the_edge_asked_for():
    fine = synthetic_body(96, 12)
    points, triangles = thin_surface(fine.points, fine.triangles, 3.0)
    assert len(triangles) < len(fine.triangles) / 2
    assert area(points, triangles) / len(triangles) == pytest.approx(3**0.5 / 4 * 3.0**2, rel=0.05)
    assert (np.bincount(edge_use(triangles)[1].ravel()) == 2).all()
    assert enclosed_volume(points, triangles) == pytest.approx(fine.volume, rel=0.005)


def test_coarse_surface_is_left_alone():
    coarse = synthetic_body(24, 4)
    points, triangles = thin_surface(coarse.points, coarse.triangles, 0.5)
    assert np.array_equal(points, coarse.points)
    assert np.array_equal(triangles, coarse.triangles)


def test_edges_grow_with_the_distance_outside_only():
    points, cells = sphere(20.0, 6)
    faces, _ = outer_faces(cells)
    grid, _, edges = sizing_field(points, faces, 2.0)
    radius = np.linalg.norm(grid, axis=1)
    assert edges[radius < 18] == pytest.approx(np.full((radius < 18).sum(), 2.0))
    assert edges[radius > 29] == pytest.approx(np.full((radius > 29).sum(), COARSEST * 2.0))
    between = (radius > 23) & (radius < 27)
    assert edges[between] == pytest.approx(radius[between] - 20.0, abs=1.0)
    assert (np.abs(grid).max(axis=0) >= 20 * 1.4).all()
