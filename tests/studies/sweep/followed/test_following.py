"""Which cases are computed in full, on functions whose values are known everywhere."""

import numpy as np
import pytest

import vertebra
from vertebra.studies.sweep.case import Case
from vertebra.studies.sweep.followed.following import BEGINNING, Following, Rule, follow, jumps
from vertebra.studies.sweep.followed.ratios import Full

KEY = "bone.density_qct_mg_cm3"
STATES = [("intact", 0), ("conservative", 0)]
NUMBER = 60


@pytest.fixture(scope="module")
def scenario():
    return vertebra.read_scenario("crush", ["healing.days=[0]"])


class Known:
    """Cases whose results are a function of the place, on the coarser mesh and in full."""

    def __init__(self, scenario, coarse, full, failing=(), not_followed=()):
        self.at = np.linspace(0.0, 1.0, NUMBER)
        self.cases = [Case(n + 1, {KEY: 60 + 80 * x}, scenario, f"{n:016d}") for n, x in enumerate(self.at)]
        self._coarse, self._full = coarse, full
        self._failing, self._not_followed = failing, not_followed
        self.computed = []

    def in_full(self, chosen):
        self.computed += [at for at in chosen if at not in self.computed]

    def courses(self):
        return {n: self._course(n) for n in range(NUMBER) if n not in self._not_followed}

    def _course(self, n):
        load = self._coarse(self.at[n])
        row = {"bears_N": load, "service_limit_N": load, "stiffness_N_per_mm": 5 * load, "height_mm": 25.0}
        return dict.fromkeys(STATES, row)

    def rows(self, n):
        load = self._full(self.at[n])
        row = {"capacity_N": load, "service_N": load, "stiffness_N_per_mm": 5 * load, "height_mm": 25.0}
        return dict.fromkeys(STATES, row)

    def read(self, n, course):
        assert n in self.computed
        return None if n in self._failing else Full(self.rows(n), course)

    def settle(self, allowed=0.01, number=BEGINNING):
        following = Following(self.cases, (KEY,), Rule(number, allowed))
        return following, following.settle(self.in_full, self.courses, self.read)

    def errors(self, found):
        """Found error of each case over its stated one."""
        true = {at: self._full(self.at[at]) for at in found}
        capacity = {at: each.rows["conservative", 0]["capacity_N"] for at, each in found.items()}
        return {at: abs(capacity[at] / true[at] - 1) / found[at].error for at in found}


def smooth(x):
    return 2000.0 + 2500.0 * x


def test_smooth_results_need_few_cases_in_full_and_one_check(scenario):
    known = Known(scenario, smooth, lambda x: smooth(x) * (0.9 + 0.03 * x + 0.01 * np.sin(3 * x)))
    following, found = known.settle()
    assert len(known.computed) == BEGINNING + 1
    assert len(found) == NUMBER - BEGINNING - 1
    assert max(known.errors(found).values()) < 1
    ((_, check),) = following.checks.items()
    assert check.found <= check.stated <= 0.01


@pytest.mark.parametrize("on_coarser", [0.3, 0.37])
def test_a_jump_is_closed_in_wherever_the_coarser_mesh_has_it(scenario, on_coarser):
    known = Known(
        scenario,
        lambda x: smooth(x) * (0.9 if x > on_coarser else 1.0),
        lambda x: 0.95 * smooth(x) * (0.9 if x > 0.41 else 1.0),
    )
    _, found = known.settle()
    assert len(known.computed) <= 20
    assert all(each.error <= 0.01 for each in found.values())
    assert max(known.errors(found).values()) < 1


def test_what_the_coarser_mesh_does_not_see_is_closed_in(scenario):
    known = Known(scenario, smooth, lambda x: smooth(x) * (0.93 if x > 0.73 else 1.0))
    _, found = known.settle()
    assert len(known.computed) <= 16
    assert max(known.errors(found).values()) < 1


def test_noise_makes_all_cases_be_computed(scenario):
    noise = np.random.default_rng(1).uniform(0.9, 1.1, NUMBER)
    known = Known(scenario, smooth, lambda x: smooth(x) * noise[round(x * (NUMBER - 1))])
    _, found = known.settle()
    assert len(known.computed) > 0.8 * NUMBER
    assert all(each.error <= 0.01 for each in found.values())


def test_cases_that_fail_are_left_out_and_those_without_a_course_are_computed(scenario):
    known = Known(scenario, smooth, lambda x: 0.9 * smooth(x), failing=[0, 14], not_followed=[7])
    _, found = known.settle()
    assert {0, 7, 14} <= set(known.computed)
    assert not {0, 7, 14} & set(found)
    assert max(known.errors(found).values()) < 1
    alone = Known(scenario, smooth, smooth, not_followed=range(1, NUMBER))
    assert alone.settle()[1] == {}
    assert len(alone.computed) == NUMBER


def test_a_number_of_cases_in_full_is_kept_to(scenario):
    known = Known(scenario, smooth, lambda x: smooth(x) * (0.9 if x > 0.4 else 1.0))
    _, found = known.settle(allowed=None, number=4)
    assert len(known.computed) == 4
    assert max(known.errors(found).values()) < 1


def test_cases_know_from_which_they_follow(scenario):
    known = Known(scenario, smooth, smooth)
    _, found = known.settle()
    cases = follow(known.cases, found)
    for at, case in enumerate(cases):
        assert bool(case.follows) == (at in found)
        assert case.inputs_sha256 == known.cases[at].inputs_sha256
    assert len({case.name for case in cases}) == NUMBER


def test_a_straight_line_has_no_jumps_and_a_step_has_its_own():
    place = np.sort(np.random.default_rng(0).uniform(size=12))
    line = np.exp(0.5 * place)[:, None]
    assert jumps(place, line).max() < 2e-3
    stepped = line * np.where(place > place[6], 1.2, 1.0)[:, None]
    found = jumps(place, stepped)
    assert found.argmax() == 6
    assert found[6] > 0.15
    assert jumps(place[:3], line[:3]).tolist() == [0.0, 0.0]
