import numpy as np
import pytest

from vertebra.meshes.parametric.lattice import VTK_EDGES, hexagonal_disc, stack


def straight_points(disc, n_layers):
    ring = disc.ring / disc.ring.max()
    plane = np.stack([ring * np.cos(disc.theta), ring * np.sin(disc.theta)], axis=1)
    level = np.repeat(np.arange(n_layers + 1.0), len(plane))
    return np.column_stack([np.tile(plane, (n_layers + 1, 1)), level])


@pytest.mark.parametrize("rings", [1, 2, 5])
def test_disc_has_hexagonal_counts(rings):
    disc = hexagonal_disc(rings)
    assert len(disc.ring) == 1 + 3 * rings * (rings + 1) + 6 * rings
    assert len(disc.triangles) == 6 * rings**2 + 12 * rings
    assert len(disc.ring) - len(disc.edges) + len(disc.triangles) == 1  # Euler
    for k in range(1, rings + 1):
        assert np.sum(disc.ring == k) == 6 * k


@pytest.mark.parametrize("rings", [1, 4])
@pytest.mark.parametrize("layers", [1, 3])
def test_stack_fills_the_prism_without_gaps(rings, layers):
    disc = hexagonal_disc(rings)
    points, cells = straight_points(disc, layers), stack(disc, layers, 1).cells.reshape(-1, 4)
    x = points[cells]
    volume = np.linalg.det(x[:, 1:] - x[:, :1]) / 6
    assert volume.min() > 0
    n = 6 * rings
    polygon = n / 2 * np.sin(2 * np.pi / n)
    assert volume.sum() == pytest.approx(polygon * layers)
    faces = np.sort(cells[:, [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]].reshape(-1, 3), axis=1)
    _, count = np.unique(faces, axis=0, return_counts=True)
    assert count.max() == 2
    assert np.sum(count == 1) == 2 * len(disc.triangles) + 2 * 6 * rings * layers


def test_mid_nodes_lie_between_the_corners_they_belong_to():
    disc = hexagonal_disc(3)
    lattice = stack(disc, 2, 2)
    cells = lattice.cells.reshape(-1, 10)
    for mid, (i, j) in enumerate(VTK_EDGES, start=4):
        ends = lattice.ends[cells[:, mid] - lattice.n_corners]
        assert np.array_equal(np.sort(ends, axis=1), np.sort(cells[:, [i, j]], axis=1))
    assert np.array_equal(np.unique(cells), np.arange(lattice.n_corners + len(lattice.ends)))


def test_stack_is_its_own_mirror_image():
    disc = hexagonal_disc(3)
    lattice = stack(disc, 2, 1)
    points, cells = straight_points(disc, 2), lattice.cells.reshape(-1, 4)
    key = {tuple(p): i for i, p in enumerate(np.round(points, 9) + 0.0)}
    twin = np.array([key[tuple(p)] for p in np.round(points * [-1, 1, 1], 9) + 0.0])
    here = {tuple(c) for c in np.sort(cells, axis=1)}
    there = {tuple(c) for c in np.sort(twin[cells], axis=1)}
    assert here == there
