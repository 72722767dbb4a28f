"""Arms with a drug of their own."""

import numpy as np
import pytest

from vertebra.checks.observed.bench import COARSE
from vertebra.courses.plan import plan
from vertebra.courses.states import solve_states
from vertebra.courses.vertebra import Vertebra
from vertebra.models.patient import effect_of_patient
from vertebra.records.capacity.between import settle_capacity
from vertebra.scenarios.reading import ScenarioError, read_scenario

QUICK = (
    *COARSE,
    "capacity.virtual_test=off",
    "capacity.interaction=off",
    "capacity.rule=section",
    "fracture.collapse=false",
)
DAYS = "healing.days=[0,42,182,730]"
ARMS = (
    "arms=[{name='plain'},"
    "{name='drug',treatment={drug='teriparatide',from_day=14}},"
    "{name='other',treatment={drug='denosumab'}}]"
)


class Shelf:
    """Keeps states in memory."""

    def __init__(self):
        self.states, self.arrays = {}, {}

    def has(self, arm, day):
        return (arm, day) in self.states

    def keep(self, state):
        self.states[state.arm, state.day] = state

    def keep_arrays(self, name, arrays):
        assert name not in self.arrays, "two treatments share a name"
        self.arrays[name] = arrays

    def load_arrays(self, name):
        return self.arrays.get(name, {})


def solved(name, *changes):
    shelf, scenario = Shelf(), read_scenario(name, (*QUICK, *changes))
    solve_states(Vertebra.of(scenario), shelf, lambda progress: None)
    states = settle_capacity(scenario, list(shelf.states.values()))
    return {(state.arm, state.day): state for state in states}


@pytest.fixture(scope="module")
def arms():
    """States of a crush without a drug and with two."""
    return solved("crush", DAYS, ARMS)


def test_arms_share_their_states_until_a_drug_parts_them():
    tasks = plan(read_scenario("crush", (DAYS, ARMS)))
    shared = {(task.day, task.arms) for task in tasks}
    assert (0, ("plain", "drug", "other")) in shared
    assert {(42, ("plain",)), (42, ("drug",)), (42, ("other",))} <= shared


@pytest.mark.slow
def test_an_arm_of_its_own_is_what_the_scenario_with_that_drug_is(arms):
    alone = solved("crush", DAYS, "treatment={drug='teriparatide',from_day=14}")
    plain = solved("crush", DAYS)
    for day in (0, 42, 182, 730):
        for name in ("capacity_N", "stiffness_N_per_mm", "zone_young_MPa"):
            assert arms["drug", day].row[name] == pytest.approx(
                alone["conservative", day].row[name], rel=1e-3
            )
            assert arms["plain", day].row[name] == pytest.approx(
                plain["conservative", day].row[name], rel=1e-3
            )
    assert arms["drug", 42].tissue["woven"] > 1.1 * arms["plain", 42].tissue["woven"]
    np.testing.assert_allclose(
        list(arms["other", 42].tissue.values()), list(arms["plain", 42].tissue.values())
    )


def test_the_host_gains_over_two_years_what_is_published_and_the_intact_body_stays(arms):
    gain = arms["drug", 730].row["capacity_N"] / arms["plain", 730].row["capacity_N"]
    assert gain == pytest.approx(1.28, abs=0.05)  # + 28.1 +- 4.7 % at 24 months
    assert (
        arms["intact", 0].row["capacity_N"]
        == solved("crush", "healing.days=[0]")["intact", 0].row["capacity_N"]
    )


@pytest.mark.slow
def test_arms_of_a_law_that_follows_strain_have_drugs_of_their_own():
    arms = solved("rehabilitation", "healing.days=[0,28,84]", "patient.nsaid_days=[0,1]", ARMS)
    assert arms["drug", 84].healing["mineral_maturity"] > 1.1 * arms["plain", 84].healing["mineral_maturity"]
    assert arms["other", 84].row["capacity_N"] > arms["plain", 84].row["capacity_N"]


def test_bed_rest_of_the_phases_costs_density():
    lying = "loading.phases=[{from_day=0,activity='lying'},{from_day=28,activity='standing'}]"
    effect = effect_of_patient(read_scenario("crush", (lying,)))
    assert effect.rest == ((0.0, 28.0),)
    assert effect.host_density(28.0) == pytest.approx(1 - 4 * 0.009)
    assert effect_of_patient(read_scenario("crush")).rest == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("treatment.drug=teriparatid",), "Did you mean 'teriparatide'"),
        (("treatment.from_day=7",), "found from_day and no drug"),
        (
            ("treatment.drug=denosumab", "treatment.from_day=400"),
            "found treatment.from_day = 400, expected at most",
        ),
        (
            ("arms.conservative.treatment.drug=denosumab", "arms.conservative.treatment.from_day=400"),
            "arms.conservative",
        ),
    ],
)
def test_a_treatment_that_cannot_be_is_refused(changes, message):
    with pytest.raises(ScenarioError, match=message):
        read_scenario("crush", changes)
