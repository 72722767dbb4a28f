"""Findings as a table on the terminal that fits 80 columns, as CSV, as an HTML page, and in one sentence."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from vertebra.records.tables import write_csv
from vertebra.reports.page.findings import Chapter, write_findings_page
from vertebra.reports.page.report import LIMITS

from .finding import AGREES, DIFFERS, MET, MISSED, NEEDS_DATA, NOT_YET, SHOWN, VERDICTS, Finding

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
_TONES = {
    MET: "good",
    AGREES: "good",
    MISSED: "bad",
    DIFFERS: "bad",
    SHOWN: "shown",
    NEEDS_DATA: "open",
    NOT_YET: "open",
}
_EXPLAINED = {
    "theory": "an exact or agreed solution",
    "check": "an observation that is independent of the model",
    "calibrate": "the model was fitted to it, so agreement is no evidence",
    "input": "the number went in; agreement proves the wiring",
    "code": "another program or model",
    "sign": "the source supports a direction only, no value",
    MET: "within the tolerance",
    MISSED: "not within the tolerance",
    f"{AGREES}, {DIFFERS}": "the direction that the source supports, or the other",
    SHOWN: "computed or quoted, without a tolerance to judge by",
    NEEDS_DATA: "computed from data that the user brings with --data",
    NOT_YET: "not computed; the row says what it needs",
    "certainty": "A read in the source, B recomputed from it, C project judgement",
}
_CHAPTERS = {
    "I": "Intact vertebra",
    "F": "Fresh fracture",
    "H": "Healing",
    "P": "Patient",
    "C": "Cement",
    "L": "Loads",
    "V": "Virtual cohort",
}


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
        if not finding.computed and finding.note:  # the widest column breaks the fewest words
            what += f": {finding.note}"
        table.add_row(
            finding.name.replace("_", " "),
            escape(what),
            *use,
            known,
            finding.computed_text or "-",
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


def write_page(file: Path, findings: Sequence[Finding], *, is_theory: bool) -> None:
    """Write a self-contained page with everything that is known about each row."""
    chapters = {"Known solutions": findings}
    if not is_theory:
        chapters = {
            title: [each for each in findings if each.name.startswith(letter)]
            for letter, title in _CHAPTERS.items()
        }
    uses = {each.use for each in findings} | {each.verdict for each in findings}
    write_findings_page(
        file,
        "Verification against known solutions" if is_theory else "Comparison with published observations",
        [Chapter(title, [_texts(each) for each in rows]) for title, rows in chapters.items() if rows],
        summary=summary(findings),
        tones=_TONES,
        explained={
            word: text
            for word, text in _EXPLAINED.items()
            if word == "certainty" or uses & set(word.split(", "))
        },
        limits=LIMITS,
    )


def _texts(finding: Finding) -> dict[str, str]:
    """All of a row as text."""
    names = [name for name in CSV_COLUMNS if name not in ("low", "high")]
    return {name: finding.computed_text if name == "computed" else getattr(finding, name) for name in names}


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
