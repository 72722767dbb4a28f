"""The main job: from a scenario to a folder of results, state by state."""

from collections.abc import Callable
from pathlib import Path

from vertebra.courses.plan import arm_days
from vertebra.courses.progress import Progress
from vertebra.courses.vertebra import Vertebra
from vertebra.records.manifest.environment import Stopwatch, file_hashes
from vertebra.records.target import check_inputs, inputs_of
from vertebra.records.whole_files import named
from vertebra.records.workspace import Workspace, check_target, open_workspace
from vertebra.reports.beside import drawing
from vertebra.scenarios.reading import read_scenario
from vertebra.scenarios.schema import Scenario

from .compiling.beginning import compiled_ahead
from .inputs import input_files, inputs_hash
from .preparing import prepare
from .result import Result, open_result, temporary_result
from .solving import choose_threads, solve_all
from .writing import write_results

_WORTH_A_PROCESS = 200_000
"""Cells times states from which on drawing takes longer than a process of its own takes to start."""


def run(
    scenario: Scenario | str | Path,
    out: str | Path | None = None,
    *,
    resume: bool = False,
    force: bool = False,
    report: Callable[[Progress], None] = lambda progress: None,
    say: Callable[[str], None] = lambda text: None,
    begin: Callable[[str], None] = lambda stage: None,
) -> Result:
    """Compute a scenario and write its folder.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a bundled one, or a file.
    out : str or Path, optional
        Folder of the result; it appears when everything is done. Without one the result lives in a temporary folder
        that goes with it.
    resume : bool
        Go on from the finished states of an interrupted run.
    force : bool
        Replace an earlier result there even if it was computed from other inputs.
    report : callable
        Called after each state.
    say : callable
        Called with lines worth reading: decisions, warnings.
    begin : callable
        Called with the name of each stage that begins.

    Returns
    -------
    Result

    Raises
    ------
    ScenarioError
        The input is wrong; nothing was written.
    NotConverged
        A solve failed; finished states are kept.

    Examples
    --------
    >>> import vertebra
    >>> scenario = vertebra.read_scenario("intact").with_values({"mesh.parametric.edge_mm": 4, "mesh.order": 1})
    >>> result = vertebra.run(scenario)
    >>> result.capacity["arm"][0]
    'intact'
    """
    checked = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    with compiled_ahead(checked):
        if out is None:
            return temporary_result(
                lambda folder: compute_into(checked, folder, force=True, report=report, say=say, begin=begin)
            )
        compute_into(checked, Path(out), resume=resume, force=force, report=report, say=say, begin=begin)
        return open_result(out)


def compute_into(
    scenario: Scenario,
    out: Path,
    *,
    resume: bool = False,
    force: bool = False,
    report: Callable[[Progress], None] = lambda progress: None,
    say: Callable[[str], None] = lambda text: None,
    begin: Callable[[str], None] = lambda stage: None,
    prepared: Callable[[Scenario], Vertebra] = prepare,
    known: Callable[[Workspace], None] = lambda work: None,
    learned: Callable[[Workspace], None] = lambda work: None,
) -> None:
    """Compute a checked scenario into a folder; parameters are those of `run`, and what other runs have left.

    Parameters
    ----------
    scenario : Scenario
    out : Path
    resume, force, report, say, begin
        As for `run`.
    prepared : callable
        The vertebra of the scenario, meshed; from what other runs share, for example.
    known : callable
        Called with the workspace before anything is solved; may keep states that are known.
    learned : callable
        Called with the workspace when every state is in it.

    Raises
    ------
    ScenarioError
    NotConverged
    OSError
        A file cannot be written; the error names a path.
    """
    watch = Stopwatch(begins=begin)
    check_target(out)
    hashes = file_hashes(input_files(scenario))
    asked = inputs_of(scenario, hashes)
    check_inputs(out, asked, force=force)
    threads = choose_threads(scenario)
    with watch.stage("mesh"):
        vertebra = prepared(scenario)
    anatomy = vertebra.anatomy
    for text in (*anatomy.notes, *(f"warning: {text}" for text in anatomy.warnings)):
        say(text)
    work, found = open_workspace(out, inputs_hash(scenario), resume=resume)
    if resume:
        say(
            f"resuming: {found} finished states in {work.folder}"
            if found or work.is_complete
            else "nothing to resume, starting anew"
        )
    try:
        if work.is_complete:
            work.finish()
            return
        with drawing(beside=threads > 1 and _is_large(vertebra)) as drawn:
            known(work)
            with watch.stage("solve"):
                solve_all(vertebra, work, report)
            learned(work)
            say("writing tables, fields, figures and the report")
            write_results(scenario, hashes, vertebra, work, watch, drawn, say, report)
        check_inputs(out, asked, force=force)  # another run may have ended there in the meantime
        work.finish()
    except OSError as error:
        raise named(error, work.folder) from error
    finally:
        work.release()


def _is_large(vertebra: Vertebra) -> bool:
    """Whether the fields of a run take long to be drawn."""
    states = sum(map(len, arm_days(vertebra.scenario).values()))
    return states * len(vertebra.anatomy.intact.mesh.cells) > _WORTH_A_PROCESS
