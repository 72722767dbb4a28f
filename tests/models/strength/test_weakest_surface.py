"""The weakest surface of a vertebra: beside its weakest section, after a crush, beside cement."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.checks.observed.bench import Bench
from vertebra.fem.limit.limit_load import limit_load
from vertebra.models.strength.weakest_surface import (
    SURFACE_FACTOR,
    limit_body,
    limit_strength,
    through_rim,
    wall_prisms,
    weakest_surface,
)


@pytest.fixture(scope="module")
def bench():
    return Bench.of("crush")


@pytest.fixture(scope="module")
def condition(bench):
    return bench.condition(100.0)


def test_even_bone_gives_way_across_its_waist(bench, condition):
    """No surface is weaker than the smallest section, and none that is found much stronger."""
    mesh, properties = bench.intact.mesh, condition.intact()
    found = weakest_surface(mesh, properties)
    section = bench.scenario.capacity.model_copy(update={"rule": "section", "mu": 9.0, "factor": 1.0})
    flat = Bench(bench.scenario.model_copy(update={"capacity": section}), bench.anatomy)
    assert found.force == pytest.approx(flat.intact_row(condition)["capacity_N"], rel=0.03)


def test_it_is_the_capacity_of_a_run_before_the_factor(bench, condition):
    row = bench.intact_row(condition)
    force = weakest_surface(bench.intact.mesh, condition.intact()).force
    assert row["capacity_N"] == pytest.approx(SURFACE_FACTOR * force, rel=1e-9)


def test_a_crush_costs_what_the_damage_takes(bench, condition):
    """Published ratio 0.89 +- 0.09; the strength of the zone falls by (1 - D_S g) c^1.39."""
    fresh = weakest_surface(bench.fractured.mesh, condition.on_day(condition.fresh(), None))
    intact = weakest_surface(bench.intact.mesh, condition.intact())
    assert fresh.force / intact.force == pytest.approx(0.89, abs=0.02)


def test_ends_do_not_give_way_however_weak(bench, condition):
    mesh, properties = bench.intact.mesh, condition.intact()
    weak = replace(
        properties,
        strength_compression=np.where(mesh.is_bone, properties.strength_compression, 1e-3),
        strength_tension=np.where(mesh.is_bone, properties.strength_tension, 1e-3),
    )
    assert weakest_surface(mesh, weak).force == weakest_surface(mesh, properties).force


def bracket(mesh, properties, law="cut_box", **options):
    body = limit_body(mesh)
    return limit_load(body, limit_strength(mesh, properties, body, law), **options)


def test_the_bracket_of_even_bone_is_narrow_and_contains_the_surface_of_the_box(bench, condition):
    """Linear functions overestimate the load of bare bone by half a per cent at most on this mesh."""
    mesh, properties = bench.intact.mesh, condition.intact()
    found = bracket(mesh, properties, "box")
    assert found.width < 0.01
    assert found.high < weakest_surface(mesh, properties).force < 1.015 * found.high


def test_a_shear_strength_lowers_the_load_of_bare_bone_little(bench, condition):
    """Bone that is pressed between platens gives way across: its shear strength hardly matters."""
    mesh, properties = bench.fractured.mesh, condition.on_day(condition.fresh(), None)
    cut, plain = bracket(mesh, properties), bracket(mesh, properties, "box")
    assert cut.low <= plain.low * (1 + 2e-3)
    assert cut.high > 0.98 * plain.high


def test_cemented_bone_is_bracketed_within_five_per_cent(bench, condition):
    cemented = Bench.of("main")
    properties = cemented.cemented(cemented.condition(100.0), "vertebroplasty")
    found = bracket(cemented.fractured.mesh, properties)
    assert 0 < found.width < 0.05
    assert found.high < weakest_surface(cemented.fractured.mesh, properties).force


def test_the_cells_of_a_wall_prism_have_one_strength(bench, condition):
    mesh, properties = bench.fractured.mesh, condition.on_day(condition.fresh(), None)
    prisms = wall_prisms(mesh)
    shell = mesh.in_region("shell")[mesh.is_bone]
    np.testing.assert_array_equal(prisms >= 0, shell)
    np.testing.assert_array_equal(np.bincount(prisms[shell]), 3)
    strength = limit_strength(mesh, properties, limit_body(mesh)).radius[shell]
    np.testing.assert_allclose(strength, np.repeat(strength[::3], 3))


def test_the_rim_of_the_endplates_is_as_strong_as_the_wall(bench, condition):
    mesh, properties = bench.intact.mesh, condition.intact()
    bone = mesh.is_bone
    raised = through_rim(mesh, properties.strength_compression[bone], limit_body(mesh).volume)
    changed = raised != properties.strength_compression[bone]
    on_wall = np.zeros(mesh.n_points, bool)
    on_wall[mesh.node_sets["wall"]] = True
    assert changed.any()
    assert on_wall[mesh.cells[bone][changed][:, :4]].any(axis=1).all()
    wall = properties.strength_compression[mesh.in_region("shell")].max()
    np.testing.assert_allclose(raised[changed], wall)
