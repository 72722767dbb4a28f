"""Capacity at week 8 does not depend on element size or step: halving either changes it by less than 2 %."""

import pytest

from vertebra.courses.states import solve_states
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.workspace import open_workspace
from vertebra.scenarios.reading import read_scenario

pytestmark = pytest.mark.slow

SHORT = f"healing.days={list(range(0, 57, 2))}"


def week_8(folder, edge_mm, law, days="healing.days=[0,56]", rule="section"):
    """Capacity and stiffness of a wedge fracture left to heal."""
    scenario = read_scenario(
        "main",
        [
            "mesh.order=1",
            f"mesh.parametric.edge_mm={edge_mm}",
            f'healing.law="{law}"',
            days,
            f'capacity.rule="{rule}"',
            'capacity.virtual_test="off"',
            'capacity.interaction="off"',
            "fracture.collapse=false",  # a body that loses height is held in tests/courses/followed
            'arms=[{name="conservative"}]',
        ],
    )
    work, _ = open_workspace(folder, "same", resume=False)
    solve_states(VertebraModel.of(scenario), work, lambda progress: None)
    row = work.load("conservative", 56, fields=False).row
    return row["capacity_N"], row["stiffness_N_per_mm"]


def test_elements_of_half_the_size_change_the_healing_vertebra_little(tmp_path):
    coarse, fine = (week_8(tmp_path / str(edge), edge, "kinetic", rule="surface") for edge in (4.0, 2.0))
    assert coarse == pytest.approx(fine, rel=0.02)


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    return week_8(tmp_path_factory.mktemp("walked") / "r", 4.0, "mechanoregulation")


def test_steps_of_two_days_change_the_walk_little(walked, tmp_path):
    short = week_8(tmp_path / "short", 4.0, "mechanoregulation", SHORT)
    assert walked == pytest.approx(short, rel=0.002)


def test_small_strain_heals_as_the_law_that_does_not_look_at_it(walked, tmp_path):
    assert walked == pytest.approx(week_8(tmp_path / "known", 4.0, "kinetic"), rel=0.002)
