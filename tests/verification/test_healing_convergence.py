"""Capacity at week 8 does not depend on element size or step: halving either changes it by less than 2 %."""

import pytest

from vertebra.courses.states import solve_states
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.workspace import open_workspace
from vertebra.scenarios.reading import read_scenario

pytestmark = pytest.mark.slow

SHORT = f"healing.days={list(range(0, 57, 2))}"


def week_8(folder, edge_mm, law, days="healing.days=[0,56]"):
    """Capacity and stiffness of a wedge fracture left to heal."""
    scenario = read_scenario(
        "main",
        [
            "mesh.order=1",
            f"mesh.parametric.edge_mm={edge_mm}",
            f'healing.law="{law}"',
            days,
            "fracture.collapse=false",  # a body that loses height is held in tests/courses/followed
            'arms=[{name="conservative"}]',
        ],
    )
    work, _ = open_workspace(folder, "same", resume=False)
    solve_states(VertebraModel.of(scenario), work, lambda progress: None)
    row = work.load("conservative", 56, fields=False).row
    return row["capacity_N"], row["stiffness_N_per_mm"]


def test_elements_of_half_the_size_change_the_healing_vertebra_little(tmp_path):
    coarse, fine = (week_8(tmp_path / str(edge), edge, "kinetic") for edge in (4.0, 2.0))
    assert coarse == pytest.approx(fine, rel=0.02)


def test_steps_of_two_days_change_the_walk_little(tmp_path):
    long = week_8(tmp_path / "long", 4.0, "mechanoregulation")
    short = week_8(tmp_path / "short", 4.0, "mechanoregulation", SHORT)
    assert long == pytest.approx(short, rel=0.002)


def test_small_strain_heals_as_the_law_that_does_not_look_at_it(tmp_path):
    walked, known = (week_8(tmp_path / law, 4.0, law) for law in ("mechanoregulation", "kinetic"))
    assert walked == pytest.approx(known, rel=0.002)
