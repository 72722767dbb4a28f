"""From kept tests to columns, curves and the manifest."""

import numpy as np
import pytest

from vertebra.records.load_displacement import curve_rows, failures, strength_columns, summary
from vertebra.records.workspace import State

HEIGHT = 25.0
TEST = {
    "ultimate_N": 2000.0,
    "ultimate_strain": 0.05,
    "force_1p9_percent_N": 1900.0,
    "height_mm": HEIGHT,
    "displacement_mm": [0.0, 0.25, 1.25],
    "shortening_mm": [0.0, 0.2, 1.0],  # between discs; else the displacement
    "force_N": [0.0, 1500.0, 2000.0],
    "yielded_share": 0.5,
    "increments": 2,
    "solves": 7,
    "iterations": 90,
    "elastic_solves_equal_in_work": 9.0,
    "wall_s": 1.5,
}
FAILED = {"failed": "amplitude 1 of 2 not reached: no equilibrium", "wall_s": 3.0}


def state(arm, day, test):
    return State(arm, day, {"capacity_N": 1800.0}, {}, {}, {}, {}, {}, {}, test)


STATES = [
    state("intact", 0, {}),
    state("a", 0, TEST),
    state("b", 0, TEST),  # shares the state of a
    state("b", 7, TEST | {"wall_s": 2.0}),
    state("a", 7, FAILED),
]


def test_columns_are_empty_where_nothing_was_tested_or_the_test_failed():
    assert strength_columns(STATES[1]) == {"ultimate_N": 2000.0, "force_1p9_percent_N": 1900.0}
    for untested in (STATES[0], STATES[4]):
        assert all(np.isnan(value) for value in strength_columns(untested).values())


def test_every_equilibrium_is_a_row_with_its_apparent_strain():
    rows = curve_rows(STATES)
    assert [(row["arm"], row["day"]) for row in rows] == [("a", 0)] * 3 + [("b", 0)] * 3 + [("b", 7)] * 3
    columns = (TEST[name] for name in ("displacement_mm", "shortening_mm", "force_N"))
    for row, displacement, shortening, force in zip(rows, *columns, strict=False):
        assert row["displacement_mm"] == displacement
        assert row["strain_percent"] == pytest.approx(100 * shortening / HEIGHT)
        assert row["force_N"] == force


def test_a_test_that_two_arms_share_is_listed_twice_and_charged_once():
    told = summary(STATES)
    assert [(each["arm"], each["day"]) for each in told["tests"]] == [("a", 0), ("b", 0), ("b", 7), ("a", 7)]
    assert (told["n_tests"], told["n_failed"]) == (3, 1)
    assert told["solves"] == 2 * TEST["solves"]
    assert told["increments"] == 2 * TEST["increments"]
    assert told["wall_s"] == pytest.approx(1.5 + 2.0 + 3.0)
    assert "displacement_mm" not in told["tests"][0]


def test_without_tests_there_is_nothing_to_tell():
    assert summary(STATES[:1]) is None
    assert curve_rows(STATES[:1]) == []
    assert failures(STATES[:4]) == []


def test_a_failed_test_is_a_warning_with_its_reason_and_a_way_out():
    (warning,) = failures(STATES)
    for part in ("a, day 7", FAILED["failed"], 'capacity.virtual_test = "off"'):
        assert part in warning
