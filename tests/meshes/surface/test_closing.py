import numpy as np
import pytest
from surfaces import CUBE, TRIANGLES

from vertebra.meshes.surface.closed_surface import SurfaceError
from vertebra.meshes.surface.closing import close_surface, merge_vertices
from vertebra.meshes.surface.topology import edge_use, enclosed_volume


def soup(points, triangles):
    return points[triangles].reshape(-1, 3), np.arange(3 * len(triangles)).reshape(-1, 3)


def test_cube_is_outward_and_encloses_its_volume():
    points, triangles, notes = close_surface(CUBE * 3, TRIANGLES)
    assert enclosed_volume(points, triangles) == pytest.approx(27)
    assert notes == []


def test_triangle_soup_is_merged():
    points, triangles, notes = close_surface(*soup(CUBE, TRIANGLES))
    assert len(points) == 8
    assert (edge_use(triangles)[2] == 2).all()
    assert "merged 36 stored vertices to 8" in notes


def test_vertices_apart_by_rounding_are_merged_with_the_smallest_tolerance_that_closes():
    points, triangles = soup(CUBE + 7, TRIANGLES)
    points = points + np.random.default_rng(0).uniform(-1e-6, 1e-6, points.shape)
    closed, triangles, notes = close_surface(points, triangles)
    assert len(closed) == 8
    assert any("1e-05" in note or "1e-06" in note for note in notes)


@pytest.mark.parametrize("seed", range(4))
def test_any_mixture_of_directions_is_turned_outwards(seed):
    flip = np.random.default_rng(seed).random(len(TRIANGLES)) < 0.5
    mixed = np.where(flip[:, None], TRIANGLES[:, ::-1], TRIANGLES)
    points, triangles, notes = close_surface(CUBE, mixed)
    assert enclosed_volume(points, triangles) == pytest.approx(1)
    assert (len(notes) == 1) == flip.any()


def test_double_and_degenerate_triangles_are_dropped():
    extra = np.concatenate([TRIANGLES, TRIANGLES[:2], [[0, 0, 1]]])
    _, triangles, notes = close_surface(CUBE, extra)
    assert len(triangles) == len(TRIANGLES)
    assert "dropped 1 triangles without area and 2 double ones" in notes


def test_merging_keeps_distinct_vertices():
    points, triangles, _, _ = merge_vertices(CUBE, TRIANGLES, 0.5)
    assert len(points) == 8
    assert len(triangles) == 12


def test_open_surface_is_refused_with_the_place_of_the_hole():
    with pytest.raises(
        SurfaceError, match=r"open: 3 edges in 1 hole.*around \(0, 0.3333, 0.6667\).*Close the holes"
    ):
        close_surface(CUBE, TRIANGLES[1:])


def test_sheet_inside_is_refused():
    with pytest.raises(SurfaceError, match="shared by more than two"):
        close_surface(CUBE, np.concatenate([TRIANGLES, [[0, 1, 7], [0, 7, 6]]]))


def test_two_pieces_are_refused_with_their_sizes():
    points = np.concatenate([CUBE, CUBE * 0.5 + 5])
    with pytest.raises(
        SurfaceError, match=r"2 separate pieces .*12 triangles, 1 x 1 x 1; 12 triangles, 0.5 x 0.5 x 0.5"
    ):
        close_surface(points, np.concatenate([TRIANGLES, TRIANGLES + 8]))


def test_debris_is_dropped():
    points = np.concatenate([CUBE, CUBE * 0.01 + 5])
    points, _triangles, notes = close_surface(points, np.concatenate([TRIANGLES, TRIANGLES + 8]))
    assert len(points) == 8
    assert notes == ["dropped 1 tiny separate piece(s)"]


@pytest.mark.parametrize("turn", [1, -1])
def test_cavities_are_filled_and_said(turn):
    points = np.concatenate([CUBE * 3, CUBE * 0.5 + 1, CUBE * 0.3 + 2])
    inner = TRIANGLES[:, ::turn]
    points, triangles, notes = close_surface(points, np.concatenate([TRIANGLES, inner + 8, inner + 16]))
    assert enclosed_volume(points, triangles) == pytest.approx(27)
    assert notes == ["filled 2 closed cavities inside the body"]


def test_a_second_skin_is_no_cavity():
    points = np.concatenate([CUBE * 3, CUBE * 2.6 + 0.2])
    with pytest.raises(SurfaceError, match="2 separate pieces"):
        close_surface(points, np.concatenate([TRIANGLES, TRIANGLES[:, ::-1] + 8]))


def test_one_sided_surface_is_refused():
    # six vertices, every two of them joined: the projective plane, closed and one-sided
    plane = [
        (0, 1, 2),
        (0, 2, 3),
        (0, 3, 4),
        (0, 4, 5),
        (0, 5, 1),
        (1, 2, 4),
        (2, 3, 5),
        (3, 4, 1),
        (4, 5, 2),
        (5, 1, 3),
    ]
    points = np.random.default_rng(0).random((6, 3))
    with pytest.raises(SurfaceError, match="one side only"):
        close_surface(points, np.array(plane))


def test_flat_surface_is_refused():
    with pytest.raises(SurfaceError, match="flat"):
        close_surface(CUBE * [1, 1, 0.0] + [[0, 0, 1e-3]] * CUBE[:, 2:], np.concatenate([TRIANGLES]))
