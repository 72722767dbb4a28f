"""Mesh convergence of a scenario: the same states on several meshes, one mesh after another."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from vertebra.courses.progress import Progress
from vertebra.courses.vertebra import Vertebra
from vertebra.meshes.element_size import element_size
from vertebra.meshes.kept import stored_in, write_stored
from vertebra.meshes.stored import STORED
from vertebra.records.capacity.between import settle_capacity
from vertebra.records.load_displacement import failures, strength_columns
from vertebra.records.manifest.environment import Stopwatch, file_hashes
from vertebra.records.target import check_inputs, inputs_of
from vertebra.records.workspace import Workspace, check_target, open_workspace
from vertebra.scenarios.error import ScenarioError

from ..inputs import input_files, inputs_hash
from ..preparing import prepare
from ..solving import choose_threads, solve_all
from .results import FILES, write_convergence
from .study import Study

LEAST_RATIO = 1.1
"""Of successive element sizes: nearer ones tell more of how a mesh happens to fall than of its size (Roache 1994)."""
QUANTITIES = ("capacity_N", "stiffness_N_per_mm", "service_N")


def converge(
    study: Study,
    out: Path,
    *,
    resume: bool = False,
    force: bool = False,
    report: Callable[[Progress], None] = lambda progress: None,
    say: Callable[[str], None] = lambda text: None,
    begin: Callable[[str], None] = lambda stage: None,
) -> Path:
    """Compute a scenario on every mesh of a study and write its folder.

    All sizes are meshed before any is solved, so that what cannot be meshed is refused at once.

    Parameters
    ----------
    study : Study
    out : Path
        Final folder; it appears when everything is done.
    resume : bool
        Go on from the finished meshes and states of an interrupted study.
    force : bool
        Replace an earlier result there even if it was computed from other inputs.
    report : callable
        Called after each state.
    say : callable
        Called with lines worth reading.
    begin : callable
        Called with the name of each stage that begins.

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
    watch = Stopwatch(begins=begin)
    check_target(out, FILES)
    hashes = file_hashes(input_files(study.scenario))
    asked = inputs_of(study.scenario, hashes) | {"edges_mm": list(study.edges_mm)}
    check_inputs(out, asked, force=force, also=("edges_mm",))
    choose_threads(study.scenario)
    with watch.stage("mesh"):
        vertebrae = {edge: prepare(study.at(edge), f", edge {edge:g} mm") for edge in study.edges_mm}
        _check_sizes(vertebrae)
    inputs = inputs_hash(study.scenario, study.edges_mm)
    work, _ = open_workspace(out, inputs, resume=resume, files=FILES)
    pace = _Pace(study, report)
    try:
        sizes = []
        for edge in study.edges_mm:
            kept = _size_file(work, edge)
            vertebra = vertebrae.pop(edge)  # its solver's memory is free again when the size is finished
            if kept.is_file():
                say(f"edge {edge:g} mm: finished before")
                sizes.append(json.loads(kept.read_text(encoding="utf-8")))
                _warn(sizes[-1]["warnings"], say)
                continue
            with watch.stage(f"edge {edge:g} mm"):
                sizes.append(_solve_size(study, edge, vertebra, work, pace, say))
            write_stored(work.folder / "states" / f"edge-{edge:g}-{STORED}", vertebra.anatomy.tetwild)
            _keep(kept, sizes[-1])
        write_convergence(study, sizes, QUANTITIES, hashes, watch, work.folder)
        write_stored(work.folder / STORED, stored_in(work.folder / "states", f"*-{STORED}"))
        check_inputs(out, asked, force=force, also=("edges_mm",))  # another study may have ended there
        work.finish()
    finally:
        work.release()
    return out


def _check_sizes(vertebrae: dict[float, Vertebra]) -> None:
    """Refuse edges that give meshes too much alike."""
    edges = list(vertebrae)
    sizes = [element_size(vertebra.anatomy.intact.mesh) for vertebra in vertebrae.values()]
    for number in range(1, len(sizes)):
        if sizes[number - 1] < LEAST_RATIO * sizes[number]:
            message = (
                f"--edges {','.join(f'{edge:g}' for edge in edges)}: {edges[number - 1]:g} and {edges[number]:g} mm "
                f"give elements of {sizes[number - 1]:.2f} and {sizes[number]:.2f} mm (layers come in whole numbers), "
                f"expected a ratio of at least {LEAST_RATIO:g}. Choose edges farther apart."
            )
            raise ScenarioError(message)


def _solve_size(
    study: Study,
    edge: float,
    vertebra: Vertebra,
    work: Workspace,
    pace: "_Pace",
    say: Callable[[str], None],
) -> dict[str, Any]:
    """All states on one mesh: their numbers, and what the mesh was."""
    start = time.perf_counter()
    pace.begin(edge)
    anatomy = vertebra.anatomy
    mesh = anatomy.fractured.mesh
    size = element_size(anatomy.intact.mesh)
    say(
        f"edge {edge:g} mm: {mesh.n_cells} elements of {size:.2f} mm in the core, {3 * mesh.n_points} unknowns"
    )
    _warn(anatomy.warnings, say)
    part = Workspace(work.out, work.folder / "states" / f"edge-{edge:g}")
    (part.folder / "states").mkdir(parents=True, exist_ok=True)
    solve_all(vertebra, part, pace)
    states = [part.load(arm, day, fields=False) for arm, day in study.states]
    states = settle_capacity(study.scenario, states)
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
        self._edge = study.edges_mm[0]
        self._a_state_s: float | None = None

    def begin(self, edge: float) -> None:
        """Note that a size is worked on from now on."""
        self._edge, self._a_state_s = edge, None

    def __call__(self, progress: Progress) -> None:
        """Report a state of the size that is worked on."""
        edges = self._study.edges_mm
        number = edges.index(self._edge)
        left = progress.total - progress.done
        if left and progress.remaining_s is not None:
            self._a_state_s = progress.remaining_s / left
        remaining = progress.remaining_s
        if self._a_state_s is not None:
            whole = progress.total * self._a_state_s
            later = whole * sum((self._edge / edge) ** 3 for edge in edges[number + 1 :])
            remaining = (remaining or 0.0) + later
        self._report(
            replace(
                progress,
                done=number * progress.total + progress.done,
                total=len(edges) * progress.total,
                text=f"{self._edge:g} mm, {progress.text}",
                remaining_s=remaining,
            )
        )
