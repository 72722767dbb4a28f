"""Capacity at week 8 does not depend on element size or step: halving either changes it by less than 2 %."""

import pytest

from vertebra.courses.states import solve_states
from vertebra.courses.vertebra import Vertebra
from vertebra.records.workspace import open_workspace
from vertebra.scenarios.reading import read_scenario

pytestmark = pytest.mark.slow

SHORT = f"healing.days={list(range(0, 57, 2))}"


def wedge(edge_mm, law, *changes):
    """A wedge fracture left to heal."""
    scenario = read_scenario(
        "main",
        [
            "mesh.order=1",
            f"mesh.parametric.edge_mm={edge_mm}",
            f'healing.law="{law}"',
            "healing.days=[0,56]",
            'capacity.virtual_test="off"',
            'capacity.interaction="off"',
            "fracture.collapse=false",  # a body that loses height is held in tests/courses/followed
            'arms=[{name="conservative"}]',
            *changes,
        ],
    )
    return Vertebra.of(scenario)


def week_8(folder, law, *changes):
    """Capacity, of its weakest section, and stiffness at the end of a course."""
    work, _ = open_workspace(folder, "same", resume=False)
    solve_states(wedge(4.0, law, 'capacity.rule="section"', *changes), work, lambda progress: None)
    row = work.load("conservative", 56, fields=False).row
    return row["capacity_N"], row["stiffness_N_per_mm"]


def test_elements_of_half_the_size_change_the_healing_vertebra_little():
    coarse, fine = (wedge(edge, "kinetic").on(day=56, arm="conservative") for edge in (4.0, 2.0))
    assert coarse.capacity == pytest.approx(fine.capacity, rel=0.02)
    assert coarse.stiffness == pytest.approx(fine.stiffness, rel=0.02)


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    return week_8(tmp_path_factory.mktemp("walked") / "r", "mechanoregulation")


def test_steps_of_two_days_change_the_walk_little(walked, tmp_path):
    short = week_8(tmp_path / "short", "mechanoregulation", SHORT)
    assert walked == pytest.approx(short, rel=0.002)


def test_small_strain_heals_as_the_law_that_does_not_look_at_it(walked, tmp_path):
    assert walked == pytest.approx(week_8(tmp_path / "known", "kinetic"), rel=0.002)
