"""The weakest surface of a vertebra: beside its weakest section, after a crush, beside cement."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.checks.observed.bench import bench
from vertebra.models.strength.weakest_surface import SURFACE_FACTOR, weakest_surface


@pytest.fixture(scope="module")
def crush():
    return bench("crush").of_density(100.0)


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
