import dataclasses

import numpy as np
import pytest
from whole_vertebra import EDGE_MM, HALF_DEPTH_MM, HALF_HEIGHT_MM, HALF_WIDTH_MM, whole_vertebra

from vertebra.meshes.caps import add_caps
from vertebra.meshes.fracture.arch import PEDICLE_MM, follow_body
from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.fracture.shape import KINDS, CrushShape
from vertebra.meshes.heights import body_heights
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.procedures.placement import place_cement
from vertebra.meshes.quality import cell_volumes, inverted_cells, mesh_quality


@pytest.fixture(scope="module")
def bone():
    return whole_vertebra()[1]


def middles(mesh, cells):
    return mesh.points[mesh.cells[cells, :4]].mean(axis=1)


def test_arch_is_what_lies_behind_the_endplates(bone):
    assert whole_vertebra()[0].is_whole
    assert middles(bone, bone.is_arch)[:, 1].max() < -HALF_DEPTH_MM
    assert middles(bone, bone.is_body)[:, 1].min() > -HALF_DEPTH_MM - 2 * EDGE_MM
    volume = cell_volumes(bone.points, bone.cells)
    drum = np.pi * HALF_WIDTH_MM * HALF_DEPTH_MM * 2 * HALF_HEIGHT_MM
    assert volume[bone.is_body].sum() == pytest.approx(drum, rel=0.1)
    assert set(bone.layer[bone.is_body & ~bone.in_region("superior_endplate", "inferior_endplate")]) == set(
        range(7)
    )
    assert (bone.layer[bone.is_arch] == -1).all()
    heights = body_heights(bone)
    assert dataclasses.astuple(heights) == pytest.approx([2 * HALF_HEIGHT_MM] * 4 + [0])


def test_body_alone_and_caps_have_no_arch(bone):
    body = parametric_body("L1", 4.0, 1)
    assert not body.is_arch.any()
    assert body.is_body.all()
    capped = add_caps(bone)
    assert np.array_equal(capped.is_arch[: bone.n_cells], bone.is_arch)
    assert not capped.is_arch[bone.n_cells :].any()
    assert not capped.is_body[bone.n_cells :].any()
    assert mesh_quality(capped).n_inverted == 0


def test_arch_goes_along_with_the_roots_of_the_pedicles(bone):
    values = bone.points[:, 2].copy()
    moved = follow_body(bone, values)
    of_body = np.unique(bone.cells[bone.is_body])
    assert np.array_equal(moved[of_body], values[of_body])
    far = bone.points[:, 1] < -HALF_DEPTH_MM - EDGE_MM - PEDICLE_MM
    shared = np.intersect1d(of_body, bone.cells[bone.is_arch])
    assert far.sum() > 50
    assert moved[far] == pytest.approx(np.full(far.sum(), values[shared].mean()))
    body = parametric_body("L1", 4.0, 1)
    assert follow_body(body, body.zeta) is body.zeta


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_only_the_body_is_crushed(kind, order):
    bone = whole_vertebra(order)[1]
    crushed = crush_body(bone, kind, 0.17)
    assert not crushed.zone[bone.is_arch].any()
    assert crushed.mineral_error < 1e-12
    assert len(inverted_cells(crushed.mesh.points, bone.cells)) == 0
    # bone over the thickness 0.6 s / 0.17, where s is the loss of the column
    body = bone.is_body
    lost = CrushShape.of(bone, kind).loss_mm(middles(bone, body), 0.17) / (2 * HALF_HEIGHT_MM)
    expected = 0.6 / 0.17 * lost @ cell_volumes(bone.points, bone.cells)[body]
    after = cell_volumes(crushed.mesh.points, bone.cells)
    assert (crushed.zone * crushed.band_compaction) @ after == pytest.approx(expected, rel=0.05)
    # processes keep their shape: all their nodes move alike
    far = bone.points[:, 1] < -35
    down = (bone.points - crushed.mesh.points)[far]
    assert np.ptp(down, axis=0) == pytest.approx(np.zeros(3), abs=1e-9)
    loss = 2 * HALF_HEIGHT_MM * 0.17
    assert crushed.loss_mm == pytest.approx(loss, rel=0.03)  # no node in the very middle
    after = crushed.after
    if kind == "crush":
        assert after.mean_mm == pytest.approx(0.83 * 2 * HALF_HEIGHT_MM)
        assert 0.5 * loss < down[0, 2] < loss  # pedicles leave from the upper half
    else:
        lost = after.anterior_mm if kind == "wedge" else after.middle_mm
        assert lost == pytest.approx(0.83 * 2 * HALF_HEIGHT_MM, rel=0.01)
        assert after.posterior_mm == pytest.approx(2 * HALF_HEIGHT_MM)
        assert down == pytest.approx(np.zeros(down.shape), abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_cement_stays_in_the_body(bone, kind):
    mesh = add_caps(crush_body(bone, kind, 0.17).mesh)
    cement = place_cement(mesh, 4.0)
    assert cement.volume_ml == pytest.approx(4.0, rel=0.01)
    assert not cement.fraction[mesh.is_arch].any()
    assert min(cement.clearance_superior_mm, cement.clearance_inferior_mm) >= 2.5
    assert cement.clearance_wall_mm >= 0.999
    x, y = (cement.centres + cement.semi_axes * [[0, -1, 0]])[0, :2]
    assert y > -HALF_DEPTH_MM * np.sqrt(1 - (x / HALF_WIDTH_MM) ** 2)


def test_room_for_cement_is_that_of_the_body(bone):
    # the core of the drum holds 25 mL, the whole vertebra 39 mL
    with pytest.raises(ValueError, match=r"found room for 0\.1 to 1\d"):
        place_cement(bone, 20.0)
