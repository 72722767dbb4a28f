import numpy as np
import pytest
from scipy.sparse import coo_array

from vertebra.fem.systems.constraints import read_mesh, read_supports
from vertebra.fem.systems.pattern import build_pattern, rigid_modes
from vertebra.meshes.shapes import box


def held_bottom(points):
    return np.where((points[:, 2] == 0)[:, None], 0.0, np.full(points.shape, np.nan))


@pytest.mark.parametrize("order", [1, 2])
def test_block_rows_and_slots(order):
    points, cells = read_mesh(*box((1.0, 1.0, 2.0), (2, 1, 2), order))
    pattern = build_pattern(points, cells, read_supports(held_bottom(points), len(points)))
    free = np.flatnonzero(points[:, 2] > 0)
    assert sorted(pattern.node) == free.tolist()
    i, j = np.repeat(cells, cells.shape[1], axis=1).ravel(), np.tile(cells, cells.shape[1]).ravel()
    keep = (pattern.row[i] >= 0) & (pattern.row[j] >= 0)
    ones = coo_array((np.ones(keep.sum()), (pattern.row[i[keep]], pattern.row[j[keep]]))).tocsr()
    ones.sort_indices()
    np.testing.assert_array_equal(pattern.indptr, ones.indptr)
    np.testing.assert_array_equal(pattern.indices, ones.indices)
    slots = pattern.slots.ravel()
    np.testing.assert_array_equal(slots >= 0, keep)
    np.testing.assert_array_equal(pattern.indices[slots[keep]], pattern.row[j[keep]])
    least = pattern.row[cells].min(axis=1)[pattern.order]
    assert (np.diff(least) >= 0).all()


def test_node_held_in_part_keeps_its_row():
    points, cells = read_mesh(*box())
    supports = held_bottom(points)
    top = points[:, 2] == 1
    supports[top, 2] = 0.1
    pattern = build_pattern(points, cells, read_supports(supports, len(points)))
    assert len(pattern.node) == top.sum()
    assert pattern.n_unknowns == 2 * top.sum()


def test_patch_without_supports_is_refused():
    points, cells = box()
    points, cells = np.concatenate([points, points + 5]), np.concatenate([cells, cells + len(points)])
    supports = np.full(points.shape, np.nan)
    supports[:4] = 0
    with pytest.raises(ValueError, match=r"6 of 6 rigid motions free .* cell 6 \(6 of 12 cells, 0 held"):
        build_pattern(points, cells, read_supports(supports, len(points)))


@pytest.mark.parametrize(("nodes", "left"), [([0], 3), ([0, 1], 1)])
def test_hinges_are_refused(nodes, left):
    points, cells = box()
    supports = np.full(points.shape, np.nan)
    supports[nodes] = 0
    with pytest.raises(ValueError, match=f"{left} of 6 rigid motions"):
        build_pattern(points, cells, read_supports(supports, len(points)))


def test_rigid_modes_are_rigid():
    points = np.random.default_rng(0).uniform(size=(9, 3))
    modes = rigid_modes(points)
    difference = points[:, None] - points
    stretch = np.einsum("abi,abim->abm", difference, modes[:, None] - modes)
    np.testing.assert_allclose(stretch, 0, atol=1e-14)
    assert np.linalg.matrix_rank(modes.reshape(-1, 6)) == 6
