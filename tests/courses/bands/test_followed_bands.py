"""Bands of a body that collapses."""

import pytest

from vertebra.benchmarks.bench_bands import NEVER, largest_errors, patients_of_band, solved_rows
from vertebra.checks.observed.bench import COARSE
from vertebra.courses.bands.beside_median import BesideMedian, loss_ratio
from vertebra.courses.bands.of_course import bands_of
from vertebra.courses.bands.patients import paces
from vertebra.courses.vertebra import Vertebra
from vertebra.scenarios.reading import read_scenario

QUICK = (*COARSE, "capacity.rule=section", "capacity.virtual_test=off", "capacity.interaction=off")
FEW_DAYS = (
    "arms=[{name='conservative'}]",
    "mesh.parametric.edge_mm=4",
    "capacity.virtual_test=off",
    "capacity.interaction=off",
)
SLOW = {"pace_ratio": float(paces([0.9])[0])}


@pytest.fixture(scope="module")
def collapsing():
    """Rows of the median patient, and the bands."""
    scenario = read_scenario("crush", (*QUICK, "healing.days=[0,56]", "fracture.collapse=true"))
    vertebra = Vertebra.of(scenario)
    rows = solved_rows(vertebra)
    return rows, bands_of(vertebra, rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "patient"),
    [
        (("mesh.order=2", "capacity.rule=section", "healing.days=[0,42]"), NEVER),
        (("mesh.order=1", "capacity.rule=surface", "healing.days=[0,21,42]"), SLOW),
    ],
    ids=["sections on other cells", "surfaces"],
)
def test_a_patient_solved_directly_lies_beside_the_median(changes, patient):
    """Five patients and the branch apart, on all days of both arms: `benchmarks.bench_bands --check`."""
    vertebra = Vertebra.of(read_scenario("main", (*FEW_DAYS, *changes)))
    found = patients_of_band(vertebra, solved_rows(vertebra), [patient])[0]
    errors = largest_errors(found, solved_rows(Vertebra.of(vertebra.scenario.of_patient(**patient))))
    assert max(errors.values()) < 0.02
    assert errors["height_mm"] < 0.005


def test_losses_are_compared_once_there_are_some():
    assert loss_ratio(0.001, 0.0) == loss_ratio(-1.0, -0.8) == 1.0
    assert loss_ratio(0.6, 0.5) == pytest.approx(1.2)
    assert loss_ratio(0.9, 0.1) == 2.0


@pytest.mark.slow
@pytest.mark.parametrize("column", ["height_{}_mm", "stiffness_{}_N_per_mm"])
def test_the_median_patient_lies_between_the_ends(collapsing, column):
    rows, bands = collapsing
    low, high = (bands.rows["conservative", 56][column.format(end)] for end in ("p10", "p90"))
    median = rows["conservative", 56][column.replace("_{}", "")]
    assert low < median < high


@pytest.mark.slow
def test_slow_patients_lose_more_height_and_those_who_never_unite_most(collapsing):
    rows, bands = collapsing
    fresh = rows["conservative", 0]["height_mm"]
    slow = bands.rows["conservative", 56]["height_p10_mm"]
    never = {row["day"]: row["height_mm"] for row in bands.never}
    assert never[0] == pytest.approx(fresh)
    assert never[56] < slow < fresh


@pytest.mark.slow
def test_on_day_0_all_patients_are_alike(collapsing):
    rows, bands = collapsing
    fresh, ends = rows["conservative", 0], bands.rows["conservative", 0]
    for end in ("p10", "p90"):
        assert ends[f"capacity_{end}_N"] == pytest.approx(fresh["capacity_N"], rel=1e-9)
        assert ends[f"height_{end}_mm"] == pytest.approx(fresh["height_mm"])


@pytest.mark.slow
def test_a_patient_is_the_same_every_time(collapsing):
    rows, bands = collapsing
    scenario = read_scenario("crush", (*QUICK, "healing.days=[0,56]", "fracture.collapse=true"))
    again = BesideMedian(Vertebra.of(scenario), rows).of(
        **NEVER
    )  # of a run that is resumed, with nothing solved
    assert [{"arm": arm, "day": day} | row for (arm, day), row in again.items()] == bands.never
