import numpy as np
import pytest

from vertebra.meshes.shapes import box
from vertebra.meshes.skin import outer_faces, plane_triangles
from vertebra.meshes.surface.layers import add_mid_nodes
from vertebra.meshes.surface.topology import edge_use, enclosed_volume

SIZE = (3.0, 2.0, 1.0)
EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))


@pytest.fixture(params=[1, 2])
def block(request):
    points, cells = box(SIZE, (3, 2, 2), order=request.param)
    return points, cells


def test_skin_of_a_block_is_closed_outward_and_as_large_as_the_block(block):
    points, cells = block
    faces, cell = outer_faces(cells)
    triangles = plane_triangles(faces)
    assert (edge_use(triangles)[2] == 2).all()
    assert enclosed_volume(points, triangles) == pytest.approx(np.prod(SIZE))
    a, b, c = points[triangles].transpose(1, 0, 2)
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    assert area == pytest.approx(2 * (3 * 2 + 2 * 1 + 1 * 3))
    assert all(set(face) <= set(nodes) for face, nodes in zip(faces, cells[cell], strict=True))


def test_mid_nodes_lie_halfway_on_their_edges(block):
    points, cells = block
    faces, _ = outer_faces(cells)
    if faces.shape[1] == 6:
        assert points[faces[:, 3]] == pytest.approx(0.5 * (points[faces[:, 0]] + points[faces[:, 1]]))
        assert points[faces[:, 5]] == pytest.approx(0.5 * (points[faces[:, 2]] + points[faces[:, 0]]))
    else:
        quadratic, ten = add_mid_nodes(points, cells)
        n_edges = len(
            np.unique(
                np.sort(cells[:, [(0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)]].reshape(-1, 2)), axis=0
            )
        )
        assert len(quadratic) == len(points) + n_edges
        for mid, (i, j) in enumerate(((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)), start=4):
            assert quadratic[ten[:, mid]] == pytest.approx(0.5 * (points[cells[:, i]] + points[cells[:, j]]))
