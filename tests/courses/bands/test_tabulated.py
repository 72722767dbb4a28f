"""Tables of states by stage of healing."""

import numpy as np
import pytest

from vertebra.courses.bands.tabulated import COLUMNS, Tabulated, capacity_per_surface, missing_stages, settled


def rows(values):
    return [dict.fromkeys(COLUMNS, value) for value in values]


def test_a_state_between_has_the_capacity_that_its_surface_leaves_it():
    row = {"surface_N": 1000.0, "service_limit_N": 930.0}
    found = settled(row, 0.5, np.array([1.0, 0.0]), np.array([0.98, 0.94]))
    assert found["capacity_N"] == pytest.approx(960)
    assert found["service_N"] == 930
    computed = {"surface_N": 1000.0, "capacity_N": 970.0}
    assert capacity_per_surface(computed) == pytest.approx(0.97)
    assert settled(computed, 0.5, np.zeros(1), np.ones(1)) is computed
    assert capacity_per_surface({"capacity_N": 1.0}) == 1


def test_service_load_follows_stiffness_until_capacity_decides():
    states = [
        {"capacity_N": 2000.0, "service_N": service, "stiffness_N_per_mm": 5 * stiffness, "height_mm": 23.0}
        for stiffness, service in ((200.0, 200.0), (1000.0, 1000.0), (4000.0, 2000.0))
    ]
    table = Tabulated(np.array([0.0, 0.5, 1.0]), np.ones(3), states)
    found = table.at(np.linspace(0, 1, 50)[None], np.ones(50))
    expected = np.minimum(found["capacity_N"], found["stiffness_N_per_mm"] / 5)
    np.testing.assert_allclose(found["service_N"], expected)


def test_states_come_back_at_their_stages_and_are_held_beyond_them():
    stage = np.array([0.0, 0.3, 1.1, 1.9])
    table = Tabulated(stage, np.ones(4), rows([10.0, 12.0, 20.0, 19.0]))
    found = table.at(np.array([[-1.0, 0.0, 1.1, 3.0]]), np.ones(4))["capacity_N"]
    np.testing.assert_allclose(found, [[10, 10, 20, 19]])


def test_no_state_lies_outside_those_beside_it():
    stage = np.array([0.0, 0.3, 1.1, 1.9])
    found = Tabulated(stage, np.ones(4), rows([10.0, 12.0, 20.0, 19.0])).at(
        np.linspace(0, 1.9, 200)[None], np.ones(200)
    )["capacity_N"]
    assert found.min() >= 10
    assert found.max() <= 20


def test_density_of_the_host_follows_the_calendar():
    table = Tabulated(np.array([0.0, 1.0]), np.array([1.0, 1.2]), rows([10.0, 10 * 1.2**0.9]))
    stage = np.array([[0.0, 0.0, 1.0]])
    found = table.at(stage, np.array([1.0, 1.2, 1.2]))["capacity_N"][0]
    assert found == pytest.approx([10, 10 * 1.2**0.9, 10 * 1.2**0.9])


@pytest.mark.parametrize("known", [[0.0], [0.0, 2.0], [0.0, 0.1, 0.15, 1.2], [0.9]])
def test_missing_stages_leave_no_wide_gap(known):
    found = missing_stages(np.array(known), 0.05, 1.8, 0.4)
    stages = np.unique([*known, *found])
    inside = stages[(stages >= 0.02) & (stages <= 1.83)]
    progress = np.where(inside < 1, inside, 0.5 + 0.5 * inside)  # beyond all mineral, twice as far
    assert np.diff(progress).max() <= 0.4 + 1e-9
    assert np.abs(stages - 0.05).min() < 0.06
    assert np.abs(stages - 1.8).min() < 0.04


def test_nothing_is_missing_where_states_are_dense():
    assert len(missing_stages(np.linspace(0, 2, 9), 0.0, 2.0, 0.4)) == 0
