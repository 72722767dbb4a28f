"""Bodies of voxels and their caps: a lens-shaped block of voxels between two dished ends."""

import numpy as np
import pytest

from vertebra.meshes.caps import end_faces, lying_faces
from vertebra.meshes.corners import corner_mesh
from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.frames import Frame, along
from vertebra.meshes.masks.surface import mask_surface
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.skin import outer_faces
from vertebra.meshes.surface.alignment import align_body
from vertebra.meshes.surface.closed_surface import SurfaceError
from vertebra.meshes.volumes import voxel_body as module
from vertebra.meshes.volumes.voxel_body import grid_rotation, voxel_body
from vertebra.meshes.volumes.voxel_caps import VoxelCaps, grown_caps

EDGE = np.array([2.0, 2.0, 1.5])


def mask():
    """A body 40 mm wide, 30 mm deep with a hollow behind, 26 mm high with dished ends."""
    shape = (24, 20, 24)
    affine = np.diag([*EDGE, 1.0])
    affine[:3, 3] = -EDGE * (np.array(shape) - 1) / 2 + [3.0, 4.0, 5.0]
    x, y, z = np.moveaxis((np.stack(np.indices(shape), axis=-1) - (np.array(shape) - 1) / 2) * EDGE, -1, 0)
    ring = (x / 20) ** 2 + (y / 15) ** 2 + 0.5 * np.exp(-((x / 7) ** 2)) * (y < -11)
    return (ring < 1) & (np.abs(z) < 13 - 2.4 * np.exp(-(x**2 + y**2) / 60)), affine


@pytest.fixture(scope="module", params=[1, 2])
def made(request):
    inside, affine = mask()
    body = along(align_body(mask_surface(inside, affine).surface), grid_rotation(affine), "")
    return voxel_body(body, inside, affine, section_mm=3.0, order=request.param), body, inside, affine


def test_the_mesh_is_the_mask(made):
    found, body, inside, affine = made
    volume = cell_volumes(found.mesh.points, found.mesh.cells)
    assert volume.sum() == pytest.approx(inside.sum() * EDGE.prod(), rel=1e-9)
    np.testing.assert_allclose(volume, EDGE.prod() / 6, rtol=1e-9)
    middle = Frame.of(body).in_file(found.mesh.points[found.mesh.cells[:, :4]].mean(axis=1))
    index = np.rint((middle - affine[:3, 3]) / EDGE).astype(int)
    assert inside[tuple(index.T)].all()
    assert np.bincount(np.ravel_multi_index(tuple(index.T), inside.shape)).max() == 6


def test_the_ends_are_the_outer_sides_of_all_columns_under_an_endplate(made):
    found = made[0]
    for side, plate in zip(("inferior", "superior"), found.plates, strict=True):
        faces = lying_faces(found.mesh, side)
        a, b, c = found.mesh.points[faces[:, :3]].transpose(1, 0, 2)
        normal = np.cross(b - a, c - a) / 2
        assert np.abs(normal[:, 2]).sum() == pytest.approx(plate.sum() * EDGE[0] * EDGE[1], rel=1e-9)
        assert plate.sum() * EDGE[0] * EDGE[1] > 0.85 * np.pi * 20 * 15
        steps = len(end_faces(found.mesh, side)) - len(faces)
        assert steps > 0  # the dish has some, which the end holds as well
    assert not set(found.mesh.node_sets["superior_endplate"]) & set(found.mesh.node_sets["inferior_endplate"])
    assert found.mesh.zeta.min() == 0
    assert found.mesh.zeta.max() == 1


@pytest.mark.parametrize("thickness", [5.0, 7.0])
def test_caps_fit_the_bone_and_end_in_flat_faces(made, thickness):
    found, body, inside, affine = made
    voxels = grown_caps(found, inside, affine, thickness)
    capped = VoxelCaps.of(found, voxels, affine, Frame.of(body)).on(found.mesh)
    volume = cell_volumes(capped.points, capped.cells)
    assert volume.min() > 0
    n = inside.sum() + sum(map(len, voxels))
    assert volume.sum() == pytest.approx(n * EDGE.prod(), rel=1e-9)
    np.testing.assert_array_equal(capped.cells[: found.mesh.n_cells], found.mesh.cells)
    for side, sign in (("inferior", -1), ("superior", 1)):
        z = sign * capped.points[capped.node_sets[f"{side}_face"], 2]
        ends = sign * capped.points[capped.node_sets[f"{side}_endplate"], 2]
        assert np.ptp(z) == pytest.approx(0, abs=1e-9)
        assert z.max() - ends.max() == pytest.approx(np.ceil(thickness / 1.5) * 1.5, abs=1e-9)
    # neighbours share whole faces: all outer faces lie on the outside of the voxels, whose area is known
    whole = np.zeros(np.array(inside.shape) + 40, bool)
    whole[20:-20, 20:-20, 20:-20] = inside
    for each in voxels:
        whole[tuple((each + 20).T)] = True
    area = sum((whole != np.roll(whole, 1, axis)).sum() * EDGE.prod() / EDGE[axis] for axis in range(3))
    a, b, c = capped.points[outer_faces(capped.cells)[0][:, :3]].transpose(1, 0, 2)
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2 == pytest.approx(area, rel=1e-9)


@pytest.mark.parametrize("kind", ["wedge", "biconcave", "crush"])
def test_caps_follow_a_crushed_body(made, kind):
    found, body, inside, affine = made
    caps = VoxelCaps.of(found, grown_caps(found, inside, affine, 6.0), affine, Frame.of(body))
    crushed = crush_body(found.mesh, kind, 0.15)
    assert crushed.mineral_error < 1e-12
    capped, before = caps.on(crushed.mesh), caps.on(found.mesh)
    assert cell_volumes(capped.points, capped.cells).min() > 0
    for side, sign in (("inferior", -1), ("superior", 1)):
        face, ends = (
            sign * capped.points[capped.node_sets[f"{side}_{at}"], 2] for at in ("face", "endplate")
        )
        assert np.ptp(face) == pytest.approx(0, abs=1e-9)
        assert face.max() - ends.max() == pytest.approx(6.0, abs=1e-9)
    cap = before.in_region("superior_cap", "inferior_cap")
    grown = cell_volumes(capped.points, capped.cells)[cap].sum()
    assert grown > cell_volumes(before.points, before.cells)[cap].sum() - 1e-6


def test_caps_of_corners_alone_are_those_of_all_nodes(made):
    found, body, inside, affine = made
    caps = VoxelCaps.of(found, grown_caps(found, inside, affine, 6.0), affine, Frame.of(body))
    whole, corners = caps.on(found.mesh), caps.on(corner_mesh(found.mesh))
    np.testing.assert_array_equal(whole.region, corners.region)
    np.testing.assert_allclose(whole.points[whole.cells[:, :4]], corners.points[corners.cells], atol=1e-12)


def test_too_many_voxels_are_refused_with_the_size_that_fits(made, monkeypatch):
    _, body, inside, affine = made
    monkeypatch.setattr(module, "MOST_VOXELS", {1: 2000, 2: 500})
    with pytest.raises(SurfaceError, match=r"voxels of 2\.\d+ mm"):
        voxel_body(body, inside, affine, section_mm=3.0, order=1)


def test_sheared_grids_are_refused():
    affine = np.eye(4)
    affine[0, 1] = 0.1
    with pytest.raises(SurfaceError, match="right angle"):
        grid_rotation(affine)


def test_a_grid_turns_into_its_own_axes():
    turn = np.linalg.qr(np.array([[1, 0.1, 0.2], [-0.1, 1, 0.1], [-0.2, 0, 1]]))[0]
    turn = turn * np.sign(np.diag(turn))
    affine = np.eye(4)
    affine[:3, :3] = turn * EDGE
    np.testing.assert_allclose(grid_rotation(affine) @ affine[:3, :3], np.diag(EDGE), atol=1e-12)
