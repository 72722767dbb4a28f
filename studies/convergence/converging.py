"""Mesh convergence of a scenario: the same states on several meshes, one mesh after another."""

import json
import os
import shutil
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numba

from vertebra.courses.law import check_law
from vertebra.courses.progress import Progress
from vertebra.courses.states import solve_states
from vertebra.fem.cells.locking import LockingWarning
from vertebra.meshes.element_size import element_size
from vertebra.models.anatomy import Anatomy, build_anatomy
from vertebra.models.condition import check_compaction
from vertebra.models.locking import with_locking_warnings
from vertebra.records.load_displacement import failures, strength_columns
from vertebra.records.manifest import Stopwatch, code_hash, file_hashes
from vertebra.records.workspace import Workspace, check_target, fingerprint, open_workspace
from vertebra.scenarios.reading import ScenarioError

from ..run import choose_threads
from .results import FILES, write_convergence
from .study import Study

LEAST_RATIO = 1.1
"""Of successive element sizes: nearer ones tell more of how a mesh happens to fall than of its size (Roache 1994)."""
QUANTITIES = ("capacity_N", "stiffness_N_per_mm", "service_N")


def converge(
    study: Study,
    file: Path,
    out: Path,
    *,
    resume: bool = False,
    report: Callable[[Progress], None] = lambda progress: None,
    say: Callable[[str], None] = lambda text: None,
) -> Path:
    """Compute a scenario on every mesh of a study and write its folder.

    Parameters
    ----------
    study : Study
    file : Path
        The scenario's file, for the manifest.
    out : Path
        Final folder; it appears when everything is done.
    resume : bool
        Go on from the finished meshes and states of an interrupted study.
    report : callable
        Called after each state.
    say : callable
        Called with lines worth reading.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ScenarioError
        The input is wrong; nothing was written.
    NotConverged
        A solve failed; finished meshes and states are kept.
    """
    watch = Stopwatch()
    check_target(out, FILES)
    numba.set_num_threads(choose_threads(study.scenario.solver.threads))
    with watch.stage("mesh"):
        _check_sizes(study, file)
    surface = study.scenario.mesh.surface
    files = [file, *([] if surface is None else [Path(surface.file)])]
    asked = [
        study.scenario.model_dump(exclude={"solver": {"threads"}}),
        study.edges_mm,
        code_hash(),
        list(file_hashes(files[1:]).values()),
    ]
    work, _ = open_workspace(out, fingerprint(json.dumps(asked)), resume=resume, files=FILES)
    pace = _Pace(study, report)
    try:
        sizes = []
        for edge in study.edges_mm:
            kept = _size_file(work, edge)
            if kept.is_file():
                say(f"edge {edge:g} mm: finished before")
                sizes.append(json.loads(kept.read_text(encoding="utf-8")))
                _warn(sizes[-1]["warnings"], say)
                continue
            with watch.stage(f"edge {edge:g} mm"):
                sizes.append(_solve_size(study, edge, file, work, pace, say))
            _keep(kept, sizes[-1])
        write_convergence(study, sizes, QUANTITIES, file_hashes(files), watch, work.folder)
        work.finish()
    finally:
        work.release()
    return out


def _anatomy(study: Study, edge_mm: float, file: Path, order: int | None = None) -> Anatomy:
    """Meshes at one edge length."""
    scenario = study.at(edge_mm, order)
    try:
        anatomy = build_anatomy(scenario)
        check_compaction(scenario, anatomy)
        check_law(scenario, anatomy)
    except (ValueError, OSError) as error:
        message = f"{file}, edge {edge_mm:g} mm: {error}"
        raise ScenarioError(message) from error
    return anatomy


def _check_sizes(study: Study, file: Path) -> None:
    """Mesh every size with 4-node cells, which is quick, and refuse edges that give meshes too much alike."""
    sizes = [element_size(_anatomy(study, edge, file, order=1).intact) for edge in study.edges_mm]
    for number in range(1, len(sizes)):
        if sizes[number - 1] < LEAST_RATIO * sizes[number]:
            edges = study.edges_mm[number - 1], study.edges_mm[number]
            message = (
                f"--edges {','.join(f'{edge:g}' for edge in study.edges_mm)}: {edges[0]:g} and {edges[1]:g} mm give "
                f"elements of {sizes[number - 1]:.2f} and {sizes[number]:.2f} mm (layers come in whole numbers), "
                f"expected a ratio of at least {LEAST_RATIO:g}. Choose edges farther apart."
            )
            raise ScenarioError(message)


def _solve_size(
    study: Study, edge: float, file: Path, work: Workspace, pace: "_Pace", say: Callable[[str], None]
) -> dict[str, Any]:
    """All states on one mesh: their numbers, and what the mesh was."""
    start = time.perf_counter()
    pace.begin(edge)
    anatomy = with_locking_warnings(study.at(edge), _anatomy(study, edge, file))
    mesh = anatomy.fractured
    size = element_size(anatomy.intact)
    say(
        f"edge {edge:g} mm: {mesh.n_cells} elements of {size:.2f} mm in the core, {3 * mesh.n_points} unknowns"
    )
    _warn(anatomy.warnings, say)
    part = Workspace(work.out, work.folder / "states" / f"edge-{edge:g}")
    (part.folder / "states").mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LockingWarning)  # said above, by the names of regions
        solve_states(study.at(edge), anatomy, part, pace)
    states = [part.load(arm, day, fields=False) for arm, day in study.states]
    failed = failures(states)
    _warn(failed, say)
    rows = [{"arm": state.arm, "day": state.day, **state.row, **strength_columns(state)} for state in states]
    shutil.rmtree(part.folder)
    return {
        "edge_mm": edge,
        "element_mm": size,
        "cells": mesh.n_cells,
        "unknowns": 3 * mesh.n_points,
        "wall_s": time.perf_counter() - start,
        "largest_energy_error_bound": max(state.solver["energy_error_bound"] for state in states),
        "largest_reaction_balance": max(state.solver["reaction_balance"] for state in states),
        "warnings": [*anatomy.warnings, *failed],
        "rows": rows,
    }


def _warn(texts: Iterable[str], say: Callable[[str], None]) -> None:
    for text in texts:
        say(f"warning: {text}")


def _size_file(work: Workspace, edge: float) -> Path:
    return work.folder / "states" / f"edge-{edge:g}.json"


def _keep(file: Path, size: dict[str, Any]) -> None:
    """Write a finished size whole or not at all."""
    part = file.with_suffix(".part")
    part.write_text(json.dumps(size), encoding="utf-8")
    os.replace(part, file)


class _Pace:
    """Progress over all sizes, from that of one; time is taken to grow with the number of elements."""

    def __init__(self, study: Study, report: Callable[[Progress], None]):
        self._study, self._report = study, report
        self._edge, self._a_state_s = study.edges_mm[0], 0.0

    def begin(self, edge: float) -> None:
        """Note that a size is worked on from now on."""
        self._edge = edge

    def __call__(self, progress: Progress) -> None:
        """Report a state of the size that is worked on."""
        edges = self._study.edges_mm
        number = edges.index(self._edge)
        left = progress.total - progress.done
        if left:
            self._a_state_s = progress.remaining_s / left
        whole = progress.total * self._a_state_s
        later = whole * sum((self._edge / edge) ** 3 for edge in edges[number + 1 :])
        self._report(
            replace(
                progress,
                done=number * progress.total + progress.done,
                total=len(edges) * progress.total,
                text=f"{self._edge:g} mm, {progress.text}",
                remaining_s=progress.remaining_s + later,
            )
        )
