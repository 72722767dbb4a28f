"""Two bodies and a disc: one conforming mesh, positive everywhere, whatever the vertebra has suffered."""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.meshes.caps import add_caps, rim_edges, without_caps
from vertebra.meshes.fracture.band import BandRule
from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.neighbours import face_neighbours
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.parametric.lattice import VTK_EDGES
from vertebra.meshes.quality import cell_volumes, inverted_cells
from vertebra.meshes.segment.functional_unit import NoRoomError, functional_unit
from vertebra.meshes.skin import outer_faces

DISC_MM, SHARE = 8.0, 0.4


@pytest.fixture(scope="module", params=[1, 2])
def intact(request):
    return parametric_body("L1", 4.0, request.param)


def unit_of(vertebra, intact, where="above", **changes):
    given = {"disc_mm": DISC_MM, "nucleus_share": SHARE} | changes
    return functional_unit(vertebra, intact, where, **given)


def wedge(body):
    return crush_body(body, "wedge", 0.2, BandRule()).mesh


@pytest.mark.parametrize("where", ["above", "below"])
@pytest.mark.parametrize("shape", [lambda body: body, wedge], ids=["intact", "wedge"])
def test_the_unit_is_one_conforming_mesh_of_positive_cells(intact, where, shape):
    unit = unit_of(shape(intact), intact, where)
    assert len(inverted_cells(unit.points, unit.cells)) == 0
    assert len(np.unique(np.round(unit.points, 7), axis=0)) == len(unit.points)
    assert len(np.unique(unit.cells)) == len(unit.points)
    faces, _ = outer_faces(unit.cells)
    edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    _, count = np.unique(edges, axis=0, return_counts=True)
    assert (count == 2).all()  # the skin is closed: no face of a disc cell stands alone at an endplate
    assert 4 * len(unit.cells) == len(faces) + 2 * len(face_neighbours(unit.cells))


def test_the_disc_fills_what_lies_between_the_endplates():
    intact = parametric_body("L1", 4.0, 1)
    unit = unit_of(wedge(intact), intact)
    volume = cell_volumes(unit.points, unit.cells)
    corners = unit.points[unit.faces[:, :3], :2]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2
    gap = (unit.points[unit.neighbour_faces, 2] - unit.points[unit.faces, 2])[:, :3].mean(axis=1)
    assert volume[unit.of("anulus", "nucleus")].sum() == pytest.approx(area @ gap, rel=1e-12)
    largest = (area / area.sum()).max()
    share = volume[unit.of("nucleus")].sum() / volume[unit.of("anulus", "nucleus")].sum()
    assert abs(share - SHARE) < largest + 0.05  # the middle of a disc is a little higher than its rim


def test_the_disc_is_as_high_as_asked_at_its_rim(intact):
    for where, side in (("above", "superior"), ("below", "inferior")):
        unit = unit_of(intact, intact, where)
        rim = np.unique(rim_edges(unit.vertebra, side))
        gap = unit.points[rim + unit.vertebra.n_points, 2] - unit.points[rim, 2]
        assert abs(gap.mean()) == pytest.approx(DISC_MM, rel=0.02)
        assert np.sign(gap[0]) == (1 if where == "above" else -1)


def test_caps_of_the_vertebra_are_taken_off_and_bone_stays(intact):
    capped = add_caps(intact)
    bare = without_caps(capped)
    assert np.array_equal(bare.points, intact.points)
    assert np.array_equal(bare.cells, intact.cells)
    for name, nodes in intact.node_sets.items():
        assert np.array_equal(np.sort(bare.node_sets[name]), np.sort(nodes))
    assert np.array_equal(unit_of(capped, capped).points, unit_of(intact, intact).points)


def test_linear_fields_pass_through_bone_disc_and_neighbour():
    """Patch test: all moduli alike, a linear field on the skin, the same field inside; edges straight, as it asks."""
    intact = parametric_body("L1", 4.0, 2)
    unit = unit_of(wedge(intact), intact)
    points = unit.points.copy()
    for mid, (a, b) in enumerate(VTK_EDGES, start=4):
        points[unit.cells[:, mid]] = (points[unit.cells[:, a]] + points[unit.cells[:, b]]) / 2
    gradient = 1e-3 * np.array([[1.0, 0.3, -0.2], [0.1, -0.7, 0.4], [0.5, 0.2, -1.1]])
    field = points @ gradient.T
    supports = np.full(points.shape, np.nan)
    skin = np.unique(outer_faces(unit.cells)[0])
    supports[skin] = field[skin]
    solution = Elasticity(points, unit.cells, supports).solve(100.0, 0.3, tolerance=1e-11)
    assert solution.displacement == pytest.approx(field, abs=1e-8 * np.abs(field).max())


def test_platens_hold_the_two_far_ends(intact):
    for where in ("above", "below"):
        unit = unit_of(intact, intact, where)
        lower, upper = unit.platens
        assert np.ptp(unit.points[lower, 2]) == pytest.approx(0, abs=1e-9)
        assert np.ptp(unit.points[upper, 2]) == pytest.approx(0, abs=1e-9)
        assert unit.points[lower, 2].max() == pytest.approx(unit.points[:, 2].min())
        assert unit.points[upper, 2].min() == pytest.approx(unit.points[:, 2].max())


def test_a_disc_without_room_is_refused(intact):
    with pytest.raises(NoRoomError, match=r"expected more than 0\.5 mm"):
        unit_of(intact, intact, disc_mm=0.4)


def test_other_topology_and_unknown_places_are_refused(intact):
    with pytest.raises(ValueError, match="expected the same cells"):
        unit_of(parametric_body("L1", 3.0, intact.order), intact)
    with pytest.raises(ValueError, match="expected one of above, below"):
        unit_of(intact, intact, "beside")


def test_a_neighbour_of_equal_shape_is_the_mirror_image(intact):
    unit = unit_of(intact, intact)
    n = unit.vertebra.n_points
    middle = (unit.points[0, 2] + unit.points[n, 2]) / 2
    reflected = unit.points[:n].copy()
    reflected[:, 2] = 2 * middle - reflected[:, 2]
    assert unit.points[n : 2 * n] == pytest.approx(reflected)
    assert unit.neighbour.in_region("inferior_endplate").sum() == (
        intact.in_region("superior_endplate").sum()
    )
