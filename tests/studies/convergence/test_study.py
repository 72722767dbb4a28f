"""What a study of mesh convergence may ask."""

import pytest

from vertebra.courses.key_days import virtual_test_days
from vertebra.scenarios.reading import ScenarioError, read_scenario
from vertebra.studies.convergence.study import study_of


def scenario(name="main", *overrides):
    return read_scenario(name, overrides)


@pytest.mark.parametrize(
    ("own", "edges"),
    [(3.0, (4.0, 3.0, 2.25)), (4.0, (4.0, 3.0, 2.25)), (1.5, (2.0, 1.5, 1.12)), (0.4, (0.711, 0.533, 0.4))],
)
def test_default_edges_stand_around_the_own_one(own, edges):
    study = study_of(scenario("main", f"mesh.parametric.edge_mm={own}"))
    assert study.edges_mm == edges
    assert own in study.edges_mm


@pytest.mark.parametrize("name", ["main", "surface"])
def test_each_size_is_the_same_scenario_but_for_its_edge(name):
    given = scenario(name)
    study = study_of(given, [3.5, 2.5, 1.5])
    fine = study.at(1.5)
    assert fine.mesh.edge_mm == 1.5
    assert (fine.bone, fine.fracture, fine.arms, fine.loading) == (
        given.bone,
        given.fracture,
        given.arms,
        given.loading,
    )
    assert fine.mesh.order == given.mesh.order


def test_days_are_the_first_the_last_and_those_of_injection():
    study = study_of(scenario())
    assert study.states == [
        ("intact", 0),
        *(("conservative", day) for day in (0, 7, 365)),
        *(("vertebroplasty", day) for day in (0, 7, 365)),
    ]
    assert study.distinct_states == [
        ("intact", 0),
        *(("conservative", day) for day in (0, 7, 365)),
        *(("vertebroplasty", day) for day in (7, 365)),
    ]


def test_days_can_be_chosen_and_day_0_is_always_there():
    chosen = study_of(scenario("crush"), days=[56])
    assert chosen.states == [("intact", 0), ("conservative", 0), ("conservative", 56)]


def test_the_elastic_plastic_test_is_left_out_unless_asked_for():
    given = scenario("main", "capacity.virtual_test_days=[0,28,365]")
    left = study_of(given).scenario.capacity
    assert (left.virtual_test, left.interaction) == ("off", "off")
    asked = study_of(given, days=[28], virtual_test=True).scenario.capacity
    assert (asked.virtual_test, asked.virtual_test_days) == ("all", (0, 28))


@pytest.mark.parametrize("day", [0, 7, 365])
def test_days_that_are_always_there_are_tested_as_well(day):
    given = scenario("main", f"capacity.virtual_test_days=[{day}]")
    study = study_of(given, virtual_test=True)
    assert study.scenario.capacity.virtual_test_days == (day,)
    assert virtual_test_days(study.scenario)["vertebroplasty"] == {day}


def test_days_of_the_test_that_the_study_leaves_out_are_refused():
    given = scenario("main", "capacity.virtual_test_days=[28]")
    with pytest.raises(ScenarioError, match=r"virtual_test_days 28, .* expected some of 0, 7, 365"):
        study_of(given, virtual_test=True)
    assert study_of(given).scenario.capacity.virtual_test == "off"  # nothing is tested, nothing is missed


@pytest.mark.parametrize(
    ("edges", "said"),
    [
        ([3.0, 2.0], "found 2 of them, expected three or more"),
        ([3.0, 2.0, 2.5], "found 2.5 mm after 2 mm, expected edges that decrease"),
        ([3.0, 3.0, 2.0], "found 3 mm after 3 mm"),
        ([5.0, 4.0, 3.0], "found 5 mm, expected 0.4 to 4 mm"),
        ([3.0, 2.0, 0.3], "found 0.3 mm, expected 0.4 to 4 mm"),
        ([3.0, float("nan"), 2.0], "found nan mm, expected 0.4 to 4 mm"),
    ],
)
@pytest.mark.parametrize("name", ["main", "surface"])
def test_wrong_edges_are_refused(name, edges, said):
    with pytest.raises(ScenarioError, match=said):
        study_of(scenario(name), edges)


@pytest.mark.parametrize("days", [[5], [0, 400], [-1], []])
def test_days_that_the_scenario_does_not_have_are_refused(days):
    with pytest.raises(ScenarioError, match="expected days of the scenario: 0, 3, 7, 14"):
        study_of(scenario(), days=days)


def test_a_scenario_without_arms_is_studied_on_day_0():
    study = study_of(scenario("intact"))
    assert study.states == [("intact", 0)]


def test_a_test_that_would_press_nothing_is_refused():
    with pytest.raises(ScenarioError, match=r"capacity\.virtual_test=all"):
        study_of(scenario("crush", "capacity.virtual_test=cemented"), virtual_test=True)
