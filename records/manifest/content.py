"""Content of manifests: what all kinds of results note about themselves, and what a run adds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numba
import numpy as np

from vertebra.courses.daily_load import body_mass, loaded_level
from vertebra.courses.day_state import State
from vertebra.meshes.procedures.placement import CementPlacement
from vertebra.meshes.tetmesh import TetMesh
from vertebra.models.anatomy import Anatomy
from vertebra.models.patient import non_union_chance
from vertebra.models.strength.virtual_test import softening_of
from vertebra.scenarios.procedures.cement_section import Cement
from vertebra.scenarios.schema import Scenario

from ..capacity.neighbours import neighbour_summary
from ..interaction import interaction_summary
from ..load_displacement import summary
from ..milestones import milestones
from ..result_files import MANIFEST
from ..target import inputs_of
from ..workspace import PROGRAM
from .environment import (
    Stopwatch,
    code_hash,
    library_versions,
    machine,
    now,
    peak_memory_MB,
    version,
)
from .provenance import source_rows


def common_manifest(scenario: Scenario, inputs: Mapping[str, str], watch: Stopwatch) -> dict[str, Any]:
    """Part of a manifest that all kinds of results share.

    Parameters
    ----------
    scenario : Scenario
    inputs : mapping of str to str
        Hash of every input file, by path.
    watch : Stopwatch

    Returns
    -------
    dict
        Values that JSON can hold.
    """
    return {
        "program": PROGRAM,
        "version": version(),
        "code_sha256": code_hash(),
        "created": now(),
        "name": scenario.name,
        **inputs_of(scenario, inputs),
        "libraries": library_versions(),
        "machine": machine() | {"threads": numba.get_num_threads()},
        "stages": watch.stages,
        "peak_memory_MB": peak_memory_MB(),
        "sources": source_rows(scenario),
    }


def run_manifest(
    scenario: Scenario,
    inputs: Mapping[str, str],
    anatomy: Anatomy,
    states: Sequence[State],
    watch: Stopwatch,
    warnings: Sequence[str],
) -> dict[str, Any]:
    """Manifest of a run.

    Parameters
    ----------
    scenario : Scenario
    inputs : mapping of str to str
        Hash of every input file, by path.
    anatomy : Anatomy
    states : sequence of State
        All states, without their fields, in the order of days.
    watch : Stopwatch
    warnings : sequence of str
        Those of the computation; the warnings of the anatomy come before them.

    Returns
    -------
    dict
        Values that JSON can hold. The last of `notes` says how the states were solved.
    """
    mesh = anatomy.fractured.mesh
    return common_manifest(scenario, inputs, watch) | {
        "mesh": {
            "points": mesh.n_points,
            "cells": mesh.n_cells,
            "unknowns": 3 * mesh.n_points,
            "order": mesh.order,
            "quality": asdict(anatomy.quality),
        },
        "solver": _solver(states),
        "healing": milestones(states, anatomy.cement),
        "non_union": _non_union(scenario),
        "loads": {
            "level": loaded_level(scenario),
            "level_is_assumed": scenario.mesh.level is None,
            "body_mass_kg": body_mass(scenario),
            "body_mass_is_assumed": scenario.patient.body_mass_kg is None,
        },
        "virtual_test": summary(states, softening_of(scenario.capacity)),
        "interaction": interaction_summary(states),
        "neighbours": neighbour_summary(scenario, states),
        "shape": {
            name: asdict(geometry.heights)
            for name, geometry in (("intact", anatomy.intact), ("fractured", anatomy.fractured))
        },
        "cement": {
            arm.name: _placement(anatomy.cement[arm.name], arm.cement)
            for arm in scenario.arms
            if arm.cement is not None
        },
        **({"image": dict(anatomy.balance)} if anatomy.balance else {}),
        "notes": [*anatomy.notes, _solver_note(states, mesh)],
        "warnings": [*anatomy.warnings, *warnings],
    }


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write `manifest.json`."""
    (folder / MANIFEST.name).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _placement(placed: CementPlacement, cement: Cement) -> dict[str, Any]:
    """Numbers about the place of a cement; None where there is nothing to measure."""
    touching = {0: "no endplate", 1: "one endplate", 2: "both endplates"}
    numbers = {
        "volume_ml": placed.volume_ml,
        "body_share": placed.body_share,
        "contact_superior": placed.contact_superior.share,
        "contact_inferior": placed.contact_inferior.share,
        "clearance_superior_mm": placed.clearance_superior_mm,
        "clearance_inferior_mm": placed.clearance_inferior_mm,
        "reach_superior_mm": placed.reach_superior_mm,
        "reach_inferior_mm": placed.reach_inferior_mm,
        "elements_across": placed.resolution.elements_across,
        "held_share": placed.held_share,
    }
    return {
        "fill": cement.filling,
        "touches": touching[placed.contacts],
        **{name: None if np.isnan(value) else float(value) for name, value in numbers.items()},
    }


def _solver(states: Sequence[State]) -> dict[str, Any]:
    """Largest errors of all states, and the record of each."""
    return {
        "largest_energy_error_bound": _largest(states, "energy_error_bound"),
        "largest_residual": _largest(states, "residual"),
        "states_iterated": len(_distinct(states, "iterated")),
        "states_projected": len(_distinct(states, "projected")),
        "largest_reaction_balance": _largest(states, "reaction_balance"),
        "states": [{"arm": state.arm, "day": state.day, **state.solver} for state in states],
    }


def _solver_note(states: Sequence[State], mesh: TetMesh) -> str:
    return (
        f"{mesh.n_cells} tetrahedra of order {mesh.order}, {3 * mesh.n_points} unknowns, method "
        f"{states[-1].solver['method']}: {len(_distinct(states, 'iterated'))} states solved, "
        f"{len(_distinct(states, 'projected'))} found from the solutions of other days; relative error in the energy "
        f"norm at most {_largest(states, 'energy_error_bound'):.1e}, reactions balance to "
        f"{_largest(states, 'reaction_balance'):.1e} of the axial force"
    )


def _largest(states: Sequence[State], measure: str) -> float:
    return max(state.solver[measure] for state in states)


def _distinct(states: Sequence[State], origin: str) -> set[tuple[float, ...]]:
    """States of one origin, those that arms share counted once."""
    return {(state.day, *state.row.values()) for state in states if state.solver["origin"] == origin}


def _non_union(scenario: Scenario) -> dict[str, float] | None:
    """Chance of non-union by the published odds, with its range; None without a fracture."""
    if scenario.fracture is None:
        return None
    chance = non_union_chance(scenario)
    return {name: getattr(chance, name) for name in ("probability", "low", "high")}
