"""Findings as a table on the terminal that fits 80 columns, as CSV, and in one sentence."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from vertebra.reports.tables import write_csv

from .finding import DIFFERS, MISSED, VERDICTS, Finding

CSV_COLUMNS = (
    "name",
    "what",
    "use",
    "reference",
    "tolerance",
    "low",
    "high",
    "computed",
    "verdict",
    "note",
    "source",
    "certainty",
)
_BAD = (MISSED, DIFFERS)


def table_of(findings: Iterable[Finding], *, with_use: bool) -> Table:
    """Names first, verdicts last, one row a finding; `with_use` adds the column of uses."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("row", max_width=12, overflow="fold")
    table.add_column("what", ratio=3, overflow="fold")
    if with_use:
        table.add_column("use", no_wrap=True)
    table.add_column("known", ratio=2, overflow="fold")
    table.add_column("computed", ratio=2, overflow="fold")
    table.add_column("verdict", max_width=7, overflow="fold")
    table.expand = True
    for finding in findings:
        use = [finding.use] if with_use else []
        style = "bold" if finding.verdict in _BAD else None
        known = finding.reference
        if finding.tolerance not in (*known.split(), "-") and f"({finding.tolerance})" not in known:
            known = f"{known} ({finding.tolerance})"
        what = f"{finding.what} ({finding.source.partition(', doi')[0]})"
        table.add_row(
            finding.name.replace("_", " "),
            escape(what),
            *use,
            known,
            finding.computed_text or finding.note or "-",
            finding.verdict,
            style=style,
        )
    return table


def write_findings(file: Path, findings: Iterable[Finding]) -> None:
    """Write a CSV with everything that is known about each row."""
    write_csv(
        file,
        CSV_COLUMNS,
        [
            {
                name: finding.computed_text if name == "computed" else getattr(finding, name)
                for name in CSV_COLUMNS
            }
            for finding in findings
        ],
    )


def summary(findings: Sequence[Finding]) -> str:
    """Count verdicts, and verdicts of independent checks apart."""
    count = Counter(finding.verdict for finding in findings)
    parts = [f"{count[verdict]} {verdict}" for verdict in VERDICTS if count[verdict]]
    text = f"{len(findings)} rows: {', '.join(parts)}."
    checks = Counter(finding.verdict for finding in findings if finding.use == "check")
    if checks:
        text += f" Of the independent checks {checks['met']} met, {checks[MISSED]} missed."
    missed = [finding.name for finding in findings if finding.verdict in _BAD]
    return text + (f" Missed: {', '.join(missed)}." if missed else "")
