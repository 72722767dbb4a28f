"""The weakest surface of a vertebra: beside its weakest section, after a crush, beside cement."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.checks.observed.bench import bench
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
def crush():
    return bench("crush", "bone.distribution=uniform").of_density(100.0)


def surface(loaded):
    return weakest_surface(loaded.specimen.mesh, loaded.properties)


def test_even_bone_gives_way_across_its_waist(crush):
    """No surface is weaker than the smallest section, and none that is found much stronger."""
    section = crush.scenario.capacity.model_copy(update={"rule": "section", "mu": 9.0, "factor": 1.0})
    flat = replace(crush, scenario=crush.scenario.model_copy(update={"capacity": section}))
    assert surface(crush.intact()).force == pytest.approx(flat.intact().capacity, rel=0.03)


def test_it_is_the_capacity_of_a_run_before_the_factor(crush):
    intact = crush.intact()
    assert intact.capacity == pytest.approx(SURFACE_FACTOR * surface(intact).force, rel=1e-9)


def test_a_crush_costs_what_the_damage_takes(crush):
    """Published ratio 0.89 +- 0.09; the strength of the zone falls by (1 - D_S g) c^1.39."""
    fresh, intact = surface(crush.fresh()), surface(crush.intact())
    assert fresh.force / intact.force == pytest.approx(0.89, abs=0.02)


def test_ends_do_not_give_way_however_weak(crush):
    loaded = crush.intact()
    mesh, properties = loaded.specimen.mesh, loaded.properties
    weak = replace(
        properties,
        strength_compression=np.where(mesh.is_bone, properties.strength_compression, 1e-3),
        strength_tension=np.where(mesh.is_bone, properties.strength_tension, 1e-3),
    )
    assert weakest_surface(mesh, weak).force == surface(loaded).force


def bracket(loaded, law="cut_box"):
    mesh = loaded.specimen.mesh
    body = limit_body(mesh)
    return limit_load(body, limit_strength(mesh, loaded.properties, body, law))


def test_the_bracket_of_even_bone_is_narrow_and_contains_the_surface_of_the_box(crush):
    """Linear functions overestimate the load of bare bone by half a per cent at most on this mesh."""
    found = bracket(crush.intact(), "box")
    assert found.width < 0.01
    assert found.high < surface(crush.intact()).force < 1.015 * found.high


def test_a_shear_strength_lowers_the_load_of_bare_bone_little(crush):
    """Bone that is pressed between platens gives way across: its shear strength hardly matters."""
    cut, plain = bracket(crush.fresh()), bracket(crush.fresh(), "box")
    assert cut.low <= plain.low * (1 + 2e-3)
    assert cut.high > 0.98 * plain.high


def test_cemented_bone_is_bracketed_within_five_per_cent():
    filled = bench("main").of_density(100.0).filled("vertebroplasty")
    found = bracket(filled)
    assert 0 < found.width < 0.05
    assert found.high < surface(filled).force


def test_the_cells_of_a_wall_prism_have_one_strength(crush):
    loaded = crush.fresh()
    mesh = loaded.specimen.mesh
    prisms = wall_prisms(mesh)
    shell = mesh.in_region("shell")[mesh.is_bone]
    np.testing.assert_array_equal(prisms >= 0, shell)
    np.testing.assert_array_equal(np.bincount(prisms[shell]), 3)
    strength = limit_strength(mesh, loaded.properties, limit_body(mesh)).radius[shell]
    np.testing.assert_allclose(strength, np.repeat(strength[::3], 3))


def test_the_rim_of_the_endplates_is_as_strong_as_the_wall(crush):
    loaded = crush.intact()
    mesh, properties = loaded.specimen.mesh, loaded.properties
    bone = mesh.is_bone
    raised = through_rim(mesh, properties.strength_compression[bone], limit_body(mesh).volume)
    changed = raised != properties.strength_compression[bone]
    on_wall = np.zeros(mesh.n_points, bool)
    on_wall[mesh.node_sets["wall"]] = True
    assert changed.any()
    assert on_wall[mesh.cells[bone][changed][:, :4]].any(axis=1).all()
    wall = properties.strength_compression[mesh.in_region("shell")].max()
    assert raised[changed].max() <= wall * (1 + 1e-12)
