import dataclasses

import numpy as np
import pytest

from vertebra.meshes.caps import add_caps
from vertebra.meshes.fracture.band import BandRule
from vertebra.meshes.fracture.crush import crush_body
from vertebra.meshes.heights import body_heights
from vertebra.meshes.parametric.body import parametric_body, preset
from vertebra.meshes.shapes import box
from vertebra.meshes.tetmesh import TetMesh


@pytest.mark.parametrize("order", [1, 2])
def test_heights_are_those_of_the_parametric_body(order):
    body = preset("L2")
    mesh = parametric_body("L2", 3.0, order)
    heights = body_heights(mesh)
    assert heights.anterior_mm == pytest.approx(body.height_anterior_mm)
    assert heights.posterior_mm == pytest.approx(body.height_posterior_mm)
    dish = body.concavity_superior_mm + body.concavity_inferior_mm
    mean = (body.height_anterior_mm + body.height_posterior_mm) / 2
    assert heights.middle_mm == pytest.approx(mean - dish, abs=0.1)
    # over a disc the dish (1 - (r / R)^2)^2 inside R averages to R^2 / 3
    assert heights.mean_mm == pytest.approx(mean - dish * 0.7**2 / 3, abs=0.1)
    assert body_heights(add_caps(mesh)) == heights


def test_heights_are_found_where_no_node_is_in_the_sagittal_plane():
    points, cells = box((40, 30, 20), (3, 2, 2))
    ends = {
        "inferior_endplate": np.flatnonzero(points[:, 2] < 1),
        "superior_endplate": np.flatnonzero(points[:, 2] > 19),
    }
    nothing = np.zeros(len(cells))
    region = np.zeros(len(cells), np.int8)
    mesh = TetMesh(points, cells, region, points[:, 2] / 20, region, nothing, nothing, ends)
    assert dataclasses.astuple(body_heights(mesh)) == pytest.approx([20] * 4 + [0])


def test_the_wedge_angle_is_that_of_the_loss_in_front():
    bone = parametric_body("L1", 4.0, 1, breaks=BandRule().borders(0.17))
    crushed = crush_body(bone, "wedge", 0.17)
    plate = bone.points[bone.node_sets["superior_endplate"]]
    depth = np.ptp(plate[np.abs(plate[:, 0]) < 1.0, 1])
    lost = crushed.before.anterior_mm - crushed.after.anterior_mm
    turned = crushed.after.wedge_angle_deg - crushed.before.wedge_angle_deg
    assert turned == pytest.approx(np.degrees(np.arctan(lost / depth)), rel=0.03)
    assert turned > 0
