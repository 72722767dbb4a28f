"""A cleft under the mechano-regulated law: load and rest decide between union and non-union."""

from vertebra.courses.plan import plan
from vertebra.courses.states import solve_states
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.workspace import open_workspace
from vertebra.scenarios.reading import read_scenario

COARSE = (
    "mesh.order=1",
    "mesh.parametric.edge_mm=4",
    'capacity.virtual_test="off"',
    'capacity.interaction="off"',
    'capacity.rule="section"',  # no bracket: quicker
    "fracture.cleft_mm=4",
    "fracture.collapse=false",
    'healing.law="mechanoregulation"',
)


def walked(folder, days, phases):
    scenario = read_scenario("crush", [*COARSE, f"healing.days={days}", f"loading.phases={phases}"])
    work, _ = open_workspace(folder, "same", resume=False)
    try:
        solve_states(VertebraModel.of(scenario), work, lambda progress: None)
    finally:
        work.release()
    return {task.day: work.load("conservative", task.day) for task in plan(scenario)}


def test_early_lifting_ends_in_non_union_and_rest_with_a_brace_in_union(tmp_path):
    days = [0, 21, 182]
    early = walked(tmp_path / "e", days, '[{from_day = 0, activity = "stooped_lift_20kg"}]')
    rested = walked(
        tmp_path / "r",
        days,
        '[{from_day = 0, activity = "lying"}, {from_day = 14, activity = "standing", brace = true}]',
    )
    assert early[182].verdict["outcome"] == "non-union"
    assert "the cleft" in early[182].verdict["reason"]
    assert rested[182].verdict["outcome"] == "union"
    for states in (early, rested):  # fresh: millimetres, as people move
        assert 4.0 < states[0].healing["mobility_mm"] < 4.2
        assert 6 < states[0].healing["mobility_deg"] < 8
    assert early[182].healing["mobility_mm"] > 3.5
    assert rested[182].healing["mobility_mm"] < 0.1
    assert early[0].healing["cleft_strain_percent"] > 20
    assert rested[0].healing["cleft_strain_percent"] == 0


def test_adherence_to_a_brace_lowers_the_strain_in_the_cleft(tmp_path):
    phases = '[{from_day = 0, activity = "walking", brace = true}]'
    strain = []
    for adherence in (0.0, 1.0):
        scenario = read_scenario(
            "crush",
            [
                *COARSE,
                "healing.days=[0]",
                f"loading.phases={phases}",
                f"patient.brace_adherence={adherence}",
            ],
        )
        work, _ = open_workspace(tmp_path / f"{adherence:g}", "same", resume=False)
        solve_states(VertebraModel.of(scenario), work, lambda progress: None)
        work.release()
        strain.append(work.load("conservative", 0).healing["cleft_strain_percent"])
    assert strain[1] < 0.99 * strain[0]
