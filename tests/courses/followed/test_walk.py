"""Healing that follows strain, on a whole coarse vertebra."""

import numpy as np
import pytest

from vertebra.courses.plan import plan
from vertebra.courses.states import solve_states
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.workspace import open_workspace
from vertebra.scenarios.reading import read_scenario

COARSE = (
    'healing.law="mechanoregulation"',
    "fracture.collapse=false",
    "mesh.order=1",
    "mesh.parametric.edge_mm=4",
    'capacity.virtual_test="off"',
    'capacity.interaction="off"',
    'capacity.rule="section"',  # no bracket: quicker
)


def walked(folder, *settings, name="crush", report=lambda progress: None, resume=False):
    """Last finished states of all arms, as an interrupted or finished walk left them."""
    scenario = read_scenario(name, [*COARSE, *settings])
    work, _ = open_workspace(folder, "same", resume=resume)
    try:
        solve_states(VertebraModel.of(scenario), work, report)
    finally:
        work.release()
    return {(arm, task.day): work.load(arm, task.day) for task in plan(scenario) for arm in task.arms}


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    return walked(tmp_path_factory.mktemp("standing") / "r", "healing.days=[0,28,365]")


def test_a_standing_patient_heals(standing):
    last = standing["conservative", 365]
    assert last.verdict["outcome"] == "union"
    assert 45 < last.healing["bridging_day"] < 80
    assert last.healing["mineral_maturity"] > 0.99
    strain = [
        standing["conservative", day].healing["interfragmentary_strain_percent"] for day in (0, 28, 365)
    ]
    assert strain[0] > strain[1] > strain[2] > 0


def test_strain_above_the_limits_ends_in_non_union(tmp_path, standing):
    heavy = walked(
        tmp_path / "r",
        "healing.days=[0,28,365]",
        "bone.density_qct_mg_cm3=50",
        "patient.body_mass_kg=110",
        'loading.phases=[{from_day = 0, activity = "stooped_lift_20kg"}]',
    )
    last = heavy["conservative", 365]
    assert last.verdict["outcome"] == "non-union"
    assert "strain" in last.verdict["reason"]
    assert np.isnan(last.healing["bridging_day"])
    gain = {
        name: states["conservative", 365].row["stiffness_N_per_mm"]
        / states["conservative", 0].row["stiffness_N_per_mm"]
        for name, states in (("heavy", heavy), ("standing", standing))
    }
    assert gain["heavy"] < 0.8 * gain["standing"]


def test_standing_keeps_remodelled_bone_and_bed_rest_takes_it(tmp_path, standing):
    resting = walked(
        tmp_path / "r", "healing.days=[0,28,365]", 'loading.phases=[{from_day = 0, activity = "lying"}]'
    )
    kept, lost = (states["conservative", 365].verdict for states in (standing, resting))
    assert kept["adaptation_lost_mg"] < 0.1 * lost["adaptation_lost_mg"]
    assert lost["adaptation_gained_mg"] == pytest.approx(0, abs=1e-9)
    for balance in (kept, lost):  # crushed bone and callus are turned over whatever the load
        assert 0.2 < balance["remodelling_resorbed_mg"] / balance["remodelling_formed_mg"] < 5
    assert (
        resting["conservative", 365].row["stiffness_N_per_mm"]
        < standing["conservative", 365].row["stiffness_N_per_mm"]
    )


@pytest.mark.slow
def test_an_interrupted_walk_goes_on_where_it_stood(tmp_path):
    settings = ("healing.days=[0,7,21]", "arms.vertebroplasty.cement.day=7")
    whole = walked(tmp_path / "whole", *settings, name="main")

    def stop(progress):
        if progress.done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        walked(tmp_path / "r", *settings, name="main", report=stop)
    solved = []
    resumed = walked(tmp_path / "r", *settings, name="main", report=solved.append, resume=True)
    assert 0 < len(solved) < len(whole)
    assert resumed.keys() == whole.keys()
    for key, state in whole.items():
        assert resumed[key].row == state.row
        assert repr(resumed[key].healing) == repr(state.healing)  # nan is nan
