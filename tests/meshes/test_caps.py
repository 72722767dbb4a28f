import dataclasses

import numpy as np
import pytest

from vertebra.meshes.caps import add_caps, end_faces
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.quality import cell_volumes, mesh_quality


@pytest.fixture(scope="module", params=[1, 2])
def bone(request):
    return parametric_body("L1", 4.0, request.param)


def test_caps_end_in_planes_beyond_the_farthest_node(bone):
    capped = add_caps(bone, thickness_mm=8.0, n_layers=2)
    for side, sign in (("superior", 1), ("inferior", -1)):
        farthest = sign * np.max(sign * bone.points[bone.node_sets[f"{side}_endplate"], 2])
        face = capped.points[capped.node_sets[f"{side}_face"], 2]
        assert face == pytest.approx(np.full(len(face), farthest + sign * 8.0))
        assert len(face) == len(bone.node_sets[f"{side}_endplate"])


def test_caps_fill_the_space_between_endplate_and_plane(bone):
    capped = add_caps(bone, thickness_mm=8.0, n_layers=3)
    quality = mesh_quality(capped)
    assert quality.n_inverted == 0
    volume = cell_volumes(capped.points, capped.cells)
    for side, sign in (("superior", 1), ("inferior", -1)):
        corners = bone.points[end_faces(bone, side)[:, :3]]
        a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        area = np.abs(np.cross(a, b)[:, 2]) / 2
        plane = capped.points[capped.node_sets[f"{side}_face"][0], 2]
        under = area @ (sign * (plane - corners[:, :, 2].mean(axis=1)))
        here = volume[capped.in_region(f"{side}_cap")].sum()
        assert here == pytest.approx(under, rel=1e-12 if bone.order == 1 else 0.01)


def test_caps_share_the_nodes_of_the_endplates_and_keep_the_bone(bone):
    capped = add_caps(bone)
    assert np.array_equal(capped.points[: bone.n_points], bone.points)
    assert np.array_equal(capped.cells[: bone.n_cells], bone.cells)
    for side in ("superior", "inferior"):
        shared = np.intersect1d(capped.cells[capped.in_region(f"{side}_cap")], np.arange(bone.n_points))
        assert np.array_equal(shared, bone.node_sets[f"{side}_endplate"])
    assert np.array_equal(np.unique(capped.cells), np.arange(capped.n_points))
    assert np.all(capped.layer[~capped.is_bone] == -1)


def test_caps_fit_any_numbering_of_nodes_and_cells(bone):
    rng = np.random.default_rng(4)
    number = rng.permutation(bone.n_points)
    turned = [1, 2, 0, 3] if bone.order == 1 else [1, 2, 0, 3, 5, 6, 4, 8, 9, 7]
    place = np.argsort(number)
    shuffled = dataclasses.replace(
        bone,
        points=bone.points[place],
        zeta=bone.zeta[place],
        cells=number[bone.cells][:, turned].astype(np.int32),
        node_sets={name: np.sort(number[nodes]) for name, nodes in bone.node_sets.items()},
    )
    plain, other = add_caps(bone), add_caps(shuffled)
    assert mesh_quality(other).n_inverted == 0
    volume = [cell_volumes(m.points, m.cells)[~m.is_bone].sum() for m in (plain, other)]
    assert volume[1] == pytest.approx(volume[0], rel=1e-3)
    corners = np.sort(other.cells[:, :4], axis=1)
    faces = np.concatenate([np.delete(corners, i, axis=1) for i in range(4)])
    _, count = np.unique(faces, axis=0, return_counts=True)
    on_platens = sum(len(end_faces(bone, side)) for side in ("superior", "inferior"))
    outer = [np.isin(faces, other.node_sets[f"{s}_face"]).all(axis=1).sum() for s in ("superior", "inferior")]
    assert count.max() == 2
    assert sum(outer) == on_platens


def test_caps_of_equal_topology_have_equal_cells():
    one, two = parametric_body("L1", 4.0, 1), parametric_body("L1", 4.0, 1, height_anterior_mm=23.5)
    assert np.array_equal(one.cells, two.cells)
    assert np.array_equal(add_caps(one).cells, add_caps(two).cells)


def test_caps_are_added_once(bone):
    with pytest.raises(ValueError, match="has caps already"):
        add_caps(add_caps(bone))
