import numpy as np
import pytest

from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.segment.mirrored import mirrored, other


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
