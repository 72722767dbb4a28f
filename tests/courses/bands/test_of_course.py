"""Bands of bundled scenarios on coarse meshes, against patients who are solved directly."""

import pytest

from vertebra.benchmarks.bench_bands import (
    NEVER,
    WITH_VESSELS,
    largest_errors,
    patients_of_band,
    solved_rows,
)
from vertebra.checks.observed.bench import COARSE
from vertebra.courses.bands.of_course import bands_of, has_bands
from vertebra.courses.vertebra import Vertebra
from vertebra.scenarios.reading import read_scenario

QUICK = (
    *COARSE,
    "output.pictures=false",
    "capacity.virtual_test=off",
    "capacity.interaction=off",
    "capacity.rule=section",
    "fracture.collapse=false",
)
"""Sections, because their capacity costs next to nothing beside the bracket of a surface."""


def solved(scenario):
    """A vertebra, and the rows of all its states."""
    vertebra = Vertebra.of(scenario)
    return vertebra, solved_rows(vertebra)


@pytest.mark.slow
def test_a_slow_patient_and_one_who_never_unites_solved_directly_lie_on_their_curves():
    """Five patients and the branch apart, with drugs, rest and clefts: `benchmarks.bench_bands --check`."""
    changes = ("healing.days=[0,42,182]", "bone.density_qct_mg_cm3=70", "fracture.cleft_mm=2")
    vertebra, rows = solved(read_scenario("crush", (*QUICK, *changes)))
    slow = WITH_VESSELS[-1]
    found = patients_of_band(vertebra, rows, [slow])[0]
    direct = solved(vertebra.scenario.of_patient(**slow))[1]
    assert max(largest_errors(found, direct).values()) < 0.02
    never = {(row["arm"], row["day"]): row for row in bands_of(vertebra, rows).never}
    direct = solved(vertebra.scenario.of_patient(**NEVER))[1]
    assert max(largest_errors(never, direct).values()) < 0.02


def test_a_band_widens_while_bone_heals_and_closes_again():
    scenario = read_scenario("crush", (*QUICK, "healing.days=[0,42,84,730]"))
    vertebra, rows = solved(scenario)
    bands = bands_of(vertebra, rows)
    width = {
        day: row["stiffness_p90_N_per_mm"] - row["stiffness_p10_N_per_mm"]
        for (_, day), row in bands.rows.items()
    }
    assert width[42] > 20 * width[0]
    assert width[730] < 0.1 * width[84]
    assert [row["never_united_share"] for row in bands.rows.values()] == pytest.approx([0.15] * 4)
    assert bands.solved <= 0.3 * 26  # few enough beside a course of the listed days of `main`


def test_the_branch_that_never_unites_stays_as_it_broke():
    scenario = read_scenario("crush", (*QUICK, "healing.days=[0,14,182]"))
    vertebra, rows = solved(scenario)
    never = bands_of(vertebra, rows).never
    assert [row["day"] for row in never] == [0, 14, 182]
    fresh = rows["conservative", 0]["stiffness_N_per_mm"]
    assert never[0]["stiffness_N_per_mm"] == pytest.approx(fresh, rel=1e-9)
    assert all(row["stiffness_N_per_mm"] == pytest.approx(fresh, rel=0.03) for row in never)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("crush", ("uncertainty.bands=off",)),
        ("crush", ("uncertainty.pace_ratio=1.5",)),
        ("rehabilitation", ()),
        ("intact", ()),
    ],
)
def test_no_band_without_a_spread_of_the_kinetic_law(name, changes):
    assert not has_bands(read_scenario(name, changes))
