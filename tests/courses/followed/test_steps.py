"""Steps of a collapsing course."""

from dataclasses import asdict, replace

import pytest

from vertebra.courses.followed.steps import Steps
from vertebra.materials.table import value


def test_steps_of_a_run_are_those_of_the_table():
    assert asdict(Steps.of_table()) == {
        name: value("creep", f"step.{name}") for name in ("loss", "solve", "stiffening", "of_age")
    } | {"grid": 0.0}


def test_coarser_steps_are_longer_by_the_factor():
    steps = Steps.of_table()
    assert asdict(steps.coarser(1.5)) == pytest.approx({k: 1.5 * v for k, v in asdict(steps).items()})


def test_bodies_are_drawn_at_the_nearest_loss_of_a_grid_or_at_any():
    steps = Steps.of_table()
    assert steps.drawn(0.1937) == 0.1937
    assert replace(steps, grid=0.005).drawn(0.1937) == pytest.approx(0.195)
    assert replace(steps, grid=0.005).coarser(2.0).drawn(0.1921) == pytest.approx(0.19)
