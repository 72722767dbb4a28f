"""From finished states to the files of a result: tables, fields, figures, manifest and report."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import numba
import numpy as np

from vertebra.courses.daily_load import body_mass, daily_load, load_of, loaded_level
from vertebra.courses.day_state import State
from vertebra.courses.key_days import key_days
from vertebra.courses.plan import INTACT
from vertebra.meshes.tetmesh import TetMesh
from vertebra.models.anatomy import Anatomy
from vertebra.models.patient import non_union_chance
from vertebra.models.strength.virtual_test import softening_of
from vertebra.records.fields import vtk_tensor, write_fields
from vertebra.records.follow_up import follow_up_rows
from vertebra.records.interaction import interaction_failures, interaction_rows, interaction_summary
from vertebra.records.load_displacement import curve_rows, failures, strength_columns, summary
from vertebra.records.manifest import (
    Stopwatch,
    code_hash,
    library_versions,
    machine,
    now,
    peak_memory_MB,
    version,
)
from vertebra.records.milestones import milestones, overloads
from vertebra.records.provenance import source_rows
from vertebra.records.stored_mesh import write_mesh
from vertebra.records.tables import (
    ACTIVITY_COLUMNS,
    CAPACITY_COLUMNS,
    FOLLOW_UP_COLUMNS,
    HEALING_COLUMNS,
    LOAD_DISPLACEMENT_COLUMNS,
    LOAD_TO_STRENGTH_COLUMNS,
    TISSUE_COLUMNS,
    Row,
    activity_rows,
    load_to_strength_rows,
    ratio_column,
    with_ratios,
    write_csv,
)
from vertebra.records.target import inputs_of
from vertebra.records.workspace import Workspace
from vertebra.reports.figures.capacity import capacity_figure, save_figure, tissue_figure
from vertebra.reports.figures.healing import healing_figure
from vertebra.reports.figures.interaction import interaction_figure
from vertebra.reports.figures.load_ratio import load_ratio_figure
from vertebra.reports.figures.virtual_test import virtual_test_figure
from vertebra.reports.page.interaction import INTERACTION_COLUMNS
from vertebra.reports.page.report import write_report
from vertebra.reports.pictures.render import Picture, draw_picture
from vertebra.scenarios.schema import Scenario

ArmDays = Mapping[str, Sequence[int]]


def write_results(
    scenario: Scenario,
    inputs: Mapping[str, str],
    anatomy: Anatomy,
    work: Workspace,
    watch: Stopwatch,
    days: ArmDays,
    say: Callable[[str], None],
) -> None:
    """Write everything that a finished run leaves, into the folder it works in.

    Parameters
    ----------
    scenario : Scenario
    inputs : mapping
        Hash of every input file.
    anatomy : Anatomy
    work : Workspace
        With all states.
    watch : Stopwatch
        Its stages go into the manifest.
    days : mapping of str to sequence of int
        Days of every arm.
    say : callable
        Called with lines worth reading.
    """
    folder = work.folder
    numbers = [work.load(arm, day, fields=False) for arm, on in days.items() for day in on]
    rows = with_ratios([_numbers(state, state.row | strength_columns(state)) for state in numbers])
    curves = curve_rows(numbers)
    interaction = interaction_rows(numbers)
    tissue: list[Row] = [
        {"arm": state.arm, "day": state.day, **state.tissue} for state in numbers if state.has_zone
    ]
    healing: list[Row] = [_numbers(state, state.healing) for state in numbers if state.has_zone]
    loads = _activity_loads(scenario)
    limit = scenario.loading.load_to_strength_limit
    ratios = load_to_strength_rows(rows, loads, _daily_loads(scenario, days))
    visits = follow_up_rows(scenario, rows, tissue, healing)
    with watch.stage("tables and fields"):
        write_csv(folder / "capacity.csv", CAPACITY_COLUMNS, rows)
        write_csv(folder / "tissue.csv", TISSUE_COLUMNS, tissue)
        write_csv(folder / "healing.csv", HEALING_COLUMNS, healing)
        write_csv(folder / "load_displacement.csv", LOAD_DISPLACEMENT_COLUMNS, curves)
        if interaction:
            write_csv(folder / "interaction.csv", INTERACTION_COLUMNS, interaction)
        write_csv(folder / "activities.csv", ACTIVITY_COLUMNS, activity_rows(rows, loads, limit))
        write_csv(folder / "load_to_strength.csv", LOAD_TO_STRENGTH_COLUMNS, ratios)
        write_csv(folder / "follow_up.csv", (*FOLLOW_UP_COLUMNS, *map(ratio_column, loads)), visits)
        write_mesh(folder, anatomy.intact.mesh)
        for arm, on in days.items():
            _write_arm_fields(scenario, anatomy, work, arm, on)
    messages = failures(numbers) + interaction_failures(numbers)
    with watch.stage("pictures"):
        injections = {arm.name: arm.cement.day for arm in scenario.arms if arm.cement}
        figure = capacity_figure(rows, scenario.name, loads, injections)
        for ending in ("svg", "png"):
            save_figure(figure, folder / f"capacity.{ending}")
        if tissue:
            save_figure(
                tissue_figure(tissue, "Tissue in the fracture zone", injections), folder / "tissue.svg"
            )
            save_figure(
                healing_figure(healing, "Healing of the fracture zone", injections), folder / "healing.svg"
            )
        if visits:
            intact = {str(row["activity"]): float(row["ratio"]) for row in ratios if row["arm"] == "intact"}
            save_figure(load_ratio_figure(visits, intact, limit, injections), folder / "load_to_strength.svg")
        if curves:
            save_figure(virtual_test_figure(curves, rows), folder / "virtual_test.svg")
        if interaction:
            save_figure(interaction_figure(interaction), folder / "interaction.svg")
        if scenario.output.pictures:
            messages += _draw_stress(anatomy, work, days, injections, scenario.output.load_N)
    messages += overloads(rows, healing)
    for message in messages:
        say(f"warning: {message}")
    manifest = _manifest(scenario, inputs, anatomy, numbers, watch)
    manifest["warnings"] += messages
    say(manifest["notes"][-1])
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    write_report(folder)


def _activity_loads(scenario: Scenario) -> dict[str, float]:
    """Load of each activity, on this patient's vertebra [N]."""
    return {name: load_of(scenario, name) for name in scenario.loading.activities}


def _daily_loads(scenario: Scenario, days: ArmDays) -> dict[tuple[str, float], float]:
    """Load of the patient's days by arm and day; the intact vertebra has no course [N]."""
    return {
        (arm, float(day)): daily_load(scenario, day)
        for arm, on in days.items()
        if arm != INTACT.name
        for day in on
    }


def _numbers(state: State, values: Mapping[str, float]) -> Row:
    row: Row = {"arm": state.arm, "day": state.day}
    return row | {name: "" if np.isnan(value) else value for name, value in values.items()}


def _mesh_of(anatomy: Anatomy, arm: str, day: int = 0) -> TetMesh:
    return anatomy.geometry(arm, day).mesh


def _write_arm_fields(scenario: Scenario, anatomy: Anatomy, work: Workspace, arm: str, days) -> None:
    wanted = scenario.output.fields
    if scenario.output.days is not None and arm != "intact":
        days = [day for day in days if day in scenario.output.days]

    def chosen(fields: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {name: values for name, values in fields.items() if name.startswith(tuple(wanted))}

    def steps() -> Iterator[tuple[dict[str, np.ndarray], dict[str, np.ndarray]]]:
        for day in days:
            state = work.load(arm, day)
            cells = dict(state.at_cells)
            cells["stress_MPa"] = vtk_tensor(cells["stress_MPa"])
            cells["strain"] = vtk_tensor(cells["strain"], engineering=True)
            yield chosen(state.at_points), chosen(cells)

    mesh = _mesh_of(anatomy, arm)
    static = chosen({"region": mesh.region})
    write_fields(work.folder / f"fields-{arm}.vtkhdf", mesh.points, mesh.cells, days, steps(), static)


def _draw_stress(
    anatomy: Anatomy, work: Workspace, days: ArmDays, injections: Mapping[str, int], load_N: float
) -> list[str]:
    """One picture of von Mises stress an arm, all on one colour scale; returns why one is not 3-D."""
    shown = {arm: key_days(on, injections.get(arm, 0)) for arm, on in days.items()}
    fields = {
        (arm, day): work.load(arm, day).at_cells["von_mises_MPa"][_mesh_of(anatomy, arm).is_bone]
        for arm, on in shown.items()
        for day in on
    }
    core = anatomy.intact.mesh.region[anatomy.intact.mesh.is_bone] == 0
    top = max(float(np.percentile(values[core], 98)) for values in fields.values())

    cut_mm = _sagittal_cut(anatomy)

    def draw(arm: str) -> str | None:
        mesh = _mesh_of(anatomy, arm)
        picture = Picture(
            points=mesh.points,
            cells=mesh.cells[mesh.is_bone],
            values=np.stack([fields[arm, day] for day in shown[arm]]),
            titles=tuple(f"{arm}, day {day}" for day in shown[arm]),
            label=f"von Mises stress at {load_N:g} N [MPa]",
            limits=(0.0, 1.5 * top),
            cut_mm=cut_mm,
        )
        return draw_picture(picture, work.folder / f"stress-{arm}.png")

    with ThreadPoolExecutor(max_workers=2) as pool:  # each picture is a process of its own
        messages = [message for message in pool.map(draw, shown) if message is not None]
    return list(dict.fromkeys(messages))


def _sagittal_cut(anatomy: Anatomy) -> float:
    """Middle of the body, or of the first cement where there is some [mm]."""
    for placed in anatomy.cement.values():
        return float(placed.centres[0, 0])
    x = anatomy.fractured.mesh.points[anatomy.fractured.mesh.node_sets["superior_endplate"], 0]
    return float(0.5 * (x.min() + x.max()))


def _manifest(
    scenario: Scenario,
    inputs: Mapping[str, str],
    anatomy: Anatomy,
    states: Sequence[State],
    watch: Stopwatch,
) -> dict[str, Any]:
    mesh = anatomy.fractured.mesh
    solved = [{"arm": state.arm, "day": state.day, **state.solver} for state in states]
    return {
        "program": "vertebra",
        "version": version(),
        "code_sha256": code_hash(),
        "created": now(),
        "name": scenario.name,
        **inputs_of(scenario, inputs),
        "libraries": library_versions(),
        "machine": machine() | {"threads": numba.get_num_threads()},
        "mesh": {
            "points": mesh.n_points,
            "cells": mesh.n_cells,
            "unknowns": 3 * mesh.n_points,
            "order": mesh.order,
            "quality": asdict(anatomy.quality),
        },
        "solver": {
            "largest_energy_error_bound": max(state.solver["energy_error_bound"] for state in states),
            "largest_residual": max(state.solver["residual"] for state in states),
            "states_iterated": len(_distinct(states, "iterated")),
            "states_projected": len(_distinct(states, "projected")),
            "largest_reaction_balance": max(state.solver["reaction_balance"] for state in states),
            "states": solved,
        },
        "stages": watch.stages,
        "peak_memory_MB": peak_memory_MB(),
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
        "shape": {
            name: asdict(geometry.heights)
            for name, geometry in (("intact", anatomy.intact), ("fractured", anatomy.fractured))
        },
        "sources": source_rows(scenario),
        "notes": [*anatomy.notes, _describe_solver(states, mesh)],
        "warnings": list(anatomy.warnings),
    }


def _non_union(scenario: Scenario) -> dict[str, float] | None:
    """Chance of non-union by the published odds, with its range; None without a fracture."""
    if scenario.fracture is None:
        return None
    chance = non_union_chance(scenario)
    return {name: getattr(chance, name) for name in ("probability", "low", "high")}


def _distinct(states: Sequence[State], origin: str) -> set[tuple[float, ...]]:
    """States of one origin, those that arms share counted once."""
    return {(state.day, *state.row.values()) for state in states if state.solver["origin"] == origin}


def _describe_solver(states: Sequence[State], mesh) -> str:
    worst = {
        name: max(state.solver[name] for state in states)
        for name in ("energy_error_bound", "reaction_balance")
    }
    return (
        f"{mesh.n_cells} tetrahedra of order {mesh.order}, {3 * mesh.n_points} unknowns, method "
        f"{states[-1].solver['method']}: {len(_distinct(states, 'iterated'))} states solved, "
        f"{len(_distinct(states, 'projected'))} found from the solutions of other days; relative error in the energy "
        f"norm at most {worst['energy_error_bound']:.1e}, reactions balance to {worst['reaction_balance']:.1e} of "
        "the axial force"
    )
