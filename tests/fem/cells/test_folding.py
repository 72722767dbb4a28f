"""A cell is folded where the determinant of its Jacobian is negative, at a quadrature point or anywhere else.

With a straight edge along r from 0 to 1 and its mid node at q, dx/dr = 4 q - 1 at the one end and 3 - 4 q at the other:
negative for q < 1/4 and q > 3/4.
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.cells.elements import EDGES, shape_functions
from vertebra.fem.cells.folding import edge_offsets, folded_cells
from vertebra.fem.cells.geometry import compute_geometry
from vertebra.meshes.quality import inverted_cells
from vertebra.meshes.shapes import box, hollow_cylinder

REFERENCE = np.concatenate([np.eye(4), [(np.eye(4)[a] + np.eye(4)[b]) / 2 for a, b in EDGES]])[:, 1:]


def with_mid_node_at(q, edge=0):
    points = REFERENCE.copy()
    a, b = EDGES[edge]
    points[4 + edge] = points[a] + q * (points[b] - points[a])
    return points


def clamped(points):
    supports = np.full_like(points, np.nan)
    supports[points[:, 2] == points[:, 2].min()] = 0.0
    supports[points[:, 2] == points[:, 2].max()] = [0.0, 0.0, -0.1]
    return supports


@pytest.mark.parametrize("edge", range(6))
@pytest.mark.parametrize(
    ("q", "folded"), [(0.24, 1), (0.25, 0), (0.26, 0), (0.5, 0), (0.74, 0), (0.75, 0), (0.76, 1)]
)
def test_a_mid_node_beyond_the_quarter_points_folds_a_cell(edge, q, folded):
    points, cell = with_mid_node_at(q, edge), np.arange(10)[None]
    assert (compute_geometry(points, cell.astype(np.int32)).volume > 0).all()
    assert len(folded_cells(points, cell)) == folded


@pytest.mark.parametrize("q", [0.1, 0.02])
def test_the_folded_cell_is_named_and_refused(q):
    points, cells = box((10.0, 10.0, 20.0), (2, 2, 4), order=2)
    a, b, mid = cells[20][[0, 1, 4]]
    points[mid] = points[a] + q * (points[b] - points[a])
    inside = (cells == mid).any(axis=1)
    assert folded_cells(points, cells).tolist() == np.flatnonzero(inside).tolist()
    with pytest.raises(
        ValueError, match=rf"cell {np.argmax(inside)} is folded \({inside.sum()} of 96.* node {mid} is"
    ):
        Elasticity(points, cells, clamped(points))


def test_well_formed_curved_cells_pass():
    points, cells = hollow_cylinder(divisions=(2, 6, 2), angle=np.pi, order=2)
    assert (edge_offsets(points, cells) > 0.05).any()
    assert not len(folded_cells(points, cells))
    assert Elasticity(points, cells, clamped(points)).n_unknowns > 0


def test_random_cells_against_samples_and_the_twin_of_the_meshes():
    """No cell with a negative sample passes; both rooms, each with its own bound, agree on every cell."""
    rng = np.random.default_rng(0)
    n = 800
    points = (REFERENCE + rng.normal(0, 0.09, (n, 10, 3))).reshape(-1, 3)
    cells = np.arange(10 * n).reshape(n, 10)
    found = folded_cells(points, cells)
    barycentric = np.concatenate([np.eye(4), rng.dirichlet(np.full(4, 0.5), 500)])
    gradient = shape_functions(2, barycentric)[1]
    jacobian = np.einsum("mai,qaj->mqij", points[cells], gradient)
    negative = np.flatnonzero(np.linalg.det(jacobian).min(axis=1) < -1e-6)
    assert not np.setdiff1d(negative, found).size
    assert 0.3 * n < len(negative) <= len(found) < 1.05 * len(negative)
    np.testing.assert_array_equal(inverted_cells(points, cells), found)
