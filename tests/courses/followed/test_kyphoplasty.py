"""A kyphoplasty on its day: the body is raised, then loses a part of it again."""

import numpy as np
import pytest

from vertebra.courses.plan import plan
from vertebra.courses.states import solve_states
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.capacity.restored import kyphoplasty_rows
from vertebra.records.workspace import open_workspace
from vertebra.scenarios.reading import read_scenario

pytestmark = pytest.mark.slow

COARSE = (
    "mesh.order=1",
    "mesh.parametric.edge_mm=4",
    'loading.rotation="free"',
    'capacity.virtual_test="off"',
    'capacity.interaction="off"',
    'capacity.rule="section"',  # no bracket: quicker
    'uncertainty.bands="off"',
    "healing.days=[0,7,8,28,84]",
    "arms=[{name='waiting'},{name='filled',cement={day=7,volume_ml=4.0}},"
    "{name='raised',cement={day=7,volume_ml=4.0,procedure='kyphoplasty',height_restored=0.5}}]",
)


def walked(folder, *settings, report=lambda progress: None, resume=False):
    """Last finished states of all arms, as an interrupted or finished walk left them."""
    scenario = read_scenario("main", [*COARSE, *settings])
    work, _ = open_workspace(folder, "same", resume=resume)
    try:
        solve_states(VertebraModel.of(scenario), work, report)
    finally:
        work.release()
    return {(arm, task.day): work.load(arm, task.day) for task in plan(scenario) for arm in task.arms}


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    return walked(tmp_path_factory.mktemp("kyphoplasty") / "r")


def heights(states, arm, days):
    return np.array([states[arm, day].healing["height_anterior_mm"] for day in days])


def test_height_goes_up_on_the_day_by_the_share_of_what_was_lost(states):
    waiting, raised = (states[arm, 7].healing for arm in ("waiting", "raised"))
    intact = 25.0  # of L1 in front
    lost = intact - waiting["height_anterior_mm"]
    gained = raised["height_anterior_mm"] - waiting["height_anterior_mm"]
    assert gained == pytest.approx(0.5 * lost, rel=1e-6)
    assert raised["height_restored_mm"] == pytest.approx(gained, rel=1e-6)
    assert raised["wedge_angle_deg"] < waiting["wedge_angle_deg"] - 1
    assert states["filled", 7].healing["height_anterior_mm"] == pytest.approx(waiting["height_anterior_mm"])


def test_a_part_is_lost_again_most_of_it_early(states):
    days = (7, 8, 28, 84)
    raised = heights(states, "raised", days)
    assert np.all(np.diff(raised) < 0)
    gained = raised[0] - heights(states, "waiting", [7])[0]
    lost = (raised[0] - raised) / gained
    assert 0.01 < lost[1] < 0.3
    assert lost[1] < lost[2] < lost[3] < 1.5
    assert (lost[1] - lost[0]) > (lost[3] - lost[2]) / 56  # per day
    restored = [states["raised", day].healing["height_restored_mm"] for day in days]
    assert restored == pytest.approx(raised - heights(states, "waiting", [7])[0], abs=1e-6)
    assert np.isnan(states["filled", 28].healing["height_restored_mm"])


def test_the_table_has_one_row_whose_numbers_add_up(states):
    (row,) = kyphoplasty_rows(list(states.values()))
    assert (row["arm"], row["day"], row["left_day"]) == ("raised", 7.0, 84.0)
    assert row["cavity_ml"] == pytest.approx(4.0, rel=0.005)
    assert row["cavity_ml"] + row["shell_ml"] + row["beyond_ml"] == pytest.approx(row["trabecular_ml"])
    assert row["mineral_after_mg"] == pytest.approx(row["mineral_before_mg"], rel=1e-9)
    assert row["left_mm"] == states["raised", 84].healing["height_restored_mm"]


def test_an_interrupted_walk_goes_on_as_it_would_have(tmp_path, states):
    class StoppedError(Exception):
        """The run was interrupted."""

    def stop(progress):
        if progress.done >= progress.total - 2:
            raise StoppedError

    days = "healing.days=[0,7,8]"
    with pytest.raises(StoppedError):
        walked(tmp_path / "r", days, report=stop)
    again = walked(tmp_path / "r", days, resume=True)
    assert ("raised", 8) in again
    for key, state in again.items():
        assert state.row == pytest.approx(states[key].row, rel=1e-9, nan_ok=True)
        assert np.array_equal(state.points, states[key].points)


def test_a_body_that_keeps_its_height_keeps_what_was_restored(tmp_path):
    kept = walked(tmp_path / "r", "fracture.collapse=false")
    raised = heights(kept, "raised", (0, 7, 84))
    assert raised[1] == pytest.approx(raised[0] + 0.5 * (25.0 - raised[0]))
    assert raised[2] == raised[1]
    (row,) = kyphoplasty_rows(list(kept.values()))
    assert row["left_mm"] == pytest.approx(raised[1] - raised[0])
    assert kept["raised", 84].healing["bridged_share"] > 0.5
