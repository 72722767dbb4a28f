from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vertebra.meshes.caps import add_caps
from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.fracture.shape import KINDS
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.procedures.needle import Needle
from vertebra.meshes.procedures.placement import (
    APPROACHES,
    CONTACTS,
    Injection,
    largest_volume_ml,
    place_cement,
)
from vertebra.meshes.procedures.relaxation import mean_ratios
from vertebra.meshes.quality import cell_volumes, inverted_cells
from vertebra.meshes.skin import outer_faces

pytestmark = pytest.mark.slow


def crushed(kind, edge, order=1, loss=0.17):
    body = crush_body(parametric_body("L1", edge, order), kind, loss)
    mesh = add_caps(body.mesh)
    zone = np.zeros(mesh.n_cells)
    zone[mesh.is_bone] = body.zone
    return mesh, zone


@pytest.fixture(scope="module")
def wedge():
    return crushed("wedge", 3.0, 2)


@pytest.fixture(scope="module")
def coarse():
    return {kind: crushed(kind, 4.0) for kind in KINDS}


def fixed_nodes(mesh, contacts):
    """Nodes of the outer surface, caps, shell and of endplates that are not touched."""
    fixed = np.zeros(mesh.n_points, bool)
    fixed[outer_faces(mesh.cells)[0]] = True
    kept = ["shell", "superior_cap", "inferior_cap"]
    kept += [
        f"{side}_endplate"
        for side, touched in zip(("superior", "inferior"), contacts, strict=True)
        if not touched
    ]
    fixed[mesh.cells[mesh.in_region(*kept)]] = True
    return fixed


@settings(deadline=None, max_examples=15, derandomize=True)
@given(
    kind=st.sampled_from(KINDS),
    approach=st.sampled_from(APPROACHES),
    contacts=st.sampled_from(CONTACTS),
    share=st.floats(0.04, 1.0),
    needle=st.builds(Needle, st.sampled_from(["right", "left"]), *3 * [st.none() | st.floats(0, 1)]),
)
def test_cells_stay_positive_volume_is_met_and_the_rest_stays(
    coarse, kind, approach, contacts, share, needle
):
    mesh, zone = coarse[kind]
    options = {"approach": approach, "contacts": contacts, "needle": needle}
    volume = share * largest_volume_ml(mesh, Injection(**options), zone)
    cement = place_cement(mesh, volume, zone=zone, injection=Injection(**options))
    assert cement.volume_ml == pytest.approx(volume, rel=5e-3)
    assert len(inverted_cells(cement.points, mesh.cells)) == 0
    touched = {"none": (False, False), "one": (True, False), "both": (True, True)}[contacts]
    fixed = fixed_nodes(mesh, touched)
    assert np.array_equal(cement.points[fixed], mesh.points[fixed])
    core = mesh.in_region("trabecular")
    least = min(0.2, mean_ratios(mesh.points, mesh.cells[core]).min())
    assert mean_ratios(cement.points, mesh.cells[core]).min() >= least - 1e-9
    assert set(np.unique(cement.fraction)) <= {0.0, 1.0}
    assert not cement.fraction[~core].any()


@pytest.mark.parametrize("volume", [1.0, 4.0, 6.0])
@pytest.mark.parametrize("approach", APPROACHES)
def test_bone_is_left_everywhere_without_contact(wedge, volume, approach):
    mesh, zone = wedge
    cement = place_cement(mesh, volume, zone=zone, injection=Injection(approach=approach))
    volumes = cell_volumes(cement.points, mesh.cells)
    assert cement.fraction @ volumes / 1000 == pytest.approx(cement.volume_ml)
    assert cement.volume_ml == pytest.approx(volume, rel=5e-3)
    assert cement.clearance_superior_mm >= 2.45
    assert cement.clearance_inferior_mm >= 2.45
    assert cement.clearance_wall_mm >= 0.999
    assert cement.contacts == 0
    assert len(cement.centres) == (2 if approach == "bipedicular" else 1)


@pytest.mark.parametrize("kind", KINDS)
def test_usual_volumes_reach_through_the_crush_band(coarse, kind):
    mesh, zone = coarse[kind]
    cement = place_cement(mesh, 4.0, zone=zone)
    assert cement.bridges
    assert cement.reach_superior_mm > 0.3
    assert cement.reach_inferior_mm > 0.3


def test_contacts_are_found_with_their_area(wedge):
    mesh, zone = wedge
    found = {
        contacts: place_cement(mesh, 4.0, zone=zone, injection=Injection(contacts=contacts))
        for contacts in CONTACTS
    }
    assert [found[contacts].contacts for contacts in CONTACTS] == [0, 1, 2]
    both = found["both"]
    a, b, _ = both.semi_axes[0]
    apart = abs(both.centres[0, 0] - both.centres[1, 0]) / 2 / a
    lens = (
        2 * (np.arccos(apart) - apart * np.sqrt(1 - apart**2)) / np.pi
    )  # what the two share, of one ellipse
    # half of the widest section of an ellipsoid lies within its section at the endplate
    area = both.contact_superior.area_mm2 / both.contact_superior.share
    section = 0.5 * np.pi * a * b * 2
    for contact in (both.contact_superior, both.contact_inferior):
        assert section * (1 - lens) / area * 0.75 < contact.share < 1.25 * section / area
    assert both.resolution.bridge_superior_mm == 0


def test_little_cement_that_does_not_reach_is_said_to_touch_nothing(coarse):
    mesh, zone = coarse["wedge"]
    cement = place_cement(mesh, 0.2, zone=zone, injection=Injection(contacts="both"))
    assert cement.contacts == 0
    mesh, zone = coarse["crush"]  # of a thick band
    assert not place_cement(mesh, 0.3, zone=zone).bridges


def test_finer_meshes_follow_the_shape_more_closely(coarse, wedge):
    coarse, fine = (
        place_cement(mesh, 4.0, zone=zone, injection=Injection(approach="unipedicular"))
        for mesh, zone in (coarse["wedge"], wedge)
    )
    assert fine.resolved.misplaced_share < min(0.05, coarse.resolved.misplaced_share)
    assert fine.resolved.off_surface < 0.1 * fine.resolved.n_surface
    assert fine.resolved.surface_error_mm < 0.1 * fine.resolution.edge_mm
    assert fine.resolution.is_enough


def test_a_mesh_too_coarse_for_little_cement_says_so_and_which_edge_resolves_it(coarse):
    mesh, zone = coarse["wedge"]
    found = place_cement(mesh, 0.3, zone=zone).resolution
    assert not found.is_enough
    assert found.wanted_edge_mm < found.edge_mm


def test_without_a_volume_the_share_of_the_body_is_placed_or_what_fits(coarse):
    mesh, zone = coarse["crush"]
    body = cell_volumes(mesh.points, mesh.cells[mesh.is_body]).sum() / 1000
    one = Injection(approach="unipedicular", body_share=0.22)
    cement = place_cement(mesh, zone=zone, injection=one)
    assert cement.volume_ml == pytest.approx(0.22 * body, rel=5e-3)
    assert cement.body_share == pytest.approx(0.22, rel=5e-3)
    tight = replace(one, clearance_mm=6.6)
    placed = place_cement(mesh, zone=zone, injection=tight)
    assert placed.volume_ml == pytest.approx(largest_volume_ml(mesh, injection=tight), rel=5e-3)


def test_basivertebral_cement_lies_in_the_midline_at_the_depth_of_its_needle(coarse):
    mesh, zone = coarse["wedge"]
    middles = []
    for depth in (0.2, 0.8):
        one = Injection(approach="basivertebral", needle=Needle(depth=depth))
        cement = place_cement(mesh, 1.0, zone=zone, injection=one)
        assert cement.volume_ml == pytest.approx(1.0, rel=5e-3)
        assert cement.clearance_wall_mm >= one.wall_mm - 1e-6
        middles.append(cement.points[mesh.cells[cement.fraction > 0, :4]].mean(axis=(0, 1)))
    assert abs(middles[0][0]) < 0.7
    assert middles[1][1] > middles[0][1] + 3


def test_target_and_spread_move_and_widen_the_cement(coarse):
    mesh, _ = coarse["wedge"]

    def placed(needle, spread=1.0):
        one = Injection(approach="unipedicular", needle=needle, spread=spread)
        return place_cement(mesh, 1.0, injection=one)

    near, far = placed(Needle(across=0.0)), placed(Needle("left", across=1.0))
    assert near.centres[0, 0] == pytest.approx(0.0, abs=1e-9)
    assert far.centres[0, 0] < -5
    assert far.clearance_wall_mm == pytest.approx(1.0, abs=0.3)
    low, high = placed(Needle(height=0.3)), placed(Needle(height=0.7))
    assert high.centres[0, 2] > low.centres[0, 2] + 4
    slender, flat = placed(Needle(), 0.7), placed(Needle(), 3.0)
    assert flat.semi_axes[0, 0] > 1.3 * slender.semi_axes[0, 0]
    assert flat.semi_axes[0, 2] < slender.semi_axes[0, 2] / 1.5


def test_largest_volume_hardly_depends_on_the_mesh(coarse, wedge):
    for approach in APPROACHES:
        sizes = [
            largest_volume_ml(mesh, injection=Injection(approach=approach))
            for mesh, _ in (coarse["wedge"], wedge)
        ]
        assert sizes[0] == pytest.approx(sizes[1], rel=0.04)


def test_unipedicular_cement_lies_on_the_side_it_comes_from(coarse):
    mesh, zone = coarse["wedge"]
    for side, sign in (("right", 1), ("left", -1)):
        cement = place_cement(
            mesh, 2.0, zone=zone, injection=Injection(approach="unipedicular", needle=Needle(side))
        )
        middle = cement.points[mesh.cells[cement.fraction > 0, :4]].mean(axis=(0, 1))
        assert sign * middle[0] > 1
        assert sign * cement.centres[0, 0] > 1


def test_caps_and_order_change_neither_shape_nor_fraction(coarse):
    mesh, zone = coarse["wedge"]
    bone = mesh.is_bone
    body = crush_body(parametric_body("L1", 4.0, 1), "wedge", 0.17)
    capped, bare = place_cement(mesh, 3.0, zone=zone), place_cement(body.mesh, 3.0, zone=body.zone)
    assert np.array_equal(capped.fraction[bone], bare.fraction)
    assert capped.points[: body.mesh.n_points] == pytest.approx(bare.points)


def test_mid_nodes_of_moved_cells_lie_in_the_middle(wedge):
    mesh, zone = wedge
    cement = place_cement(mesh, 4.0, zone=zone)
    moved = (cement.points != mesh.points).any(axis=1)
    for mid, (i, j) in enumerate(((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)), start=4):
        ends = mesh.cells[:, [i, j]]
        rows = moved[ends].any(axis=1)
        assert cement.points[mesh.cells[rows, mid]] == pytest.approx(cement.points[ends[rows]].mean(axis=1))


def test_rim_surrounds_the_cement(wedge):
    mesh, zone = wedge
    cement = place_cement(mesh, 4.0, zone=zone)
    rim = cement.rim(mesh, 1.5)
    assert not rim[cement.fraction > 0].any()
    assert not rim[~mesh.in_region("trabecular")].any()
    volume = rim @ cell_volumes(cement.points, mesh.cells) / 1000
    offset = cement.resolved.offset_mm
    expected = cement.shape.grown(offset + 1.5).volume_ml() - cement.shape.grown(offset).volume_ml()
    # roof and floor of the shape do not grow with it: the rim above and below comes on top
    assert 0.9 * expected < volume < 2 * expected
    assert cement.rim(mesh, 3.0) @ cell_volumes(cement.points, mesh.cells) > 1.5 * 1000 * volume
    up = np.array([0.0, 0.0, 1.0])
    moved = replace(mesh, points=mesh.points + up)  # as in a body that collapses: the rim goes along
    assert (cement.rim(moved, 1.5) == rim).all()


def test_advice_of_a_refusal_can_be_followed(coarse):
    mesh, zone = coarse["crush"]
    with pytest.raises(ValueError, match=r"found room for 0\.1 to") as refused:
        place_cement(mesh, 30.0, zone=zone)
    largest = float(str(refused.value).split("found room for 0.1 to ")[1].split(" mL")[0])
    cement = place_cement(mesh, largest, zone=zone)
    assert cement.volume_ml == pytest.approx(largest, rel=5e-3)


@pytest.mark.parametrize(
    ("volume", "options", "message"),
    [
        (0.05, {}, "found room for 0.1 to"),
        (20.0, {}, "found room for 0.1 to"),
        (4.0, {"clearance_mm": 9.5}, "found room"),
        (4.0, {"approach": "tripedicular"}, "expected one of bipedicular, unipedicular"),
        (4.0, {"contacts": "three"}, "expected one of none, one, both"),
        (4.0, {"aspect": (1, 0, 1)}, "three positive numbers"),
        (4.0, {"body_share": 1.5}, "expected above 0, at most 1"),
    ],
)
def test_refusals_say_what_to_do(coarse, volume, options, message):
    with pytest.raises(ValueError, match=message):
        place_cement(coarse["wedge"][0], volume, injection=Injection(**options))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"side": "front"}, "expected right or left"),
        ({"depth": 1.2}, "within the body"),
        ({"across": -0.1}, "0 to 1"),
    ],
)
def test_needles_that_end_outside_the_body_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        Needle(**values)
