import itertools

import numpy as np
import pytest

from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.skin import outer_faces
from vertebra.meshes.volumes.content import Block, FileMesh, MeshFileError
from vertebra.meshes.volumes.splitting import to_tetrahedra


def bricks(n=(3, 2, 2), seed=0):
    """Hexahedra of a box with nodes numbered at random."""
    shape = tuple(k + 1 for k in n)
    index = np.random.default_rng(seed).permutation(int(np.prod(shape))).reshape(shape)
    points = np.empty((index.size, 3))
    points[index.ravel()] = np.stack(np.indices(shape), axis=-1).reshape(-1, 3)
    corner = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)]
    cells = [
        [index[i + a, j + b, k + c] for a, b, c in corner] for i, j, k in itertools.product(*map(range, n))
    ]
    return points, np.array(cells)


@pytest.mark.parametrize("seed", range(4))
def test_hexahedra_become_tetrahedra_that_fit_together(seed):
    points, cells = bricks(seed=seed)
    mesh = to_tetrahedra(FileMesh(points, (Block("hexahedron", cells),), {"first": np.array([0])}))
    assert len(mesh.cells) == 6 * len(cells)
    volume = cell_volumes(mesh.points, mesh.cells)
    assert volume.min() > 0
    assert volume.sum() == pytest.approx(12)
    assert volume[mesh.element_sets["first"]].sum() == pytest.approx(1)
    assert len(outer_faces(mesh.cells)[0]) == 2 * 2 * (3 * 2 + 3 * 2 + 2 * 2)


def test_wedges_and_pyramids_beside_a_hexahedron_fit_too():
    base = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)]
    points = np.array([*base, *((x, y, 1) for x, y, _ in base), (0.5, 0.5, 2), (2, 0, 0), (2, 0, 1)], float)
    blocks = (
        Block("hexahedron", np.array([[0, 1, 2, 3, 4, 5, 6, 7]])),
        Block("pyramid", np.array([[4, 5, 6, 7, 8]])),
        Block("wedge", np.array([[1, 9, 2, 5, 10, 6]])),
    )
    mesh = to_tetrahedra(FileMesh(points, blocks))
    assert cell_volumes(mesh.points, mesh.cells).sum() == pytest.approx(1 + 1 / 3 + 0.5)
    faces, _ = outer_faces(mesh.cells)
    edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()


def test_turned_cells_are_righted_and_counted_and_spare_nodes_dropped():
    points = np.vstack([np.eye(3), np.zeros((1, 3)), [[9.0, 9, 9]]])
    mesh = to_tetrahedra(
        FileMesh(points, (Block("tetra", np.array([[0, 1, 2, 3]])),), {}, {"spare": np.array([4])})
    )
    assert cell_volumes(mesh.points, mesh.cells)[0] == pytest.approx(1 / 6)
    assert any("1 of 1 tetrahedra had negative volume" in note for note in mesh.notes)
    assert any("1 nodes that no volume element uses" in note for note in mesh.notes)
    assert len(mesh.node_sets["spare"]) == 0


def test_orders_are_not_mixed_and_a_surface_alone_is_refused():
    four, ten = np.arange(4)[None], np.arange(10)[None]
    with pytest.raises(MeshFileError, match="elements of two orders"):
        to_tetrahedra(FileMesh(np.zeros((10, 3)), (Block("tetra", four), Block("tetra10", ten))))
    with pytest.raises(MeshFileError, match="found no volume elements"):
        to_tetrahedra(FileMesh(np.zeros((3, 3)), ()))
