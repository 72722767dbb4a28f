"""The weakest surface of a vertebra: beside its weakest section, after a crush, beside cement."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.checks.observed.bench import Bench
from vertebra.models.strength.weakest_surface import SURFACE_FACTOR, weakest_surface


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
