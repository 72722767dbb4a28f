"""`verify` and `validate`: a table of what is known beside what is computed, a CSV, a page, one sentence, a status."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from vertebra.checks.finding import MISSED, Finding
from vertebra.checks.findings_table import summary, table_of, write_findings, write_page
from vertebra.scenarios.error import ScenarioError

from .status import FAULT


def check_files(**files: Path | None) -> None:
    """Refuse files, by option, that cannot be written, before anything is computed."""
    for option, file in files.items():
        if file is None:
            continue
        if not file.parent.is_dir():
            message = (
                f"--{option} {file}: found no folder {file.parent}, expected one that exists. Make it first."
            )
            raise ScenarioError(message)
        if file.is_dir():
            message = f"--{option} {file}: found a folder, expected a file to write. Add a name to it."
            raise ScenarioError(message)


@contextmanager
def showing(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Show progress: as a bar on a terminal, as plain lines elsewhere."""
    if not console.is_terminal:
        yield lambda name, done, total: print(f"[{done}/{total}] {name}", file=sys.stderr, flush=True)
        return
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda name, done, total: bar.update(task, description=name, completed=done, total=total)


def present(
    findings: Sequence[Finding],
    csv: Path | None,
    html: Path | None,
    console: Console,
    *,
    is_theory: bool,
) -> int:
    """Print the table and the sentence, write the files; returns the exit status."""
    console.print(table_of(findings, with_use=not is_theory))
    console.print(f"\n{summary(findings)}", markup=False)
    if csv is not None:
        write_findings(csv, findings)
        console.print(f"wrote {csv}", markup=False, soft_wrap=True)
    if html is not None:
        write_page(html, findings, is_theory=is_theory)
        console.print(f"wrote {html}", markup=False, soft_wrap=True)
    return FAULT if any(each.must_hold and each.verdict == MISSED for each in findings) else 0


def brought(folder: Path | None) -> dict[str, dict[str, float]]:
    """Rows from tables that the user brings."""
    from vertebra.checks.observed.brought import brought_rows

    try:
        return {} if folder is None else brought_rows(folder)
    except ValueError as error:
        raise ScenarioError(*error.args) from error


def check_cohort(file: Path | None) -> None:
    """Refuse a table of other bodies, before anything is computed."""
    from vertebra.checks.cohort.table import read_cohort

    try:
        if file is not None:
            read_cohort(file)
    except ValueError as error:
        message = f"--cohort {error.args[0]}"
        raise ScenarioError(message) from error
