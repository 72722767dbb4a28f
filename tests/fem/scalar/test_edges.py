"""Linear tetrahedra as a graph of edges."""

import numpy as np
import pytest

from vertebra.fem.scalar.edges import Edges
from vertebra.meshes.shapes import box


def naive_stiffness(points, cells, diffusivity):
    """K_ij = sum over cells of D V grad N_i . grad N_j, densely, from the inverse of the coordinate matrix."""
    K = np.zeros((len(points), len(points)))
    for cell, D in zip(cells, diffusivity, strict=True):
        corner = np.column_stack([np.ones(4), points[cell]])
        gradient = np.linalg.inv(corner)[1:]  # (3, 4)
        volume = np.linalg.det(corner) / 6
        for a in range(4):
            for b in range(4):
                K[cell[a], cell[b]] += D * volume * gradient[:, a] @ gradient[:, b]
    return K


def moved_box():
    """A unit cube whose inner nodes are displaced."""
    points, cells = box((1.0, 1.0, 1.0), (3, 3, 3))
    inner = np.all((points > 1e-9) & (points < 1 - 1e-9), axis=1)
    points[inner] += np.random.default_rng(5).uniform(-0.07, 0.07, (inner.sum(), 3))
    return points, cells


def test_weights_are_those_of_the_naive_double_loop():
    points, cells = moved_box()
    D = np.random.default_rng(1).uniform(0.1, 2, len(cells))
    edges = Edges.of(points, cells)
    weight, diagonal = edges.weights(D)
    row = np.repeat(np.arange(len(points)), np.diff(edges.begin))
    K = np.diag(diagonal)
    K[row, edges.neighbour] = -weight
    assert K == pytest.approx(naive_stiffness(points, cells, D), abs=1e-12)
    assert edges.volume.sum() == pytest.approx(1)


def test_every_edge_is_known_once_from_either_end():
    points, cells = moved_box()
    edges = Edges.of(points, cells)
    row = np.repeat(np.arange(len(points)), np.diff(edges.begin))
    pairs = {
        (int(cell[min(a, b)]), int(cell[max(a, b)]))
        for cell in np.sort(cells, axis=1)
        for a in range(4)
        for b in range(a)
    }
    found = list(zip(row.tolist(), edges.neighbour.tolist(), strict=True))
    assert len(found) == len(set(found)) == 2 * len(pairs)
    assert {(i, j) for i, j in found if i < j} == pairs
    assert np.array_equal(np.bincount(edges.edge), np.full(len(pairs), 2))


def test_inverted_cells_are_refused():
    points, cells = box((1.0, 1.0, 1.0), (1, 1, 1))
    with pytest.raises(ValueError, match=r"cell 0 has volume -0\.167 mm3, expected a positive one"):
        Edges.of(points, cells[:, [1, 0, 2, 3]])
