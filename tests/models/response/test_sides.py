"""Right and left of a body that is filled on one side."""

import numpy as np
import pytest

from vertebra.models.response.sides import sides_row
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario

ARMS = "arms=[{{name='filled',cement={{day=0,volume_ml=3.0,approach='unipedicular',target_across=0.8,side='{side}'}}}}]"


def row(side, rotation="free", force=500.0):
    scenario = read_scenario(
        "main",
        (
            "mesh.parametric.edge_mm=4",
            "mesh.order=1",
            "fracture.collapse=false",
            f'loading.rotation="{rotation}"',
            ARMS.format(side=side),
        ),
    )
    vertebra = VertebraModel.of(scenario)
    geometry = vertebra.anatomy.treated["filled"]
    bone = vertebra.bone(geometry)
    tissue = bone.injected(bone.fresh(), geometry.cement)
    return sides_row(bone, vertebra.filled("filled"), tissue, force)


@pytest.fixture(scope="module")
def sides():
    return {side: row(side) for side in ("right", "left")}


def test_the_filled_side_bears_more_and_the_body_leans_to_the_other(sides):
    assert sides["right"]["load_share_right"] > 0.55
    assert sides["right"]["lateral_tilt_deg"] < 0
    assert sides["right"]["maturity_right"] == sides["right"]["maturity_left"] == 0


def test_right_and_left_mirror_each_other(sides):
    right, left = sides["right"], sides["left"]
    assert right["load_share_right"] + left["load_share_right"] == pytest.approx(1, abs=0.02)
    assert right["lateral_tilt_deg"] == pytest.approx(-left["lateral_tilt_deg"], rel=0.1)


def test_tilt_grows_with_the_force_and_a_fixed_platen_holds_it(sides):
    assert row("right", force=1000.0)["lateral_tilt_deg"] == pytest.approx(
        2 * sides["right"]["lateral_tilt_deg"]
    )
    held = row("right", "fixed")
    assert abs(held["lateral_tilt_deg"]) < 0.3 * abs(sides["right"]["lateral_tilt_deg"])
    assert held["load_share_right"] > sides["right"]["load_share_right"]
    assert np.isfinite(list(held.values())).all()
