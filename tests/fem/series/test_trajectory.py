from itertools import pairwise

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.fem.series.stepper import Combinations
from vertebra.fem.series.trajectory import REACH, stages, visiting_order
from vertebra.meshes.shapes import box


class Healing:
    """History whose items are computed on demand: a soft band stiffens, front first if `front`."""

    def __init__(self, centres, n_times, front=False):
        self.centres, self.n_times, self.front = centres, n_times, front
        self.asked = []

    def __len__(self):
        return self.n_times

    def __getitem__(self, index):
        self.asked.append(index)
        t = index / (self.n_times - 1)
        band = np.abs(self.centres[:, 2] - 1) < 0.4
        delay = 0.5 * self.centres[:, 0] if self.front else 0.0
        young = np.where(band, 2.0 * 1000 ** np.clip(1.5 * t - delay, 0, 1), 500.0)
        return young, np.where(band, 0.17 + 0.13 * t, 0.3)


@pytest.fixture
def column():
    points, cells = box((1.0, 1.0, 2.0), (3, 3, 5), 2)
    supports = np.full((2, *points.shape), np.nan)
    supports[:, points[:, 2] == 0] = 0
    top = points[:, 2] == 2
    supports[0, top] = [0, 0, -1]
    supports[1, top] = np.cross([-1, 0, 0], points[top] - [0.5, 0.5, 2])
    return points, cells, supports


def energy_error(problem, exact, field, loads=None):
    """Relative error in the energy norm of each mode, through an exact solve with the difference prescribed."""
    difference = np.atleast_2d(field - exact.displacement)
    force = problem._system.internal(exact._moduli, difference)
    return np.sqrt(np.einsum("kni,kni->k", difference, force) / np.diag(exact.energy))


@pytest.mark.parametrize("front", [False, True])
@pytest.mark.parametrize("method", ["iterative", "direct"])
def test_every_certificate_holds(column, method, front):
    points, cells, supports = column
    problem = Elasticity(points, cells, supports)
    history = Healing(points[cells].mean(axis=1), 13, front)
    trajectory = problem.trajectory(history, method=method, energy_tolerance=1e-3)
    assert max(trajectory.certificates) <= 1e-3
    assert front or "projected" in trajectory.origins
    for index, solution in enumerate(trajectory):
        exact = problem.solve(*history[index], method="direct")
        error = energy_error(problem, exact, solution.displacement).max()
        assert error <= solution.certificate
        assert solution.origin == trajectory.origins[index]
        np.testing.assert_allclose(solution.energy, exact.energy, atol=4e-6 * np.abs(exact.energy).max())


def test_solutions_can_be_consumed_instead_of_kept(column):
    points, cells, supports = column
    problem = Elasticity(points, cells, supports)
    history = Healing(points[cells].mean(axis=1), 9)
    seen = {}
    kept = problem.trajectory(history, consume=seen.__setitem__)
    assert sorted(history.asked) == list(range(9))  # each item is asked for once
    for index in range(9):
        np.testing.assert_allclose(kept[index].displacement, seen[index].displacement, atol=1e-12)
        assert kept[index].certificate == seen[index].certificate
    assert [solution.origin for solution in kept[2:4]] == kept.origins[2:4]
    assert len(kept) == 9


def test_few_fields_need_few_solves_and_certificates_of_a_survey_hold(column, monkeypatch):
    monkeypatch.setattr("vertebra.fem.series.trajectory.LEAST_SURVEY", 4)
    surveyed = []
    survey = Combinations.survey

    def watched(self, places):
        surveyed.append(len(places))
        return survey(self, places)

    monkeypatch.setattr(Combinations, "survey", watched)
    points, cells, supports = column
    problem = Elasticity(points, cells, supports)
    history = Healing(points[cells].mean(axis=1), 40)
    trajectory = problem.trajectory(history, method="iterative")
    assert surveyed
    assert trajectory.n_fields <= 6 + 2 * 18  # rigid motions, and both modes where it was iterated
    assert trajectory.origins.count("iterated") <= 18
    for index in range(0, 40, 3):
        solution, exact = trajectory[index], problem.solve(*history[index], method="direct")
        error = energy_error(problem, exact, solution.displacement).max()
        assert error <= solution.certificate <= 1e-4
        np.testing.assert_allclose(solution.energy, exact.energy, atol=1e-7 * np.abs(exact.energy).max())


@pytest.mark.parametrize("method", ["iterative", "direct"])
def test_times_asked_for_one_after_another(column, method):
    points, cells, supports = column
    problem = Elasticity(points, cells, supports)
    history = Healing(points[cells].mean(axis=1), 17, front=True)
    known = problem.trajectory(history, energy_tolerance=1e-3, method=method)
    stepper = problem.stepper(energy_tolerance=1e-3, method=method)
    for index in range(17):
        solution = stepper.solve(*history[index])
        exact = problem.solve(*history[index], method="direct")
        assert energy_error(problem, exact, solution.displacement).max() <= solution.certificate <= 1e-3
        both = energy_error(
            problem, exact, exact.displacement + solution.displacement - known[index].displacement
        )
        assert both.max() <= solution.certificate + known[index].certificate
    assert (solution.iterations == 0) == (solution.origin == "projected")


def test_loads_are_followed_too(column):
    points, cells, supports = column
    problem = Elasticity(points, cells, np.where(np.isnan(supports[0]), np.nan, 0.0))
    loads = np.zeros(points.shape)
    loads[points[:, 0] == 1] = [0.2, 0.0, -0.1]
    history = Healing(points[cells].mean(axis=1), 5)
    for index, solution in enumerate(problem.trajectory(history, loads, method="iterative")):
        exact = problem.solve(*history[index], loads, method="direct")
        assert solution.displacement.shape == points.shape
        assert solution.energy == pytest.approx(exact.energy, rel=1e-6)


def test_order_visits_ends_then_middles():
    assert list(visiting_order(0)) == []
    assert list(visiting_order(1)) == [0]
    assert list(visiting_order(5)) == [0, 4, 2, 1, 3]
    assert sorted(visiting_order(366)) == list(range(366))


def test_stages_fall_in_stiffness_and_hold_every_time_once():
    levels = np.log(np.geomspace(1.0, REACH**2.5, 13))[np.random.default_rng(0).permutation(13)]
    found = stages(list(levels))
    assert len(found) == 3
    assert sorted(index for stage in found for index in stage) == list(range(13))
    for stage in found:
        assert levels[stage[0]] == levels[stage].max()
        assert levels[stage[1]] == levels[stage].min()
        assert np.ptp(levels[stage]) <= np.log(REACH)
    for stiffer, softer in pairwise(found):
        assert levels[stiffer].min() > levels[softer].max()


def test_one_stage_holds_times_of_equal_stiffness():
    (stage,) = stages([2.0, 2.0, 2.0])
    assert sorted(stage) == [0, 1, 2]


def test_bad_item_is_named(column):
    points, cells, supports = column
    with pytest.raises(ValueError, match=r"history item 2: young is -1\.0 MPa"):
        Elasticity(points, cells, supports).trajectory([(1.0, 0.3), (2.0, 0.3), (-1.0, 0.3)])
