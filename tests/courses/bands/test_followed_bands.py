"""Bands of a body that collapses."""

import pytest

from vertebra.benchmarks.bench_bands import NEVER, largest_errors, patients_of_band, solved_rows
from vertebra.checks.observed.bench import COARSE
from vertebra.courses.bands.beside_median import loss_ratio
from vertebra.courses.bands.of_course import bands_of
from vertebra.courses.bands.patients import paces
from vertebra.courses.vertebra import Vertebra
from vertebra.scenarios.reading import read_scenario

QUICK = (*COARSE, "capacity.rule=section", "capacity.virtual_test=off", "capacity.interaction=off")
FEW_DAYS = (
    "healing.days=[0,42,126]",
    "arms=[{name='conservative'}]",
    "mesh.parametric.edge_mm=4",
    "mesh.order=2",
    "capacity.virtual_test=off",
    "capacity.interaction=off",
)
"""On 10-node cells, so that those of the band are others."""


@pytest.fixture(scope="module")
def collapsing():
    """Rows of the median patient, and the bands."""
    scenario = read_scenario("crush", (*QUICK, "healing.days=[0,56]", "fracture.collapse=true"))
    vertebra = Vertebra.of(scenario)
    rows = solved_rows(vertebra)
    return rows, bands_of(vertebra, rows)


def test_a_slow_patient_and_one_who_never_unites_solved_directly_lie_beside_the_median():
    """Five patients and the branch apart, on all days of both arms: `benchmarks.bench_bands --check`."""
    vertebra = Vertebra.of(read_scenario("main", FEW_DAYS))
    patients = [{"pace_ratio": paces([0.9])[0]}, NEVER]
    for patient, found in zip(
        patients, patients_of_band(vertebra, solved_rows(vertebra), patients), strict=True
    ):
        direct = solved_rows(Vertebra.of(vertebra.scenario.of_patient(**patient)))
        errors = largest_errors(found, direct)
        assert max(errors.values()) < 0.02
        assert errors["height_mm"] < 0.005


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
