"""Healing beside cement: none inside of it, callus around it, and unevenly where one side is filled."""

import numpy as np
import pytest

from vertebra.courses.plan import plan
from vertebra.courses.states import solve_states
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.workspace import open_workspace
from vertebra.scenarios.reading import read_scenario

pytestmark = pytest.mark.slow

COARSE = (
    "mesh.order=1",
    "mesh.parametric.edge_mm=4",
    'capacity.virtual_test="off"',
    'capacity.interaction="off"',
    'capacity.rule="section"',  # no bracket: quicker
    "fracture.collapse=false",
    "fracture.cleft_mm=4",
    'healing.law="mechanoregulation"',
    "healing.days=[0,7,28,182]",
    'loading.phases=[{from_day = 0, activity = "walking"}]',
    "bone.density_qct_mg_cm3=80",
    "arms=[{name='waiting'},{name='both',cement={day=7,volume_ml=4.0}},"
    "{name='one',cement={day=7,volume_ml=2.0,approach='unipedicular',target_across=0.8}}]",
)


def walked(folder, rotation):
    """Finished states of all arms, and the cement of each."""
    scenario = read_scenario("main", [*COARSE, f'loading.rotation="{rotation}"'])
    vertebra = VertebraModel.of(scenario)
    work, _ = open_workspace(folder, "same", resume=False)
    try:
        solve_states(vertebra, work, lambda progress: None)
    finally:
        work.release()
    states = {(arm, task.day): work.load(arm, task.day) for task in plan(scenario) for arm in task.arms}
    return states, vertebra.anatomy


@pytest.fixture(scope="module")
def free(tmp_path_factory):
    return walked(tmp_path_factory.mktemp("free") / "r", "free")


@pytest.fixture(scope="module")
def fixed(tmp_path_factory):
    return walked(tmp_path_factory.mktemp("fixed") / "r", "fixed")


def test_bone_in_cement_does_not_heal_and_callus_around_it_does(free):
    states, anatomy = free
    fields = states["both", 182].at_cells
    inside = anatomy.cement["both"].fraction == 1
    repair = sum(fields[f"tissue_{name}"] for name in ("granulation", "fibrous", "cartilage", "woven"))
    assert inside.sum() > 100
    assert np.all(repair[inside] + fields["tissue_remodelled"][inside] == 0)
    geometry = anatomy.treated["both"]
    callus = ~inside & (geometry.zone == 1)
    mineral = fields["tissue_woven"] + fields["tissue_remodelled"]
    assert np.average(mineral[callus], weights=geometry.volume[callus]) > 0.8


def test_cement_across_a_cleft_holds_the_callus_that_fails_without_it(free):
    states, _ = free
    assert states["waiting", 182].verdict["outcome"] == "non-union"
    for arm in ("both", "one"):
        assert states[arm, 182].verdict["outcome"] == "union"
        assert (
            states[arm, 7].healing["cleft_strain_percent"]
            < states["waiting", 7].healing["cleft_strain_percent"]
        )


def test_one_sided_cement_bears_more_and_the_body_leans_away_from_it(free, fixed):
    for states, _ in (free, fixed):
        assert states["one", 7].row["load_share_right"] > 0.55
        assert states["both", 7].row["load_share_right"] == pytest.approx(0.5, abs=0.01)
    one, both, held = free[0]["one", 7].row, free[0]["both", 7].row, fixed[0]["one", 7].row
    assert one["lateral_tilt_deg"] < -0.005
    assert abs(both["lateral_tilt_deg"]) < 0.05 * abs(one["lateral_tilt_deg"])
    assert abs(held["lateral_tilt_deg"]) < 0.3 * abs(one["lateral_tilt_deg"])


def test_a_platen_that_may_turn_lets_the_bare_side_heal_later(free, fixed):
    one, both, held = free[0]["one", 28].row, free[0]["both", 28].row, fixed[0]["one", 28].row
    assert one["maturity_left"] < 0.8 * one["maturity_right"]
    assert held["maturity_left"] == pytest.approx(held["maturity_right"], rel=0.02)
    assert both["maturity_left"] == pytest.approx(both["maturity_right"], rel=0.02)
    late = free[0]["one", 182].row
    assert late["maturity_left"] > 0.9
