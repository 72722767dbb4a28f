"""Mirror symmetry about the sagittal plane x = 0.

A mesh and its mirror image deform as mirror images, and axial and forward bending of a symmetric body do not couple
with side bending. The parametric body is symmetric but its tetrahedra are not (bricks are cut along one diagonal), so
on one mesh right and left agree to the discretisation error only.
"""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from vertebra.fem import Elasticity
from vertebra.fem.systems.platens import platen_supports

FLIP = np.array([-1.0, 1.0, 1.0])
EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))


def mirrored(cells):
    """Swap the first two corners, and the mid nodes with them, so that volumes stay positive."""
    corner = [1, 0, 2, 3]
    edge = [frozenset(pair) for pair in EDGES]
    middle = [4 + edge.index(frozenset((corner[i], corner[j]))) for i, j in EDGES]
    return cells[:, corner if cells.shape[1] == 4 else corner + middle]


def solve_uniform(vertebra, points, cells):
    """Even bone on both sides; the platen turns about its middle on x = 0."""
    pivot = np.array([0.0, *points[vertebra.upper, 1:].mean(axis=0)])
    supports = platen_supports(
        points, vertebra.lower, vertebra.upper, modes=("axial", "flexion", "lateral"), pivot=pivot
    )
    return Elasticity(points, cells, supports).solve(500.0, 0.3, tolerance=1e-10)


@pytest.fixture(scope="module", params=["linear_vertebra", "quadratic_vertebra"])
def vertebra(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def solution(vertebra):
    return solve_uniform(vertebra, vertebra.mesh.points, vertebra.mesh.cells)


def test_mirrored_mesh_deforms_as_the_mirror_image(vertebra, solution):
    image = solve_uniform(vertebra, vertebra.mesh.points * FLIP, mirrored(vertebra.mesh.cells))
    for mode, sign in ((0, 1), (1, 1), (2, -1)):  # side bending to the right is mirrored to the left
        expected = sign * FLIP * solution.displacement[mode]
        scale = np.abs(expected).max()
        np.testing.assert_allclose(image.displacement[mode], expected, atol=1e-8 * scale)
    signs = np.array([1, 1, -1])
    scale = np.sqrt(np.outer(np.diag(solution.energy), np.diag(solution.energy)))
    np.testing.assert_allclose(
        image.energy / scale, np.outer(signs, signs) * solution.energy / scale, atol=1e-9
    )


def test_right_and_left_agree(vertebra, solution):
    points = vertebra.mesh.points
    distance, partner = cKDTree(points).query(points * FLIP)
    assert distance.max() < 1e-6, "nodes of the parametric body come in pairs"
    for mode, sign in ((0, 1), (1, 1), (2, -1)):
        u = solution.displacement[mode]
        difference = u - sign * FLIP * u[partner]
        assert np.abs(difference).max() < 0.05 * np.abs(u).max()


def test_side_bending_does_not_couple(solution):
    scale = np.sqrt(np.outer(np.diag(solution.energy), np.diag(solution.energy)))
    coupling = np.abs(solution.energy / scale)
    assert coupling[0, 2] < 0.01
    assert coupling[1, 2] < 0.01
