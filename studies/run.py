"""The main job: from a scenario to a folder of results, state by state."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path

import numba

from vertebra.courses.law import check_law
from vertebra.courses.plan import arm_days
from vertebra.courses.progress import Progress
from vertebra.courses.states import solve_states
from vertebra.fem.cells.locking import LockingWarning
from vertebra.models.anatomy import build_anatomy
from vertebra.models.condition import check_compaction
from vertebra.models.locking import with_locking_warnings
from vertebra.records.manifest import Stopwatch, code_hash, file_hashes
from vertebra.records.workspace import check_target, fingerprint, open_workspace
from vertebra.scenarios.reading import ScenarioError
from vertebra.scenarios.schema import Scenario

from .writing import write_results

_PROCESSORS = numba.get_num_threads()


def run_scenario(
    scenario: Scenario,
    file: Path,
    out: Path,
    *,
    resume: bool = False,
    report: Callable[[Progress], None] = lambda progress: None,
    say: Callable[[str], None] = lambda text: None,
) -> Path:
    """Compute a scenario and write its folder.

    Parameters
    ----------
    scenario : Scenario
    file : Path
        The file it was read from, for the manifest.
    out : Path
        Final folder; it appears when everything is done.
    resume : bool
        Go on from the finished states of an interrupted run.
    report : callable
        Called after each state.
    say : callable
        Called with lines worth reading: decisions, warnings.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ScenarioError
        The input is wrong; nothing was written.
    NotConverged
        A solve failed; finished states are kept.
    """
    watch = Stopwatch()
    check_target(out)
    numba.set_num_threads(choose_threads(scenario.solver.threads))
    with watch.stage("mesh"):
        try:
            anatomy = build_anatomy(scenario)
            check_compaction(scenario, anatomy)
            check_law(scenario, anatomy)
            anatomy = with_locking_warnings(scenario, anatomy)
        except (ValueError, OSError) as error:
            message = f"{file}: {error}"
            raise ScenarioError(message) from error
    for text in (*anatomy.notes, *(f"warning: {text}" for text in anatomy.warnings)):
        say(text)
    anatomy_files = [] if scenario.mesh.surface is None else [Path(scenario.mesh.surface.file)]
    asked = [
        scenario.model_dump(exclude={"solver": {"threads"}}),
        code_hash(),
        list(file_hashes(anatomy_files).values()),
    ]
    work, found = open_workspace(out, fingerprint(json.dumps(asked)), resume=resume)
    if resume:
        say(
            f"resuming: {found} finished states in {work.folder}"
            if found
            else "nothing to resume, starting anew"
        )
    try:
        with watch.stage("solve"), warnings.catch_warnings():
            warnings.simplefilter("ignore", LockingWarning)  # said above, by the names of regions
            solve_states(scenario, anatomy, work, report)
        say("writing tables, fields, figures and the report")
        hashes = file_hashes([file, *anatomy_files])
        write_results(scenario, hashes, anatomy, work, watch, arm_days(scenario), say)
        work.finish()
    finally:
        work.release()
    return out


def choose_threads(asked: int | None) -> int:
    """Number of threads: what is asked, else the processors at hand, at most 4."""
    return min(asked or 4, _PROCESSORS)
