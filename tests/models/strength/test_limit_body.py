"""The limit load of a vertebra: beside its weakest section, after a crush, beside cement, under a turning platen."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from vertebra.checks.observed.bench import bench
from vertebra.models.strength.bracket import SHARE, LimitAnalysis
from vertebra.models.strength.limit_body import limit_body, limit_strength, through_rim, wall_prisms


@pytest.fixture(scope="module")
def crush():
    return bench("crush", "bone.distribution=uniform").of_density(100.0)


@pytest.fixture(scope="module")
def states(crush):
    return {"intact": crush.intact(), "fresh": crush.fresh()}


def analysis(loaded, law="cut_box"):
    return LimitAnalysis(loaded.specimen, loaded.properties, law)


@pytest.fixture(scope="module")
def analysis_of(states):
    """Analyses by state and law; each searches once, whoever asks for its bracket."""
    return cache(lambda state, law: analysis(states[state], law))


def test_even_bone_gives_way_across_its_waist(crush, analysis_of):
    """No surface is weaker than the smallest section, and none that is found much stronger."""
    changes = {"rule": "section", "criterion": "box", "mu": 9.0, "factor": 1.0}
    section = crush.scenario.capacity.model_copy(update=changes)
    flat = replace(crush, scenario=crush.scenario.model_copy(update={"capacity": section}))
    assert analysis_of("intact", "box").bracket.force == pytest.approx(flat.intact().capacity, rel=0.03)


def test_the_capacity_lies_inside_its_bracket_with_the_same_factor(crush, states):
    loaded = states["intact"]
    row, found = loaded.row, loaded.limit.bracket
    factor = crush.scenario.capacity.factor
    assert row["capacity_low_N"] == pytest.approx(factor * found.low, rel=1e-12)
    assert row["capacity_high_N"] == pytest.approx(factor * found.high, rel=1e-12)
    inside = (row["capacity_N"] - row["capacity_low_N"]) / (row["capacity_high_N"] - row["capacity_low_N"])
    assert inside == pytest.approx(SHARE, abs=1e-9)


def test_a_crush_costs_what_the_damage_takes(analysis_of):
    """Published ratio 0.89 +- 0.09; the strength of the zone falls by (1 - D_S g) c^1.39."""
    fresh, intact = (analysis_of(state, "cut_box").bracket for state in ("fresh", "intact"))
    assert fresh.force / intact.force == pytest.approx(0.89, abs=0.02)


def test_ends_do_not_give_way_however_weak(states, analysis_of):
    loaded = states["intact"]
    mesh, properties = loaded.specimen.mesh, loaded.properties
    weak = replace(
        properties,
        strength_compression=np.where(mesh.is_bone, properties.strength_compression, 1e-3),
        strength_tension=np.where(mesh.is_bone, properties.strength_tension, 1e-3),
    )
    found = LimitAnalysis(loaded.specimen, weak, "cut_box").bracket
    assert found.low == analysis_of("intact", "cut_box").bracket.low


def test_the_bracket_of_even_bone_is_narrow(analysis_of):
    found = analysis_of("intact", "box").bracket
    assert found.high < 1.01 * found.low


def test_the_cheap_side_stands_little_above_the_bracket(analysis_of):
    for state in ("intact", "fresh"):
        found = analysis_of(state, "cut_box")
        assert 0.999 * found.bracket.high < found.surface.force < 1.01 * found.bracket.high


def test_a_shear_strength_lowers_the_load_of_bare_bone_little(analysis_of):
    """Bone that is pressed between platens gives way across: its shear strength hardly matters."""
    cut, plain = (analysis_of("fresh", law).bracket for law in ("cut_box", "box"))
    assert cut.low <= plain.low * (1 + 2e-3)
    assert cut.high > 0.98 * plain.high


def test_cemented_bone_is_bracketed_within_five_per_cent():
    found = analysis(bench("main").of_density(100.0).filled("vertebroplasty"))
    assert 1 < found.bracket.high / found.bracket.low < 1.05
    assert found.surface.force >= found.bracket.high


def test_cement_in_a_void_stiffens_less_the_weaker_its_join_with_bone_and_bears_as_much():
    """Vertebroplasty over kyphoplasty of the same volume: 1.19 in stiffness, equal in strength (Kurutz 2019)."""
    vertebra = bench("main").of_density(100.0)
    joined, weak, weaker = (
        vertebra.filled("vertebroplasty", composite="void_filled", interface=each).row
        for each in (1.0, 0.5, 0.25)
    )
    stiffness = [each["stiffness_N_per_mm"] for each in (joined, weak, weaker)]
    assert stiffness == sorted(stiffness, reverse=True)
    assert stiffness[2] < 0.97 * stiffness[0]
    assert weaker["capacity_N"] == pytest.approx(joined["capacity_N"], rel=1e-9)


def test_a_platen_that_may_turn_bears_less_where_bone_is_weak_on_one_side(crush):
    """Half the strength on the left: without rotation the sections bear 3/4, on a ball joint less."""
    fixed, free = (
        bench("crush", "bone.distribution=uniform", f"loading.rotation={each}") for each in ("fixed", "free")
    )
    found = []
    for vertebra in (fixed, free):
        loaded = vertebra.intact()
        mesh = loaded.specimen.mesh
        left = mesh.points[mesh.cells[:, :4], 0].mean(axis=1) < loaded.specimen.pivot[0]
        half = np.where(left & mesh.is_bone, 0.5, 1.0)
        weak = replace(
            loaded.properties,
            strength_compression=half * loaded.properties.strength_compression,
            strength_tension=half * loaded.properties.strength_tension,
        )
        found.append(LimitAnalysis(loaded.specimen, weak, "cut_box"))
    fixed, free = found
    assert free.bracket.high < 0.97 * fixed.bracket.low
    assert free.surface.force >= free.bracket.high


def test_the_cells_of_a_wall_prism_have_one_strength(crush):
    loaded = crush.fresh()
    mesh = loaded.specimen.mesh
    prisms = wall_prisms(mesh)
    shell = mesh.in_region("shell")[mesh.is_bone]
    np.testing.assert_array_equal(prisms >= 0, shell)
    np.testing.assert_array_equal(np.bincount(prisms[shell]), 3)
    strength = limit_strength(mesh, loaded.properties, limit_body(mesh), "cut_box").radius[shell]
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


@pytest.mark.parametrize("height_loss", [0.10, 0.13])
def test_a_fitted_body_is_bracketed_whichever_way_its_prisms_are_cut(height_loss):
    """Cut one way, cells of the rim touch the wall at the face of the platen only; left weak they cost 17 %."""
    changes = (f"fracture.height_loss={height_loss}", "arms=[{name='untreated'}]")
    mesh = ("mesh.surface.edge_mm=4", "mesh.order=1")
    found = analysis(bench("surface", *changes, mesh=mesh).intact()).bracket
    assert found.high < 1.03 * found.low
