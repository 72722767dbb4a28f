"""Steps of a collapsing course."""

from dataclasses import asdict

import pytest

from vertebra.courses.followed.steps import Steps
from vertebra.materials.table import value


def test_steps_of_a_run_are_those_of_the_table():
    assert asdict(Steps.of_table()) == {
        name: value("creep", f"step.{name}") for name in ("loss", "solve", "stiffening", "of_age")
    }


def test_coarser_steps_are_longer_by_the_factor():
    steps = Steps.of_table()
    assert asdict(steps.coarser(1.5)) == pytest.approx({k: 1.5 * v for k, v in asdict(steps).items()})
