"""Bands of a body that collapses."""

import pytest

from vertebra.checks.observed.bench import COARSE
from vertebra.courses.bands.of_course import bands_of
from vertebra.courses.states import solve_states
from vertebra.courses.vertebra import Vertebra
from vertebra.records.capacity.between import settle_capacity
from vertebra.scenarios.reading import read_scenario

QUICK = (*COARSE, "capacity.rule=section", "capacity.virtual_test=off", "capacity.interaction=off")


class Shelf:
    """Keeps states in memory."""

    def __init__(self):
        self.states, self.arrays = {}, {}

    def has(self, arm, day):
        return (arm, day) in self.states

    def keep(self, state):
        self.states[state.arm, state.day] = state

    def keep_arrays(self, name, arrays):
        self.arrays[name] = arrays

    def load_arrays(self, name):
        return self.arrays.get(name, {})


@pytest.fixture(scope="module")
def collapsing():
    """Rows of the median patient, and the bands."""
    scenario = read_scenario("crush", (*QUICK, "healing.days=[0,56]", "fracture.collapse=true"))
    shelf, vertebra = Shelf(), Vertebra.of(scenario)
    solve_states(vertebra, shelf, lambda progress: None)
    states = settle_capacity(scenario, list(shelf.states.values()))
    rows = {(state.arm, state.day): state.row for state in states}
    return rows, bands_of(vertebra, rows)


@pytest.mark.parametrize("column", ["height_{}_mm", "stiffness_{}_N_per_mm"])
def test_the_median_patient_lies_between_the_ends(collapsing, column):
    rows, bands = collapsing
    low, high = (bands.rows["conservative", 56][column.format(end)] for end in ("p10", "p90"))
    median = rows["conservative", 56][column.replace("_{}", "")]
    assert low < median < high


def test_slow_patients_lose_more_height_and_those_who_never_unite_most(collapsing):
    rows, bands = collapsing
    fresh = rows["conservative", 0]["height_mm"]
    slow = bands.rows["conservative", 56]["height_p10_mm"]
    never = {row["day"]: row["height_mm"] for row in bands.never}
    assert never[0] == pytest.approx(fresh)
    assert never[56] < slow < fresh


def test_on_day_0_all_patients_are_alike(collapsing):
    rows, bands = collapsing
    fresh, ends = rows["conservative", 0], bands.rows["conservative", 0]
    for end in ("p10", "p90"):
        assert ends[f"capacity_{end}_N"] == pytest.approx(fresh["capacity_N"], rel=5e-3)
        assert ends[f"height_{end}_mm"] == pytest.approx(fresh["height_mm"])
