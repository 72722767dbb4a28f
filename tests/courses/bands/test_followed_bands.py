"""Bands of a body that collapses."""

import pytest

from vertebra.checks.observed.bench import COARSE
from vertebra.courses.bands.followed import BesideMedian, beside, loss_ratio
from vertebra.courses.bands.of_course import bands_of
from vertebra.courses.bands.patients import paces
from vertebra.courses.bands.tabulated import COLUMNS
from vertebra.courses.followed.walk import UNKNOWN_TIMES, Walk
from vertebra.courses.plan import plan
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


def solved(vertebra):
    """Rows of all states of a vertebra."""
    shelf = Shelf()
    solve_states(vertebra, shelf, lambda progress: None)
    states = settle_capacity(vertebra.scenario, list(shelf.states.values()))
    return {(state.arm, state.day): state.row for state in states}


@pytest.fixture(scope="module")
def collapsing():
    """Rows of the median patient, and the bands."""
    scenario = read_scenario("crush", (*QUICK, "healing.days=[0,56]", "fracture.collapse=true"))
    vertebra = Vertebra.of(scenario)
    rows = solved(vertebra)
    return rows, bands_of(vertebra, rows)


def directly(vertebra):
    """Columns of all states of a patient who is walked on the cells of the scenario, by the cheapest surface."""
    found = {}

    def take(task, stand, loaded, state):
        row = loaded.row_between
        bears = {"capacity_N": row["surface_N"], "service_N": min(row["surface_N"], row["service_limit_N"])}
        found.update({(arm, task.day): {**row, **bears} for arm in task.arms})

    Walk(vertebra, healing_times=UNKNOWN_TIMES).follow(plan(vertebra.scenario), Shelf(), take)
    return found


def largest_errors(name, changes, patients):
    """Largest relative error of every column on all days of all arms, beside patients walked on 10-node cells."""
    quadratic = ("mesh.parametric.edge_mm=4", "mesh.order=2", "fracture.collapse=true")
    vertebra = Vertebra.of(read_scenario(name, (*quadratic, *changes)))
    beside_median = BesideMedian(vertebra, directly(vertebra))
    worst = dict.fromkeys(COLUMNS, 0.0)
    for patient in patients:
        found, direct = beside_median.of(**patient), directly(vertebra.of_patient(**patient))
        for state, row in found.items():
            for column in COLUMNS:
                worst[column] = max(worst[column], abs(row[column] / direct[state][column] - 1))
    return worst


@pytest.mark.slow
def test_five_patients_who_collapse_solved_directly_lie_beside_the_median():
    patients = [{"pace_ratio": pace} for pace in paces((0.1, 0.3, 0.7, 0.9, 0.97)).tolist()]
    errors = largest_errors("main", ("healing.days=[0,28,84,182]",), patients)
    assert max(errors.values()) < 0.02
    assert errors["height_mm"] < 0.005


def test_a_slow_patient_who_collapses_solved_directly_lies_beside_the_median():
    errors = largest_errors("crush", ("healing.days=[0,56]",), [{"pace_ratio": paces([0.9])[0]}])
    assert max(errors.values()) < 0.02
    assert errors["height_mm"] < 0.005


def test_ratios_of_another_mesh_carry_over():
    row = {"capacity_N": 1000.0, "service_N": 800.0, "stiffness_N_per_mm": 2000.0, "height_mm": 22.0}
    median = {"bears_N": 1500.0, "service_limit_N": 900.0, "stiffness_N_per_mm": 2200.0, "height_mm": 22.4}
    other = {"bears_N": 1200.0, "service_limit_N": 450.0, "stiffness_N_per_mm": 1100.0, "height_mm": 21.9}
    assert beside(row, median, median, 1.0) == row
    found = beside(row, median, other, 1.2)
    assert found == pytest.approx(
        {
            "capacity_N": 1000 * 1200 / 1500,
            "service_N": 800 * 450 / 900,
            "stiffness_N_per_mm": 2000 / 2,
            "height_mm": 22.0 - 1.2 * 0.5,
        }
    )
    known_by_capacity = beside(row | {"service_N": 1000.0}, median, other, 1.2)
    assert known_by_capacity["service_N"] == pytest.approx(450 * 2000 / 2200)


def test_losses_are_compared_once_there_are_some():
    assert loss_ratio(0.001, 0.0) == loss_ratio(-1.0, -0.8) == 1.0
    assert loss_ratio(0.6, 0.5) == pytest.approx(1.2)
    assert loss_ratio(0.9, 0.1) == 2.0


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
        assert ends[f"capacity_{end}_N"] == pytest.approx(fresh["capacity_N"], rel=1e-9)
        assert ends[f"height_{end}_mm"] == pytest.approx(fresh["height_mm"])


def test_a_band_is_the_same_every_time(collapsing):
    rows, bands = collapsing
    scenario = read_scenario("crush", (*QUICK, "healing.days=[0,56]", "fracture.collapse=true"))
    again = bands_of(Vertebra.of(scenario), rows)  # of a run that is resumed, with nothing solved before
    assert again.rows == bands.rows
    assert again.never == bands.never
