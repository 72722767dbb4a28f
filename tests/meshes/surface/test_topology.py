import numpy as np
import pytest
from surfaces import CUBE, TRIANGLES

from vertebra.meshes.surface.topology import edge_use, enclosed_volume, orient_triangles, pieces


def test_a_cube_has_eighteen_edges_of_two_triangles_each():
    edges, edge_of, count = edge_use(TRIANGLES)
    assert len(edges) == 12 + 6  # those of the cube, and a diagonal of each side
    assert (count == 2).all()
    for triangle, own in zip(TRIANGLES, edge_of, strict=True):
        for i in range(3):
            assert set(edges[own[i]]) == {triangle[i], triangle[(i + 1) % 3]}


def test_pieces_are_numbered_apart():
    piece = pieces(np.concatenate([TRIANGLES, TRIANGLES + 8]), 16)
    assert len(set(piece[:12].tolist())) == len(set(piece[12:].tolist())) == 1
    assert piece[0] != piece[12]


def test_volume_is_signed_and_does_not_depend_on_the_origin():
    for shift in (0.0, 1e3):
        assert enclosed_volume(CUBE * [2, 3, 4] + shift, TRIANGLES) == pytest.approx(24)
        assert enclosed_volume(CUBE * [2, 3, 4] + shift, TRIANGLES[:, ::-1]) == pytest.approx(-24)


@pytest.mark.parametrize("seed", range(4))
def test_neighbours_run_the_same_way_round(seed):
    flip = np.random.default_rng(seed).random(24) < 0.5
    both = np.concatenate([TRIANGLES, TRIANGLES + 8])
    oriented = orient_triangles(np.where(flip[:, None], both[:, ::-1], both))
    np.testing.assert_array_equal(np.sort(oriented, axis=1), np.sort(both, axis=1))
    directed = np.stack([oriented, np.roll(oriented, -1, axis=1)], axis=-1).reshape(-1, 2)
    assert {tuple(edge) for edge in directed.tolist()} == {tuple(edge[::-1]) for edge in directed.tolist()}
    assert len(np.unique(directed, axis=0)) == len(directed)
