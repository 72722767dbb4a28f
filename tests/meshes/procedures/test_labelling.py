import numpy as np
import pytest

from vertebra.meshes.procedures.blocky.ellipsoid import Ellipsoid
from vertebra.meshes.procedures.labelling import FLAT, MISFIT, _cost, inside_cells, share_inside
from vertebra.meshes.procedures.relaxation import Patch
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.shapes import box

BALL = Ellipsoid.upright((10.0, 10, 10), (6.0, 7, 5))


@pytest.fixture(scope="module")
def boxed():
    points, cells = box((20.0, 20.0, 20.0), (8, 8, 8))
    patch = Patch.of(cells, points, np.zeros(len(cells), bool))
    distance = BALL.nearest(points)[0]
    return points, patch, distance, share_inside(points, patch.cells, distance, BALL.contains)


def total_cost(patch, off, share, inside):
    """Cost of a choice of cells, cell by cell and node by node."""
    n_inside = np.bincount(patch.cells[inside].ravel(), minlength=len(off))
    between = (n_inside > 0) & (n_inside < np.diff(patch.start))
    cost = sum(off[node] for node in np.flatnonzero(between))
    cost += sum(FLAT for corners in patch.cells if between[corners].all())
    return cost + sum(MISFIT * (1 - s if i else s) for s, i in zip(share, inside, strict=True))


def test_shares_add_up_to_the_volume(boxed):
    points, patch, _, share = boxed
    assert share @ cell_volumes(points, patch.cells) == pytest.approx(4 / 3 * np.pi * 6 * 7 * 5, rel=0.01)


def test_cost_of_a_flip_is_the_difference_of_total_costs(boxed):
    _, patch, distance, share = boxed
    inside, off = share > 0.5, (distance / 2.5) ** 2
    counts = np.bincount(patch.cells[inside].ravel(), minlength=len(off))
    around = np.diff(patch.start)
    flips = np.flatnonzero(np.abs(share - 0.5) < 0.05)[:3]
    assert len(flips) == 3

    def local(inside, n_inside):
        seen = np.zeros(len(share), np.int64), np.zeros(len(off), np.int64)
        return _cost(
            patch.cells, patch.start, patch.around, flips, inside, n_inside, around, off, share, *seen, 1
        )

    changed = inside.copy()
    changed[flips] = ~changed[flips]
    after = np.bincount(patch.cells[changed].ravel(), minlength=len(off))
    expected = total_cost(patch, off, share, changed) - total_cost(patch, off, share, inside)
    assert local(changed, after) - local(inside, counts) == pytest.approx(expected)


def test_search_lowers_the_cost_keeps_the_volume_and_what_is_forbidden(boxed):
    points, patch, distance, share = boxed
    volume = cell_volumes(points, patch.cells)
    target = 4 / 3 * np.pi * 6 * 7 * 5
    allowed = points[patch.cells][:, :, 0].max(axis=1) < 15
    off = np.abs(distance) / 2.5
    inside = inside_cells(patch, off, share, allowed, volume, target)
    assert not inside[~allowed].any()
    free = inside_cells(patch, off, share, np.ones(len(share), bool), volume, target)
    assert volume[free].sum() == pytest.approx(target, rel=0.15)
    assert total_cost(patch, off**2, share, free) < 0.8 * total_cost(patch, off**2, share, share > 0.5)
