import numpy as np
import pytest

from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.quality import (
    cell_volumes,
    dihedral_angles,
    inverted_cells,
    mesh_quality,
    orient,
    radius_ratios,
    require_positive,
)

REGULAR = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=float)
TET = orient(REGULAR, np.array([[0, 1, 2, 3]]))
MIDS = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))


def quadratic(corners):
    return np.vstack([corners, [(corners[i] + corners[j]) / 2 for i, j in MIDS]]), np.arange(10)[None]


def test_regular_tetrahedron():
    assert cell_volumes(REGULAR, TET) == pytest.approx(8 / 3)
    assert dihedral_angles(REGULAR, TET) == pytest.approx(np.full((1, 6), np.degrees(np.arccos(1 / 3))))
    assert radius_ratios(REGULAR, TET) == pytest.approx(1)


def test_dihedral_angles_of_the_corner_of_a_cube():
    corner = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=float)
    slanted = np.degrees(np.arctan(2**0.5))
    expected = [90, 90, 90, slanted, slanted, slanted]
    assert dihedral_angles(corner, np.arange(4)[None])[0] == pytest.approx(expected)


def test_volume_of_curved_tetrahedron_is_that_of_its_quadratic_map():
    # z' = z + a x (1 - x) at x in [0, 1] shears along z: the volume stays; y' = y (1 + b x) adds b times
    # the integral of x over the tetrahedron, 1/24
    corner = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=float)
    points, cells = quadratic(corner)
    x, y, z = points.T
    bent = np.stack([x, y * (1 + 0.5 * x), z + 0.3 * x * (1 - x)], axis=1)
    assert cell_volumes(bent, cells)[0] == pytest.approx(1 / 6 + 0.5 / 24)


def test_orient_turns_negative_cells_and_keeps_mid_nodes():
    points, cells = quadratic(REGULAR)
    wrong = cells if cell_volumes(points, cells)[0] < 0 else cells[:, [1, 0, 2, 3, 4, 6, 5, 8, 7, 9]]
    right = orient(points, wrong)
    assert cell_volumes(points, right)[0] == pytest.approx(-cell_volumes(points, wrong)[0])
    for mid, (i, j) in enumerate(MIDS, start=4):
        assert points[right[0, mid]] == pytest.approx((points[right[0, i]] + points[right[0, j]]) / 2)


def test_inverted_corner_of_curved_cell_is_found_and_refused():
    corner = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=float)
    points, cells = quadratic(corner)
    assert len(inverted_cells(points, cells)) == 0
    points[4] = [0.2, 0, 0]  # a mid node beyond the first quarter turns the edge back on itself
    assert inverted_cells(points, cells).tolist() == [0]
    with pytest.raises(ValueError, match="1 of 1 tetrahedra would be turned inside out"):
        require_positive(points, cells, "the test", "Move the node.")


def test_quality_sums_to_the_volume_of_the_mesh():
    mesh = parametric_body("L1", 4.0, 2)
    quality = mesh_quality(mesh)
    assert quality.n_inverted == 0
    assert sum(quality.volume_mm3.values()) == pytest.approx(cell_volumes(mesh.points, mesh.cells).sum())
    assert 0 < quality.min_dihedral_deg <= quality.min_dihedral_core_deg <= quality.median_dihedral_core_deg
    assert 0 < quality.min_scaled_jacobian <= 1
