"""What ratios between states need: no bracket, and surfaces on whole cells."""

import pytest

from vertebra.checks.observed.bench import bench


@pytest.fixture(scope="module")
def fresh():
    return bench("crush").fresh()


def test_whole_cells_bear_little_more_than_split_ones(fresh):
    assert 1.0 <= fresh.row_of_ratios["bears_N"] / fresh.limit.surface.force < 1.15


def test_stiffness_asks_for_no_bracket(fresh):
    assert fresh.stiffness == fresh.row_between["stiffness_N_per_mm"]
    assert "bracket" not in vars(fresh.limit)


def test_sections_are_those_of_the_capacity():
    loaded = bench("crush", "capacity.rule=section").fresh()
    bears, factor = loaded.row_of_ratios["bears_N"], loaded.scenario.capacity.factor
    assert factor * bears == pytest.approx(loaded.capacity)
