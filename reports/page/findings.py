"""One self-contained HTML page about a table of findings: what is known beside what was computed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vertebra.records.manifest.environment import code_hash, library_versions, machine, now, version

from .rendering import policy, render

TONES = {"good": "\u2713", "bad": "\u2717", "shown": "\u2013", "open": "\u25cb"}
"""Signs of agreement, of disagreement, of a number without a verdict, and of no number. The colours are blue, orange
and greys, distinct for readers with any colour vision; sign and word say the same."""

_STYLE = """
body{max-width:1400px}.findings{width:100%;table-layout:fixed;min-width:900px}
.findings td,.findings th{text-align:left;vertical-align:top;overflow-wrap:break-word}
.chip{display:inline-block;padding:.05em .6em;margin:.1em .4em .1em 0;white-space:nowrap;
border-radius:1em;border:1.5px solid;font-weight:600}
.good{color:var(--under);border-color:var(--under)}.bad{color:var(--over);border-color:var(--over)}
.shown{color:var(--soft);border-color:var(--soft)}.open{color:var(--soft);border-color:var(--soft);border-style:dashed}
"""
_COLUMNS = (
    ("name", "row", 9),
    ("what", "what", 21),
    ("use", "use", 7),
    ("reference", "known", 13),
    ("tolerance", "tolerance", 10),
    ("computed", "computed", 14),
    ("verdict", "verdict", 12),
    ("source", "source (certainty)", 14),
)


@dataclass(frozen=True)
class Chapter:
    """Rows under one heading.

    Attributes
    ----------
    title : str
    rows : sequence of mapping of str to str
        With `name`, `what`, `use`, `reference`, `tolerance`, `computed`, `verdict`, `note`, `source`, `certainty`.
    """

    title: str
    rows: Sequence[Mapping[str, str]]


def write_findings_page(
    file: Path,
    title: str,
    chapters: Sequence[Chapter],
    *,
    summary: str,
    tones: Mapping[str, str],
    explained: Mapping[str, str],
    limits: str,
) -> None:
    """Write the page.

    Parameters
    ----------
    file : Path
    title : str
    chapters : sequence of Chapter
    summary : str
        One sentence about all rows.
    tones : mapping of str to str
        One of `TONES` for every verdict, in the order of the legend.
    explained : mapping of str to str
        What each use and verdict means.
    limits : str
        What the reader must know before all else.
    """
    count = Counter(row["verdict"] for chapter in chapters for row in chapter.rows)
    text = render(
        "findings.html.j2",
        title=title,
        version=version(),
        created=now(),
        limits=limits,
        summary=summary,
        counted=[(verdict, count[verdict]) for verdict in tones if count[verdict]],
        chapters=chapters,
        columns=_COLUMNS,
        tones=tones,
        signs=TONES,
        explained=explained,
        place=_place(),
        style=_STYLE,
        policy=policy(),
    )
    file.write_text(text, encoding="utf-8")


def _place() -> str:
    """Machine, libraries and code, in words."""
    here = machine()
    versions = ", ".join(f"{name} {number}" for name, number in library_versions().items())
    place = f"{here['system']}, {here['processor']}, {here['processors']} processors"
    return f"{place}; {versions}; code {code_hash()[:12]}"
