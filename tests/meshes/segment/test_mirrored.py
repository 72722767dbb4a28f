import numpy as np
import pytest

from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.segment.mirrored import mirrored, other, upright_cells


@pytest.mark.parametrize("order", [1, 2])
def test_a_mirror_keeps_volumes_and_turns_up_to_down(order):
    body = parametric_body("L1", 4.0, order)
    image = mirrored(body, 30.0)
    assert cell_volumes(image.points, image.cells) == pytest.approx(cell_volumes(body.points, body.cells))
    assert image.points[:, 2] == pytest.approx(60.0 - body.points[:, 2])
    for side in ("superior", "inferior"):
        assert np.array_equal(image.in_region(f"{side}_endplate"), body.in_region(f"{other(side)}_endplate"))
        assert image.node_sets[f"{side}_endplate"] is body.node_sets[f"{other(side)}_endplate"]
    assert np.array_equal(image.layer + body.layer, np.where(body.layer < 0, -2, body.layer.max()))


def test_two_mirrors_give_the_body_back():
    body = parametric_body("L1", 4.0, 2)
    again = mirrored(mirrored(body, 12.0), 12.0)
    assert again.points == pytest.approx(body.points)
    assert np.array_equal(again.cells, body.cells)
    assert np.array_equal(again.region, body.region)


def test_a_mirrored_body_keeps_its_bone_the_right_way_up():
    """Bone that is denser above is denser above again after both mirrors, of shape and of bone."""
    body = parametric_body("L1", 3.0, 1)
    corners = body.cells[:, :4]
    share = body.zeta[corners].mean(axis=1)
    plan = body.points[corners, :2].mean(axis=1)
    cells = upright_cells(body)
    inner = body.in_region("trabecular")
    assert share[cells][inner] == pytest.approx(1 - share[inner], abs=0.1)
    assert np.median(np.hypot(*(plan[cells] - plan).T)) < 1.5
    image = mirrored(body, 0.0)
    assert share[cells][inner] == pytest.approx(image.zeta[corners].mean(axis=1)[inner], abs=0.1)
    for side in ("superior", "inferior"):
        assert body.in_region(f"{other(side)}_endplate")[cells[body.in_region(f"{side}_endplate")]].all()
    assert body.in_region("shell")[cells[body.in_region("shell")]].all()
