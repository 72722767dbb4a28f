"""A study from its file to its folder: cases are computed, kept, and put side by side."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from vertebra.courses.progress import Progress
from vertebra.records.lock import lock_folder, unlock_folder
from vertebra.records.manifest.environment import (
    Stopwatch,
    code_hash,
    file_hashes,
    library_versions,
    now,
    version,
)
from vertebra.records.whole_files import named, write_text
from vertebra.records.workspace import PROGRAM, check_target
from vertebra.reports.study.page import write_study_page
from vertebra.scenarios.error import ScenarioError

from ..executors.choosing import PROCESSORS, executor_of
from ..executors.cluster import Cluster
from ..executors.job import Executor, Job, Outcome
from ..inputs import input_files
from ..preparing import prepare
from .case import Case
from .folder import CASES, FILES, PAGE, PARQUET, STUDY, TABLE, StudyFolder
from .parquet import write_parquet
from .ratios import RatioTask, RatioWorker
from .reading import Study, lines_of, read_study
from .sharing import CaseTask, CaseWorker, anatomy_key
from .study_result import StudyResult
from .table import columns_of, table_rows, write_table

_ENDING_S = 5.0
_TRIED = 3
"""Anatomies that are tried before a study is refused."""


def sweep(
    study: Study | str | Path | Mapping[str, Any],
    out: str | Path,
    *,
    resume: bool = False,
    force: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
    say: Callable[[str], None] = lambda text: None,
    begin: Callable[[str], None] = lambda stage: None,
) -> StudyResult:
    """Compute all cases of a study and put them side by side.

    Cases that are finished in the folder are not computed again; those that failed are tried again, and one that fails
    does not stop the rest.

    Parameters
    ----------
    study : Study, str, Path or mapping
        A study, the name of a bundled one, a file, or the tables that such a file holds.
    out : str or Path
        Folder of the study; results of cases are below `cases/`.
    resume : bool
        Go on from the finished states of cases that were interrupted, too.
    force : bool
        Replace table and page of another study there; the results of its cases stay.
    workers : int, optional
        Processes that compute at the same time; 1: this process alone; default: the processors at hand.
    scheduler : str, optional
        Address of a Dask scheduler whose workers see the same folder, or `local`.
    report : callable
        Called after each case.
    say : callable
        Called with lines worth reading.
    begin : callable
        Called with the name of each stage that begins.

    Returns
    -------
    StudyResult

    Raises
    ------
    ScenarioError
        The input is wrong; nothing was written.
    OSError
        Files cannot be written; finished cases and states are kept.

    Examples
    --------
    >>> import vertebra
    >>> vertebra.sweep("density", "results/density").cases["capacity_N"].max()  # doctest: +SKIP
    """
    asked = study if isinstance(study, Study) else read_study(study)
    cluster = None if scheduler is None else Cluster(scheduler, workers or PROCESSORS)
    watch = Stopwatch(begins=begin)
    folder = StudyFolder(Path(out).resolve())
    check_target(Path(out), FILES)
    _check_other_study(folder, asked, force=force)
    for line in lines_of(asked):
        say(line)
    todo = [case for case in asked.cases if not folder.is_finished(case)]
    if todo:
        with watch.stage("mesh"):
            _check_anatomies(todo)
    try:
        folder.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = (
            f"--out {out}: {folder.out} cannot be made ({error.strerror}). Choose another with --out DIR."
        )
        raise ScenarioError(message) from error
    lock = lock_folder(folder.out, _ENDING_S)
    try:
        folder.note(_manifest(asked) | {"finished": False})  # first of all: by it the folder is known as ours
        (folder.out / CASES).mkdir(exist_ok=True)
        if asked.file is not None:
            write_text(folder.out / STUDY, asked.file.read_text(encoding="utf-8-sig"))
        if len(todo) < len(asked.cases):
            say(f"{len(asked.cases) - len(todo)} cases are finished and are not computed again")
        with watch.stage("cases"):
            executor = executor_of(workers, len(todo)) if cluster is None else cluster
            _compute(asked, todo, folder, executor, resume, report, say)
        _put_side_by_side(asked, folder, watch)
    except OSError as error:
        raise named(error, folder.out) from error
    finally:
        unlock_folder(lock)
    return StudyResult(folder.out)


def _check_anatomies(cases: Sequence[Case]) -> None:
    """Refuse a study of which none of the first few anatomies can be meshed; a single one fails by itself.

    Raises
    ------
    ScenarioError
    """
    first: ScenarioError | None = None
    for case in list({anatomy_key(case.scenario): case for case in reversed(cases)}.values())[-_TRIED:][::-1]:
        try:
            prepare(case.scenario, f", {case.text}")
        except ScenarioError as error:
            first = first or error
        else:
            return
    if first is not None:
        raise first


def _compute(
    study: Study,
    todo: list[Case],
    folder: StudyFolder,
    executor: Executor,
    resume: bool,
    report: Callable[[Progress], None],
    say: Callable[[str], None],
) -> None:
    """Compute cases in full, then those that follow from them; keep why one fails."""
    cases = {case.name: case for case in todo}
    pace = _Pace(len(study.cases), len(study.cases) - len(todo))
    full = [
        Job(case.name, anatomy_key(case.scenario), CaseTask(case.scenario, folder.of(case), resume))
        for case in todo
        if case.follows is None
    ]
    following = [
        Job(case.name, case.follows.name, _ratio_task(case, case.follows, folder))
        for case in todo
        if case.follows is not None
    ]
    for jobs, make in ((full, CaseWorker), (following, RatioWorker)):
        for outcome in executor.run(jobs, make) if jobs else ():
            case = cases[outcome.job.name]
            error = _error_of(outcome)
            if error:
                folder.note_failure(case, error)
                say(f"{case.text} failed: {error}")
            else:
                folder.forget_failure(case)
            report(pace.after(f"{case.text}{' failed' if error else ''}"))


def _ratio_task(case: Case, anchor: Case, folder: StudyFolder) -> RatioTask:
    return RatioTask(case.scenario, anchor.scenario, folder.of(case), folder.of(anchor), case.inputs_sha256)


def _error_of(outcome: Outcome) -> str:
    return outcome.died or str(outcome.value or "")


def _put_side_by_side(study: Study, folder: StudyFolder, watch: Stopwatch) -> None:
    """Write the table and the page of all cases."""
    rows = table_rows(study, folder)
    with watch.stage("tables"):
        write_table(folder.out / TABLE, study.keys, rows)
        write_parquet(folder.out / PARQUET, columns_of(study.keys), rows)
    with watch.stage("report"):
        write_study_page(folder.out / PAGE, study.name, study.keys, rows)
    failed = [case for case in study.cases if folder.failure(case)]
    ended = {
        "finished": True,
        "created": now(),
        "failed": {case.name: folder.failure(case) for case in failed},
        "libraries": library_versions(),
        "stages": watch.stages,
    }
    folder.note(_manifest(study) | ended)


def _manifest(study: Study) -> dict[str, Any]:
    """What is known of a study before it is computed."""
    return {
        "program": PROGRAM,
        "version": version(),
        "code_sha256": code_hash(),
        "study": study.asked.model_dump(by_alias=True, mode="json", exclude_unset=True),
        "name": study.name,
        "study_sha256": study.inputs_sha256,
        "keys": list(study.keys),
        "base": study.base.model_dump(by_alias=True, mode="json"),
        "inputs_sha256": file_hashes([*input_files(study.base), *([study.file] if study.file else [])]),
        "cases": [
            {
                "case": case.number,
                "folder": case.name,
                "values": dict(case.values),
                "sha256": case.inputs_sha256,
                "follows_from": None if case.follows is None else case.follows.number,
            }
            for case in study.cases
        ],
        "repeated": list(study.repeated),
    }


def _check_other_study(folder: StudyFolder, study: Study, *, force: bool) -> None:
    """Refuse to replace table and page of another study."""
    before = folder.manifest
    if force or not before or before.get("study_sha256") == study.inputs_sha256:
        return
    found = f"{before.get('name')!r} with {len(before.get('cases', ()))} cases"
    same_code = before.get("code_sha256") == code_hash()
    why = "" if same_code else ", computed by another version of vertebra"
    message = (
        f"{folder.out}: found the study {found}{why}, expected the same study or a new folder. Choose another "
        "with --out DIR, or replace its table and page with --force; results of cases stay."
    )
    raise ScenarioError(message)


class _Pace:
    """Progress over cases, with the time left by those timed in this run."""

    def __init__(self, total: int, done: int):
        self._total, self._done, self._timed = total, done, 0
        self._began = time.perf_counter()

    def after(self, text: str) -> Progress:
        """One more case has ended."""
        self._done += 1
        self._timed += 1
        left = self._total - self._done
        each = (time.perf_counter() - self._began) / self._timed
        remaining = left * each if left and self._timed > 1 else None
        return Progress(self._done, self._total, text, 0, remaining)
