"""Rows of neighbours from what is kept with the states of a run."""

import json

import pytest

from vertebra.courses.day_state import State
from vertebra.records.capacity.neighbours import neighbour_failures, neighbour_rows, neighbour_summary
from vertebra.records.columns import NEIGHBOURS
from vertebra.scenarios.reading import read_scenario

SCENARIO = read_scenario("main", ('neighbours.beside="above"', "output.load_N=800"))
OF_ROWS = {
    "arm",
    "day",
    "neighbour",
    "adjacent_yield_ratio",
    "adjacent_capacity_ratio",
    "adjacent_load_ratio",
}
TESTED = {"adjacent_ultimate_N"}


def found(yield_N, capacity_N=3000.0, where="above", wall_s=1.0):
    numbers = {name: 0.5 for name in NEIGHBOURS.names if name not in OF_ROWS | TESTED}
    return numbers | {
        "where": where,
        "adjacent_yield_N": yield_N,
        "adjacent_capacity_N": capacity_N,
        "wall_s": wall_s,
    }


def state(arm, day, *neighbours):
    return State(arm, day, {}, {}, {}, {}, {}, {}, {}, neighbours=list(neighbours))


@pytest.fixture
def states():
    return [
        state("intact", 0, found(1600.0, wall_s=3.0)),
        state("conservative", 7, found(1500.0, wall_s=2.0), found(1000.0, where="below", wall_s=2.5)),
        state("vertebroplasty", 7, found(1200.0, wall_s=2.2)),
        state("vertebroplasty", 42, found(1250.0, wall_s=2.1)),
        state("vertebroplasty", 365),
    ]


def test_rows_hold_every_column_of_their_table(states):
    rows = neighbour_rows(SCENARIO, states)
    assert len(rows) == 5
    for row in rows:
        assert set(row) == set(NEIGHBOURS.names)


def test_the_load_ratio_is_that_of_the_untreated_arm_over_this_one_on_the_same_day(states):
    rows = {(row["arm"], row["day"], row["neighbour"]): row for row in neighbour_rows(SCENARIO, states)}
    assert rows["vertebroplasty", 7, "above"]["adjacent_load_ratio"] == 1500 / 1200
    assert rows["conservative", 7, "above"]["adjacent_load_ratio"] == 1
    assert rows["vertebroplasty", 42, "above"]["adjacent_load_ratio"] == ""  # not computed without cement
    assert rows["intact", 0, "above"]["adjacent_load_ratio"] == ""


def test_ratios_are_those_to_the_neighbour_of_the_intact_vertebra_on_the_same_side(states):
    rows = {(row["arm"], row["day"], row["neighbour"]): row for row in neighbour_rows(SCENARIO, states)}
    assert rows["vertebroplasty", 7, "above"]["adjacent_yield_ratio"] == 1200 / 1600
    assert rows["vertebroplasty", 7, "above"]["adjacent_capacity_ratio"] == 1
    assert rows["conservative", 7, "below"]["adjacent_yield_ratio"] == ""


def test_without_an_untreated_arm_there_is_no_load_ratio(states):
    alone = SCENARIO.model_copy(update={"arms": SCENARIO.arms[1:]})
    assert all(row["adjacent_load_ratio"] == "" for row in neighbour_rows(alone, states))


def test_the_ultimate_load_stands_where_the_neighbour_was_broken():
    given = [
        state("intact", 0, found(1600.0) | {"adjacent_ultimate_N": 2500.0}),
        state("cement", 7, found(1500.0)),
    ]
    assert [row["adjacent_ultimate_N"] for row in neighbour_rows(SCENARIO, given)] == [2500.0, ""]


def test_failures_are_told_and_left_out(states):
    states[1] = state("conservative", 7, {"where": "above", "failed": "no room", "wall_s": 0.1})
    (text,) = neighbour_failures(states)
    assert "above conservative, day 7" in text
    assert "no room" in text
    assert len(neighbour_rows(SCENARIO, states)) == 3
    (text,) = neighbour_failures([state("cement", 7, found(1500.0) | {"test_failed": "no equilibrium"})])
    assert "could not be broken (no equilibrium)" in text
    assert neighbour_summary(SCENARIO, states)["n_failed"] == 1


def test_summary_counts_states_that_arms_share_once(states):
    shared = [*states, state("other", 7, found(1500.0, wall_s=2.0))]
    summary = neighbour_summary(SCENARIO, shared)
    assert summary["n_segments"] == 5
    assert summary["wall_s"] == pytest.approx(3 + 2 + 2.5 + 2.2 + 2.1)
    assert summary["load_N"] == 800
    json.dumps(summary)
    assert neighbour_summary(SCENARIO, [state("intact", 0)]) is None
