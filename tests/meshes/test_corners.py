"""The 4-node mesh inside a 10-node mesh."""

import numpy as np
import pytest

from vertebra.meshes.caps import add_caps
from vertebra.meshes.corners import corner_mesh
from vertebra.meshes.parametric.body import parametric_body


@pytest.fixture(scope="module", params=[1, 2])
def bodies(request):
    """Bone and bone with caps of cells of both orders."""
    bone = parametric_body("L1", 4.0, request.param)
    return bone, add_caps(bone, 10.0)


def test_corners_are_a_mesh_without_other_nodes(bodies):
    for mesh in bodies:
        corners = corner_mesh(mesh)
        assert corners.order == 1
        assert np.array_equal(np.unique(corners.cells), np.arange(corners.n_points))
        np.testing.assert_array_equal(corners.points[corners.cells], mesh.points[mesh.cells[:, :4]])
        np.testing.assert_array_equal(corners.zeta[corners.cells], mesh.zeta[mesh.cells[:, :4]])
        assert (corners.region == mesh.region).all()


def test_a_4_node_mesh_is_its_own(bodies):
    for mesh in bodies:
        corners = corner_mesh(mesh)
        assert corner_mesh(corners) is corners


def test_node_sets_keep_their_corners(bodies):
    for mesh in bodies:
        corners, used = corner_mesh(mesh), np.zeros(mesh.n_points, bool)
        used[mesh.cells[:, :4]] = True
        for name, nodes in mesh.node_sets.items():
            kept = nodes[used[nodes]]
            np.testing.assert_array_equal(corners.points[corners.node_sets[name]], mesh.points[kept])


def test_caps_of_the_corners_are_the_corners_of_the_caps(bodies):
    bone, capped = bodies
    there, here = add_caps(corner_mesh(bone), 10.0), corner_mesh(capped)
    np.testing.assert_array_equal(there.cells, here.cells)
    np.testing.assert_allclose(there.points, here.points, atol=1e-9)
