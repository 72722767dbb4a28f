"""Numbers of one body of the virtual cohort: criteria without a test, and the elastic-plastic test of one state."""

import time
from dataclasses import asdict, dataclass, replace

import numpy as np

from vertebra.courses.law import healing_law
from vertebra.fem.cells.stress import principal_stress
from vertebra.materials.density import QctDensity
from vertebra.materials.failure.criteria import utilisation
from vertebra.materials.mixture import MixedProperties
from vertebra.meshes.parametric.body import preset
from vertebra.meshes.procedures.placement import CementPlacement
from vertebra.models.anatomy import Anatomy
from vertebra.models.condition import Condition
from vertebra.models.measure import measure
from vertebra.models.specimen import Specimen
from vertebra.models.strength.linear_criteria import mobilised_section_strength
from vertebra.models.strength.virtual_test import RUN_TOLERANCE, run_virtual_test
from vertebra.models.strength.weakest_surface import weakest_surface
from vertebra.models.unit_force import UnitForce

from ..observed.bench import Bench
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
ARM = "filled"
"""Name of the arm with cement."""
EDGE_MM = {"intact": 3.0, "fractured": 3.0, "cemented": 2.0}


@dataclass(frozen=True, eq=False)
class State:
    """A body of the cohort, meshed, on its day.

    Attributes
    ----------
    bench : Bench
    specimen : Specimen
    properties : MixedProperties
        Of all cells.
    cement : CementPlacement or None
    """

    bench: Bench
    specimen: Specimen
    properties: MixedProperties
    cement: CementPlacement | None


def mesh_of(body: Body, edge_mm: float | None = None, order: int = 2) -> tuple[str, ...]:
    """How a body is meshed, as changes of a scenario: 10-node tetrahedra of 3 mm, of 2 mm around cement."""
    return (f"mesh.parametric.edge_mm={edge_mm or EDGE_MM[body.group]}", f"mesh.order={order}")


def state_of(body: Body, mesh: tuple[str, ...]) -> State:
    """Build a body of the cohort: sizes, density field, crush, tissue of its day, cement.

    Parameters
    ----------
    body : Body
    mesh : tuple of str
        As from `mesh_of`.
    """
    bench = Bench.of("crush" if body.fracture else "intact", *_changes(body), mesh=mesh)
    condition = _uneven(bench.condition(body.density_mg_cm3), bench.anatomy, body)
    if not body.fracture:
        return State(bench, bench.intact, condition.intact(), None)
    law = healing_law(bench.scenario, condition)
    if not body.cement_ml:
        tissue = law.advance(condition.fresh(), body.day)
        return State(bench, bench.fractured, condition.on_day(tissue, None), None)
    placed = bench.anatomy.cement[ARM]
    given = next(arm.cement for arm in bench.scenario.arms if arm.name == ARM)
    tissue = law.advance(condition.fresh(), body.cement_day).with_cement(placed.fraction[condition.is_bone])
    tissue = law.advance(tissue, body.day - body.cement_day)
    return State(bench, bench.fractured, condition.on_day(tissue, given), placed)


def linear_numbers(state: State) -> dict[str, float]:
    """Force of the weakest surface, a limit load, and the criteria of one linear solve.

    Weakest surface and mobilised section are before their factors, the section for every mu.
    """
    specimen, properties = state.specimen, state.properties
    problem, mesh = specimen.problem, specimen.mesh
    solution = problem.solve(properties.young, properties.poisson)
    measured = measure(
        problem,
        solution,
        mesh,
        properties,
        specimen.height_mm,
        state.bench.intact.height_mm,
        state.bench.scenario.capacity,
    ).row
    fields = section_fields(state, UnitForce.of(solution))
    sections = {
        f"section_mu{mu:.1f}_N": mobilised_section_strength(*fields, mu=mu, factor=1.0).capacity_N
        for mu in MOBILISATIONS
    }
    surface = weakest_surface(mesh, properties)
    kept = ("stiffness_N_per_mm", "height_mm", "crawford_N", "pistoia_N", "percentile_N", "weakest_section")
    return {name: measured[name] for name in kept} | sections | {"surface_N": surface.force}


def section_fields(state: State, unit: UnitForce) -> tuple[np.ndarray, ...]:
    """Axial stress, utilisation, strength, volume and layer, as `mobilised_section_strength` takes them."""
    mesh, properties = state.specimen.mesh, state.properties
    bone, volume = mesh.is_bone, state.specimen.problem.volume
    used = np.zeros(volume.shape)
    used[bone] = utilisation(
        "box",
        principal_stress(unit.stress[bone]),
        properties.strength_compression[bone, None],
        properties.strength_tension[bone, None],
    )
    return -unit.stress[..., 2], used, properties.strength_compression, volume, mesh.layer


def plastic_numbers(state: State, tolerance: float = RUN_TOLERANCE) -> dict[str, float]:
    """Numbers of the elastic-plastic test."""
    test = run_virtual_test(state.specimen, state.properties, tolerance=tolerance)
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
    state = state_of(body, mesh_of(body) if mesh is None else mesh)
    row = asdict(body) | geometry(state) | linear_numbers(state) | plastic_numbers(state, RUN_TOLERANCE)
    return row | {"seconds": time.perf_counter() - since}


def linear_numbers_of(body: Body) -> dict[str, float]:
    """The criteria in `numbers_of`, for a body whose test is known."""
    return linear_numbers(state_of(body, mesh_of(body)))


def geometry(state: State) -> dict[str, float]:
    """Mesh of a state and bone between its cement and the endplates."""
    placed = state.cement
    return {
        "edge_mm": state.bench.scenario.mesh.edge_mm,
        "order": state.bench.scenario.mesh.order,
        "cells": state.specimen.mesh.n_cells,
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


def _uneven(condition: Condition, anatomy: Anatomy, body: Body) -> Condition:
    """Give every bone cell the density of the body's field at its place before the fracture.

    The mean that the field keeps is weighted by the volumes of cells as they are, after the fracture: crushed cells
    count less than before it. In intact bodies the two are the same.
    """
    mesh = anatomy.intact
    middle = mesh.points[mesh.cells[condition.is_bone, :4]].mean(axis=1)
    low, high = middle.min(axis=0), middle.max(axis=0)
    factor = density_factor(
        2 * (middle - low) / (high - low) - 1,
        condition.cell_volume,
        body.field,
        body.field_amplitude,
        body.field_seed,
    )
    host = replace(condition.host, density=QctDensity.from_mg_cm3(body.density_mg_cm3 * factor))
    return replace(condition, host=host)
