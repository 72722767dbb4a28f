"""A study from its file to its folder: cases are computed, kept, and put side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from vertebra.courses.progress import Progress
from vertebra.meshes.kept import stored_in, write_stored
from vertebra.meshes.stored import STORED
from vertebra.records.lock import lock_folder, unlock_folder
from vertebra.records.manifest.environment import (
    Stopwatch,
    code_hash,
    file_hashes,
    library_versions,
    now,
    version,
)
from vertebra.records.whole_files import named, whole_file, write_text
from vertebra.records.workspace import PROGRAM, check_target
from vertebra.reports.study.page import write_study_page
from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.imported.manifest import STUDY as STUDY_KIND

from ..executors.choosing import PROCESSORS, executor_of
from ..executors.cluster import Cluster
from ..inputs import input_files
from ..preparing import prepare
from .case import Case
from .computation import Computation
from .folder import CASES, COURSES, FILES, PAGE, PARQUET, STUDY, TABLE, StudyFolder
from .followed.following import Following, follow
from .parquet import write_parquet
from .reading import Study, lines_of, read_study
from .sharing import anatomy_key
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
        for name in (CASES, COURSES) if asked.rule else (CASES,):
            (folder.out / name).mkdir(exist_ok=True)
        if asked.file is not None:
            write_text(folder.out / STUDY, asked.file.read_text(encoding="utf-8-sig"))
        if len(todo) < len(asked.cases):
            say(f"{len(asked.cases) - len(todo)} cases are finished in full and are not computed again")
        computation = Computation(
            folder,
            lambda jobs: executor_of(workers, jobs) if cluster is None else cluster,
            resume,
            report,
            say,
        )
        with watch.stage("cases"):
            done, checks = _compute(asked, computation)
        _put_side_by_side(done, folder, watch, checks)
    except OSError as error:
        raise named(error, folder.out) from error
    finally:
        unlock_folder(lock)
    return StudyResult(folder.out)


def _compute(study: Study, computation: Computation) -> tuple[Study, list[dict[str, float]]]:
    """Compute all cases of a study: in full, or from others; the study as it was computed, and how checks ended."""
    if study.rule is None:
        computation.in_full(study.cases)
        return study, []
    following = Following(study.cases, study.keys, study.rule)
    found = following.settle(
        lambda chosen: computation.in_full([study.cases[at] for at in chosen]),
        lambda: computation.courses(study.cases),
        lambda at, course: computation.read(study.cases[at], course),
    )
    done = replace(study, cases=follow(study.cases, found))
    for at, each in found.items():
        computation.keep(done.cases[at], each.rows)
    checks = [
        {"case": study.cases[at].number, "stated": each.stated, "found": each.found}
        for at, each in following.checks.items()
    ]
    return done, checks


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


def _put_side_by_side(
    study: Study, folder: StudyFolder, watch: Stopwatch, checks: Sequence[Mapping[str, float]]
) -> None:
    """Write the table and the page of all cases."""
    rows = table_rows(study, folder)
    with watch.stage("tables"):
        write_table(folder.out / TABLE, study.keys, rows)
        write_parquet(folder.out / PARQUET, columns_of(study.keys), rows)
    with watch.stage("report"):
        write_study_page(folder.out / PAGE, study.name, study.keys, rows)
    if meshes := stored_in(folder.out / CASES, f"*/{STORED}"):
        with whole_file(folder.out / STORED) as part:
            write_stored(part, meshes)
    failed = [case for case in study.cases if folder.failure(case)]
    ended = {
        "finished": True,
        "created": now(),
        "failed": {case.name: folder.failure(case) for case in failed},
        "libraries": library_versions(),
        "checks": list(checks),
        "stages": watch.stages,
    }
    folder.note(_manifest(study) | ended)


def _manifest(study: Study) -> dict[str, Any]:
    """What is known of a study before it is computed."""
    return {
        "program": PROGRAM,
        "version": version(),
        "code_sha256": code_hash(),
        "kind": STUDY_KIND,
        "folder": str(study.folder),
        "study": study.asked.model_dump(by_alias=True, mode="json", exclude_unset=True),
        "name": study.name,
        "study_sha256": study.inputs_sha256,
        "keys": list(study.keys),
        "base": study.base.model_dump(by_alias=True, mode="json"),
        "given": study.base.model_dump(by_alias=True, mode="json", exclude_unset=True),
        "inputs_sha256": file_hashes(
            dict.fromkeys(
                [
                    *input_files(study.base),
                    *(file for case in study.cases for file in case.scenario.input_files),
                    *([study.file] if study.file else []),
                ]
            )
        ),
        "cases": [
            {
                "case": case.number,
                "folder": case.name,
                "values": dict(case.values),
                "sha256": case.inputs_sha256,
                "follows_from": [each.number for each in case.follows],
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
