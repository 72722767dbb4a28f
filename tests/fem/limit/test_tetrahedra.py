"""Faces, gradients and the split of tetrahedra."""

import naive_limit as naive
import numpy as np
import pytest

from vertebra.fem.limit.tetrahedra import Faces, gradients, split
from vertebra.meshes.shapes import box


@pytest.fixture(scope="module")
def mesh():
    points, cells = box((2.0, 3.0, 4.0), (2, 2, 3))
    return points + 0.1 * np.random.default_rng(1).normal(size=points.shape), cells


def test_gradients_are_their_naive_twin(mesh):
    points, cells = mesh
    found, volume = gradients(points, cells)
    for cell, nodes in enumerate(cells):
        expected, size = naive.gradients(points[nodes])
        np.testing.assert_allclose(found[cell], expected, atol=1e-12)
        assert volume[cell] == pytest.approx(size)


def test_an_inverted_cell_is_named(mesh):
    points, cells = mesh
    turned = cells.copy()
    turned[5, :2] = turned[5, 1::-1]
    with pytest.raises(ValueError, match=r"cell 5 has volume -.*expected a positive one"):
        gradients(points, turned)


def test_each_face_lies_opposite_to_its_corner_and_is_shared_by_two_cells_or_outside(mesh):
    _, cells = mesh
    faces = Faces.of(cells)
    for cell in range(len(cells)):
        for a in range(4):
            assert sorted(np.delete(cells[cell], a)) == list(faces.nodes[faces.of_cell[cell, a]])
    np.testing.assert_array_equal(np.bincount(faces.of_cell.ravel()), np.where(faces.exterior, 1, 2))


def test_split_keeps_the_volume_and_meets_the_neighbours(mesh):
    points, cells = mesh
    finer, parts, ends = split(points, cells)
    volume = gradients(points, cells)[1]
    np.testing.assert_allclose(gradients(finer, parts)[1].reshape(-1, 8), np.tile(volume[:, None] / 8, 8))
    np.testing.assert_allclose(finer[len(points) :], points[ends].mean(axis=1))
    before, after = Faces.of(cells), Faces.of(parts)
    assert after.exterior.sum() == 4 * before.exterior.sum()
