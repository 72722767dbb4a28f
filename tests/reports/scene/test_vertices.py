"""Vertices of the scene: fields are smooth within regions and jump between them."""

import numpy as np
import pytest

from vertebra.meshes.shapes import box
from vertebra.reports.scene.vertices import Vertices

POINTS, CELLS = box((2.0, 2.0, 4.0), (2, 2, 4))
UPPER = (POINTS[CELLS[:, :4], 2].mean(axis=1) > 2.0).astype(np.int8)


def test_a_node_between_regions_has_a_vertex_for_each():
    vertices = Vertices.of(POINTS, CELLS, UPPER)
    middle = np.flatnonzero(POINTS[:, 2] == 2.0)
    counts = np.bincount(vertices.node, minlength=len(POINTS))
    assert set(counts[middle]) == {2}
    assert set(np.delete(counts, middle)) == {1}
    assert np.array_equal(vertices.nodes[vertices.node[vertices.cells]], CELLS[:, :4])


def test_means_stay_within_their_region():
    vertices = Vertices.of(POINTS, CELLS, UPPER)
    values = vertices.mean() @ (10.0 * UPPER + 1.0)
    assert np.allclose(values[vertices.cells], (10.0 * UPPER + 1.0)[:, None])
    across = vertices.mean_of_all() @ (10.0 * UPPER + 1.0)
    assert 1.0 < across[POINTS[:, 2] == 2.0].min() < across[POINTS[:, 2] == 2.0].max() < 11.0


def test_means_are_weighted_by_volume():
    stretched = POINTS * [1.0, 1.0, 1.0]
    stretched[:, 0] = np.where(POINTS[:, 0] > 1.0, 5.0, POINTS[:, 0])
    vertices = Vertices.of(stretched, CELLS, np.zeros(len(CELLS)))
    outer = (stretched[CELLS[:, :4], 0].mean(axis=1) > 1.0).astype(float)
    mean = vertices.mean() @ outer
    edge = np.flatnonzero((stretched[:, 0] == 1.0) & (stretched[:, 1] == 1.0) & (stretched[:, 2] == 1.0))[0]
    around = np.flatnonzero((CELLS[:, :4] == edge).any(axis=1))
    volume = vertices.volume[around]
    assert mean[edge] == pytest.approx((volume * outer[around]).sum() / volume.sum())


def test_a_part_is_told_apart_only_where_it_is_asked_for():
    part = POINTS[CELLS[:, :4], 0].mean(axis=1) > 1.0
    vertices = Vertices.of(POINTS, CELLS, np.zeros(len(CELLS)), [part])
    values = part.astype(float)
    apart = (vertices.mean(part) @ values)[vertices.cells]
    assert np.allclose(apart, values[:, None])
    together = (vertices.mean() @ values)[vertices.cells]
    shared = POINTS[CELLS[:, :4], 0] == 1.0
    assert np.all((together[shared] > 0) & (together[shared] < 1))
