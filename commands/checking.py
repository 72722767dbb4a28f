"""`verify` and `validate`: a table of what is known beside what is computed, a CSV, one sentence, a status."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from vertebra.checks.finding import MISSED, Finding
from vertebra.checks.findings_table import summary, table_of, write_findings
from vertebra.scenarios.reading import ScenarioError

FAULT = 1
"""Exit status when something that must hold is missed."""


def check_csv(file: Path | None) -> None:
    """Refuse a table that cannot be written, before anything is computed."""
    if file is not None and not file.parent.is_dir():
        message = f"--csv {file}: found no folder {file.parent}, expected one that exists. Make it first."
        raise ScenarioError(message)


@contextmanager
def showing(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """How progress is told: a bar on a terminal, plain lines elsewhere."""
    if not console.is_terminal:
        yield lambda name, done, total: print(f"[{done}/{total}] {name}", file=sys.stderr, flush=True)
        return
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda name, done, total: bar.update(task, description=name, completed=done, total=total)


def present(findings: Sequence[Finding], csv: Path | None, console: Console, *, with_use: bool) -> int:
    """Print the table and the sentence, write the CSV; returns the exit status."""
    console.print(table_of(findings, with_use=with_use))
    console.print(f"\n{summary(findings)}", markup=False)
    if csv is not None:
        write_findings(csv, findings)
        console.print(f"wrote {csv}", markup=False, soft_wrap=True)
    return FAULT if any(each.must_hold and each.verdict == MISSED for each in findings) else 0
