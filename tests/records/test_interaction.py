"""Interaction of axial force and bending as a run keeps and writes it."""

import json

import numpy as np
import pytest

from vertebra.courses.day_state import State
from vertebra.fem import NotConverged
from vertebra.fem.plasticity.softening import Softening
from vertebra.models.strength import interaction
from vertebra.models.strength.interaction import (
    ECCENTRICITIES_MM,
    interaction_record,
    load_rays,
)
from vertebra.models.strength.section_limit import ARM_PER_REACH, LimitSection
from vertebra.records.columns import INTERACTION
from vertebra.records.interaction import interaction_failures, interaction_rows, interaction_summary
from vertebra.scenarios.loading_section import Capacity

WIDTH, DEPTH, AXIAL = 12.0, 20.0, 1000.0
CAPACITY = Capacity()


def rectangle():
    y, x = np.meshgrid(
        (np.arange(40) - 19.5) * DEPTH / 40, (np.arange(24) - 11.5) * WIDTH / 24, indexing="ij"
    )
    lever = np.stack([y, x], axis=-1).reshape(-1, 2)
    share = np.full(len(lever), 1 / len(lever))
    return LimitSection(AXIAL, lever, share, share)


def state(record, arm="intact", day=0):
    return State(arm, day, {}, {}, {}, {}, {}, {}, {}, {}, record)


@pytest.mark.parametrize(("bending", "axis"), [("flexion", 1), ("lateral", 2)])
def test_rays_go_from_one_moment_alone_over_the_axial_force_to_the_other(bending, axis):
    rays = load_rays(bending)
    assert len(rays) == 2 * len(ECCENTRICITIES_MM) + 1
    angle = np.arctan2(rays[:, axis], rays[:, 0])
    assert (np.diff(angle) > 0).all()
    assert angle[[0, -1]] == pytest.approx([-np.pi / 2, np.pi / 2])
    assert (rays[:, 3 - axis] == 0).all()
    assert np.array_equal(rays, rays[::-1] * np.where(np.arange(3) == axis, -1, 1))


def test_rows_lie_on_the_curve_of_a_rectangle_times_the_factor():
    record = interaction_record([rectangle()], None, None, CAPACITY)
    record = json.loads(json.dumps(record))
    rows = interaction_rows([state(record)])
    assert {row["bending"] for row in rows} == {"flexion", "lateral"}
    assert {row["method"] for row in rows} == {"sections"}
    for row in rows:
        assert tuple(row) == INTERACTION.names
        size = DEPTH if row["bending"] == "flexion" else WIDTH
        moment, other = row["flexion_moment_Nm"], row["lateral_moment_Nm"]
        if row["bending"] == "lateral":
            moment, other = other, moment
        assert other == 0
        n = row["axial_force_N"] / (CAPACITY.factor * AXIAL)
        m = abs(moment) / (1e-3 * CAPACITY.factor * AXIAL * size / 4)
        assert n**2 + m == pytest.approx(1, abs=0.01)
        if row["axial_force_N"] > 0:
            assert row["eccentricity_mm"] == pytest.approx(1e3 * moment / row["axial_force_N"])
        else:
            assert row["eccentricity_mm"] == ""
        assert row["weakest_section"] == 0.5


def test_tested_loads_with_the_softening_asked_for_stand_beside_the_sections_and_failures_are_told(
    monkeypatch,
):
    reason = "amplitude 1 of 2 not reached"

    def tested(specimen, properties, load, *, arm_mm, law, softening):
        assert arm_mm == pytest.approx(ARM_PER_REACH * DEPTH / 4)
        assert softening == Softening(0.03, 0.2)
        assert law == "cut_box"
        if load[0] == 0:
            raise NotConverged(reason, [1.0])
        return 900.0 * np.asarray(load)

    monkeypatch.setattr(interaction, "ultimate_load", tested)
    capacity = Capacity(interaction="tested", softening_strain=0.03, softening_residual=0.2)
    record = interaction_record([rectangle()], None, None, capacity)
    rows = [row for row in interaction_rows([state(record)]) if row["method"] == "test"]
    assert [row["eccentricity_mm"] for row in rows] == [-10.0, 0.0, 10.0]
    assert all(row["axial_force_N"] == 900.0 and row["weakest_section"] == "" for row in rows)
    warnings = interaction_failures([state(record)])
    assert len(warnings) == 2
    assert all(reason in warning and "capacity.interaction" in warning for warning in warnings)


def test_states_that_arms_share_count_once():
    record = interaction_record([rectangle()], None, None, CAPACITY)
    told = interaction_summary([state(record), state(record, "a"), state({}, "a", 7)])
    assert (told["n_states"], told["n_failed"]) == (1, 0)
    assert told["wall_s"] == pytest.approx(record["wall_s"])
    assert interaction_summary([state({})]) is None
    assert interaction_rows([state({})]) == []
