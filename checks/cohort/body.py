"""Numbers of one body of the virtual cohort: criteria without a test, and the elastic-plastic test of one state."""

import time
from dataclasses import asdict

import numpy as np

from vertebra.courses.law import healing_law
from vertebra.fem.cells.stress import principal_stress
from vertebra.materials.density import QctDensity
from vertebra.materials.failure.criteria import utilisation
from vertebra.materials.failure.yield_law import YIELD_LAW
from vertebra.meshes.parametric.body import preset
from vertebra.models.anatomy import Anatomy
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.response.unit_force import UnitForce
from vertebra.models.strength.linear_criteria import mobilised_section_strength
from vertebra.models.strength.virtual_test import RUN_TOLERANCE, run_virtual_test
from vertebra.models.vertebra_model import VertebraModel

from ..observed.bench import bench
from .density_field import density_factor
from .design import Body

MOBILISATIONS = tuple(round(2 + 0.1 * step, 1) for step in range(26))
"""mu for which the force of the weakest section is kept."""
SIZES = {
    "width": ("width_superior_mm", "width_inferior_mm"),
    "depth": ("depth_superior_mm", "depth_inferior_mm"),
    "height": ("height_anterior_mm", "height_posterior_mm"),
    "shell": ("shell_mm",),
}
LIMIT_LOAD = "limit_load_N"
"""Column of the limit load, at its share of the bracket."""
ARM = "filled"
"""Name of the arm with cement."""
EDGE_MM = {"intact": 3.0, "fractured": 3.0, "cemented": 2.0}


def mesh_of(body: Body, edge_mm: float | None = None, order: int = 2) -> tuple[str, ...]:
    """How a body is meshed, as changes of a scenario: 10-node tetrahedra of 3 mm, of 2 mm around cement."""
    return (f"mesh.parametric.edge_mm={edge_mm or EDGE_MM[body.group]}", f"mesh.order={order}")


def vertebra_of(body: Body, mesh: tuple[str, ...]) -> VertebraModel:
    """Build a body of the cohort: sizes, density field, crush, cement.

    Parameters
    ----------
    body : Body
    mesh : tuple of str
        As from `mesh_of`.
    """
    vertebra = bench("crush" if body.fracture else "intact", *_changes(body), mesh=mesh)
    return vertebra.with_density(_uneven(vertebra.anatomy, body))


def loaded_body(vertebra: VertebraModel, body: Body) -> LoadedVertebra:
    """A body of the cohort on its day: the tissue of that day, filled where there is cement."""
    if not body.fracture:
        return vertebra.intact()
    anatomy = vertebra.anatomy
    bone = vertebra.bone(anatomy.fractured)
    law = healing_law(vertebra.scenario, bone)
    if not body.cement_ml:
        tissue = law.advance(bone.fresh(), body.day)
        return vertebra.loaded(anatomy.fractured, bone.on_day(tissue, None))
    geometry, placed = anatomy.treated[ARM], anatomy.cement[ARM]
    given = next(arm.cement for arm in vertebra.scenario.arms if arm.name == ARM)
    filled = vertebra.bone(geometry)
    tissue = filled.injected(law.advance(bone.fresh(), body.cement_day), placed)
    tissue = healing_law(vertebra.scenario, filled).advance(tissue, body.day - body.cement_day)
    return vertebra.loaded(geometry, filled.on_day(tissue, given))


def linear_numbers(loaded: LoadedVertebra) -> dict[str, float]:
    """The limit load with its bracket, and the criteria of one linear solve.

    Limit load and mobilised section are before their factors, the section for every mu.
    """
    fields = section_fields(loaded)
    sections = {
        f"section_mu{mu:.1f}_N": mobilised_section_strength(*fields, mu=mu, factor=1.0).capacity_N
        for mu in MOBILISATIONS
    }
    bracket = loaded.limit.bracket
    limit = {"limit_low_N": bracket.low, "limit_high_N": bracket.high, LIMIT_LOAD: bracket.force}
    kept = ("stiffness_N_per_mm", "height_mm", "crawford_N", "pistoia_N", "percentile_N", "weakest_section")
    return {name: loaded.row[name] for name in kept} | sections | limit


def section_fields(loaded: LoadedVertebra) -> tuple[np.ndarray, ...]:
    """Axial stress, utilisation, strength, volume and layer, as `mobilised_section_strength` takes them."""
    mesh, properties = loaded.specimen.mesh, loaded.properties
    unit = UnitForce.of(loaded.solution)
    bone, volume = mesh.is_bone, loaded.specimen.problem.volume
    used = np.zeros(volume.shape)
    used[bone] = utilisation(
        YIELD_LAW,
        principal_stress(unit.stress[bone]),
        properties.strength_compression[bone, None],
        properties.strength_tension[bone, None],
    )
    return -unit.stress[..., 2], used, properties.strength_compression, volume, mesh.layer


def plastic_numbers(loaded: LoadedVertebra, tolerance: float = RUN_TOLERANCE) -> dict[str, float]:
    """Numbers of the elastic-plastic test."""
    test = run_virtual_test(loaded.specimen, loaded.properties, tolerance=tolerance)
    return test.row() | {"solves": test.n_solves}


def numbers_of(body: Body, mesh: tuple[str, ...] | None = None) -> dict[str, float | str]:
    """One row of the cohort: what the body is, its criteria, its test and what they cost.

    Parameters
    ----------
    body : Body
    mesh : tuple of str, optional
        Another mesh than that of `mesh_of`.

    Raises
    ------
    NotConverged
    """
    since = time.perf_counter()
    vertebra = vertebra_of(body, mesh_of(body) if mesh is None else mesh)
    loaded = loaded_body(vertebra, body)
    row = asdict(body) | mesh_numbers(vertebra) | linear_numbers(loaded) | plastic_numbers(loaded)
    return row | {"seconds": time.perf_counter() - since}


def linear_numbers_of(body: Body) -> dict[str, float]:
    """The criteria in `numbers_of`, for a body whose test is known."""
    return linear_numbers(loaded_body(vertebra_of(body, mesh_of(body)), body))


def mesh_numbers(vertebra: VertebraModel) -> dict[str, float]:
    """Mesh of a body, and bone between its cement and the endplates."""
    placed = vertebra.anatomy.cement.get(ARM)
    return {
        "edge_mm": vertebra.scenario.mesh.edge_mm,
        "order": vertebra.scenario.mesh.order,
        "cells": vertebra.anatomy.fractured.mesh.n_cells,
        "clearance_superior_mm": placed.clearance_superior_mm if placed else float("nan"),
        "clearance_inferior_mm": placed.clearance_inferior_mm if placed else float("nan"),
    }


def _changes(body: Body) -> list[str]:
    """Keys of a scenario that make the body."""
    of_level = asdict(preset(body.level))
    changes = [f'mesh.parametric.level="{body.level}"', f"bone.density_qct_mg_cm3={body.density_mg_cm3}"]
    for size, names in SIZES.items():
        factor = getattr(body, size)
        changes += [f"mesh.parametric.{name}={round(factor * of_level[name], 3)}" for name in names]
    if body.fracture:
        changes += [f'fracture.type="{body.fracture}"', f"fracture.height_loss={body.height_loss}"]
    if body.cement_ml:
        changes.append(
            f'arms=[{{name="{ARM}", cement={{day={body.cement_day}, volume_ml={body.cement_ml}, '
            f'approach="{body.approach}", clearance_mm={body.clearance_mm}}}}}]'
        )
    return changes


def _uneven(anatomy: Anatomy, body: Body) -> QctDensity:
    """Density of the body's field at the place of every bone cell before the fracture.

    The mean that the field keeps is weighted by the volumes of cells as they are, after the fracture: crushed cells
    count less than before it. In intact bodies the two are the same.
    """
    mesh = anatomy.intact.mesh
    middle = mesh.points[mesh.cells[mesh.is_bone, :4]].mean(axis=1)
    low, high = middle.min(axis=0), middle.max(axis=0)
    factor = density_factor(
        2 * (middle - low) / (high - low) - 1,
        anatomy.fractured.volume[mesh.is_bone],
        body.field,
        body.field_amplitude,
        body.field_seed,
    )
    return QctDensity.from_mg_cm3(body.density_mg_cm3 * factor)
