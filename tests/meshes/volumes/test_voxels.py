import numpy as np
import pytest

from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.skin import outer_faces
from vertebra.meshes.volumes.voxels import fill_voxels


def test_voxels_are_filled_and_neighbours_fit():
    rng = np.random.default_rng(3)
    inside = rng.random((4, 5, 3)) < 0.7
    affine = np.array([[0, 1.2, 0, 5.0], [-0.8, 0, 0, 2.0], [0, 0, 2.0, -1.0], [0, 0, 0, 1]])
    points, cells, owner = fill_voxels(inside, affine)
    volume = cell_volumes(points, cells)
    assert volume.min() > 0
    np.testing.assert_allclose(np.bincount(owner, volume), 1.2 * 0.8 * 2.0)
    middles = np.argwhere(inside) @ affine[:3, :3].T + affine[:3, 3]
    for axis in range(3):
        mean = np.bincount(owner, volume * points[cells, axis].mean(axis=1)) / np.bincount(owner, volume)
        np.testing.assert_allclose(mean, middles[:, axis])
    padded = np.pad(inside, 1)
    open_faces = sum(int((padded != np.roll(padded, 1, axis)).sum()) for axis in range(3))
    assert len(outer_faces(cells)[0]) == 2 * open_faces


def test_one_voxel_is_six_tetrahedra():
    points, cells, _ = fill_voxels(np.ones((1, 1, 1), bool), np.eye(4))
    assert (len(points), len(cells)) == (8, 6)
    assert np.abs(points).max() == pytest.approx(0.5)
