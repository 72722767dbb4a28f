"""Bands of bundled scenarios on coarse meshes, against patients who are solved directly."""

import numpy as np
import pytest

from vertebra.checks.observed.bench import COARSE
from vertebra.courses.bands.lines import line_members
from vertebra.courses.bands.of_course import Lines, bands_of, has_bands
from vertebra.courses.bands.tabulated import COLUMNS
from vertebra.courses.states import solve_states
from vertebra.courses.vertebra import Vertebra
from vertebra.records.capacity.between import settle_capacity
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
PATIENTS = ((0.5, 1.0), (0.7, 1.8), (1.0, 2.4), (1.5, 0.6), (2.0, 1.3))
"""Pace and time of vessels."""


class Shelf:
    """Keeps states in memory."""

    def __init__(self):
        self.states = {}

    def has(self, arm, day):
        return (arm, day) in self.states

    def keep(self, state):
        self.states[state.arm, state.day] = state

    def keep_arrays(self, name, arrays):
        pass

    def load_arrays(self, name):
        return {}


def solved(scenario):
    """A vertebra, and the rows of all its states."""
    shelf, vertebra = Shelf(), Vertebra.of(scenario)
    solve_states(vertebra, shelf, lambda progress: None)
    states = settle_capacity(scenario, list(shelf.states.values()))
    return vertebra, {(state.arm, state.day): state.row for state in states}


def largest_error(scenario, patients):
    """Largest relative error of any column of any patient on any day of any arm."""
    vertebra, rows = solved(scenario)
    direct = [solved(scenario.of_patient(pace_ratio=k, vessel_ratio=v))[1] for k, v in patients]
    worst = 0.0
    pace, vessels = np.array(patients).T
    for treatment in scenario.treatments:
        lines = Lines(vertebra.under(treatment), rows)
        for line, members in line_members(scenario).items():
            course = lines.course(line, members)
            found = course(pace, vessels)
            for arm, day in members:
                at = list(course.days).index(day)
                for name in COLUMNS:
                    for i, each in enumerate(direct):
                        worst = max(worst, abs(found[name][i, at] / each[arm, day][name] - 1))
    return worst


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("main", ("capacity.rule=surface",)),
        ("main", ("healing.days=[0,42,365]", "bone.density_qct_mg_cm3=70")),
        ("crush", ("fracture.cleft_mm=2", "bone.density_qct_mg_cm3=80")),
        (
            "main",
            (
                "healing.days=[0,28,84,182,730]",
                "treatment.drug=teriparatide",
                "loading.phases=[{from_day=0,activity='lying'},{from_day=21,activity='standing'}]",
            ),
        ),
    ],
    ids=["main", "few days", "cleft", "drug and rest"],
)
def test_five_patients_solved_directly_lie_on_their_curves(name, changes):
    assert largest_error(read_scenario(name, (*QUICK, *changes)), PATIENTS) < 0.02


def test_a_slow_patient_solved_directly_lies_on_the_curve():
    scenario = read_scenario("crush", (*QUICK, "healing.days=[0,42,182]", "bone.density_qct_mg_cm3=70"))
    assert largest_error(scenario, PATIENTS[-1:]) < 0.02


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
    scenario = read_scenario("crush", (*QUICK, "healing.days=[0,182]"))
    vertebra, rows = solved(scenario)
    never = bands_of(vertebra, rows).never
    assert [row["day"] for row in never] == [0, 182]
    for row in never:
        assert row["stiffness_N_per_mm"] == pytest.approx(
            rows["conservative", 0]["stiffness_N_per_mm"], rel=0.03
        )
    apart = solved(scenario.of_patient(unites=False))[1]
    assert never[-1]["capacity_N"] == pytest.approx(apart["conservative", 182]["capacity_N"], rel=5e-3)


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
