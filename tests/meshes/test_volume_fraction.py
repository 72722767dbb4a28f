import numpy as np
import pytest

from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.shapes import box
from vertebra.meshes.tetmesh import TetMesh
from vertebra.meshes.volume_fraction import CellSamples, sixteen_points


def boxed(divisions):
    points, cells = box((20.0, 20.0, 20.0), divisions)
    n, m = len(points), len(cells)
    zero = np.zeros(m)
    return TetMesh(points, cells, np.zeros(m, np.int8), np.zeros(n), np.zeros(m, np.int16), zero, zero)


def test_sixteen_points_integrate_quadratics():
    points = sixteen_points()
    assert points.shape == (16, 4)
    assert points.sum(axis=1) == pytest.approx(1)
    assert points.min() > 0
    # mean of L_i L_j over a tetrahedron is (1 + delta_ij) / 20
    assert points.T @ points / 16 == pytest.approx((1 + np.eye(4)) / 20)


def test_ellipsoids_have_their_volume():
    mesh = boxed((8, 8, 8))
    volumes = cell_volumes(mesh.points, mesh.cells)
    samples = CellSamples.of(mesh, np.arange(mesh.n_cells), volumes)
    centres, axes = np.array([[5.0, 10, 10], [15, 10, 10]]), np.array([[4.0, 5, 3], [4, 5, 3]])
    assert samples.volume((centres, axes)) == pytest.approx(2 * 4 / 3 * np.pi * 4 * 5 * 3, rel=0.01)
    twice = centres[[0, 0]], axes
    assert samples.volume(twice) == pytest.approx(4 / 3 * np.pi * 4 * 5 * 3, rel=0.01)


def test_fraction_is_that_of_plain_sampling():
    mesh = boxed((3, 3, 3))
    samples = CellSamples.of(mesh, np.arange(mesh.n_cells), cell_volumes(mesh.points, mesh.cells))
    centre, axis = np.array([9.0, 11, 10]), np.array([8.0, 6, 5])
    fraction = samples.fraction(centre[None], axis[None])
    for cell, corners in enumerate(mesh.points[mesh.cells]):
        inside = [np.sum(((w @ corners - centre) / axis) ** 2) <= 1 for w in sixteen_points()]
        assert fraction[cell] == pytest.approx(np.mean(inside))
