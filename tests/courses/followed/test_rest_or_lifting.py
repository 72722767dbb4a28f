"""A weak vertebra with a cleft: lifting from the first day on, or two weeks of rest and then a brace."""

import pytest

from vertebra.courses.plan import plan
from vertebra.courses.states import solve_states
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.workspace import open_workspace
from vertebra.scenarios.reading import read_scenario

pytestmark = pytest.mark.slow

WEAK = (
    "mesh.order=1",
    "mesh.parametric.edge_mm=4",
    "bone.density_qct_mg_cm3=80",
    "fracture.cleft_mm=3",
    'healing.law="mechanoregulation"',
    'capacity.rule="section"',  # no bracket: quicker
    'capacity.virtual_test="off"',
    'capacity.interaction="off"',
    "arms=[{name='bare'}]",
)
LIFTING = '{from_day = 0, activity = "stooped_lift_20kg"}'
REST = '{from_day = 0, activity = "lying"}, {from_day = 14, activity = "standing", brace = true}'


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    found = {}
    for name, phases, days in (("lifting", LIFTING, [0, 84, 182]), ("rest", REST, [0, 84])):
        scenario = read_scenario("main", [*WEAK, f"healing.days={days}", f"loading.phases=[{phases}]"])
        work, _ = open_workspace(tmp_path_factory.mktemp(name), "same", resume=False)
        try:
            solve_states(VertebraModel.of(scenario), work, lambda progress: None)
        finally:
            work.release()
        found[name] = {task.day: work.load("bare", task.day) for task in plan(scenario)}
    return found


def test_lifting_more_than_it_bears_crushes_it_further_and_ends_in_non_union(courses):
    fresh, late = (courses["lifting"][day] for day in (0, 182))
    assert fresh.healing["daily_load_N"] > fresh.row["capacity_N"]
    assert "refracture" in {event["kind"] for event in late.events}
    assert late.verdict["outcome"] == "non-union"
    assert late.healing["mobility_mm"] > 2.9  # of the 3 mm


def test_two_weeks_of_rest_and_a_brace_end_in_union(courses):
    late = courses["rest"][84]
    assert not {event["kind"] for event in late.events} & {"refracture", "limit"}
    assert late.verdict["outcome"] == "union"
    assert late.healing["mobility_mm"] < 0.1


def test_the_difference_is_seen_in_height(courses):
    lifted, rested = (courses[name][84].healing["height_anterior_ratio"] for name in ("lifting", "rest"))
    assert lifted < rested - 0.05
