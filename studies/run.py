"""The main job: from a scenario to a folder of results, state by state."""

from collections.abc import Callable
from pathlib import Path

from vertebra.courses.plan import arm_days
from vertebra.courses.progress import Progress
from vertebra.records.manifest.environment import Stopwatch, file_hashes
from vertebra.records.target import check_inputs, inputs_of
from vertebra.records.workspace import check_target, open_workspace
from vertebra.scenarios.reading import read_scenario
from vertebra.scenarios.schema import Scenario

from .inputs import input_files, inputs_hash
from .preparing import prepare
from .result import Result, open_result, temporary_result
from .solving import choose_threads, solve_all
from .writing import write_results


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
    if out is None:
        return temporary_result(lambda folder: _compute(checked, folder, False, True, report, say, begin))
    _compute(checked, Path(out), resume, force, report, say, begin)
    return open_result(out)


def _compute(
    scenario: Scenario,
    out: Path,
    resume: bool,
    force: bool,
    report: Callable[[Progress], None],
    say: Callable[[str], None],
    begin: Callable[[str], None],
) -> None:
    watch = Stopwatch(begins=begin)
    check_target(out)
    hashes = file_hashes(input_files(scenario))
    asked = inputs_of(scenario, hashes)
    check_inputs(out, asked, force=force)
    choose_threads(scenario)
    with watch.stage("mesh"):
        vertebra = prepare(scenario)
    anatomy = vertebra.anatomy
    for text in (*anatomy.notes, *(f"warning: {text}" for text in anatomy.warnings)):
        say(text)
    work, found = open_workspace(out, inputs_hash(scenario), resume=resume)
    if resume:
        say(
            f"resuming: {found} finished states in {work.folder}"
            if found
            else "nothing to resume, starting anew"
        )
    try:
        with watch.stage("solve"):
            solve_all(vertebra, work, report)
        say("writing tables, fields, figures and the report")
        write_results(scenario, hashes, vertebra, work, watch, arm_days(scenario), say)
        check_inputs(out, asked, force=force)  # another run may have ended there in the meantime
        work.finish()
    finally:
        work.release()
