"""One self-contained HTML page about a table of findings: what is known beside what was computed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from vertebra.records.manifest import code_hash, library_versions, machine, now, version

from .html import page

TONES = {"good": "\u2713", "bad": "\u2717", "shown": "\u2013", "open": "\u25cb"}
"""Signs of agreement, of disagreement, of a number without a verdict, and of no number. The colours are blue, orange
and greys, distinct for readers with any colour vision; sign and word say the same."""

_STYLE = """
body{max-width:1400px}.findings{width:100%;table-layout:fixed}
.findings td,.findings th{text-align:left;vertical-align:top;overflow-wrap:break-word}
.findings td.verdict{white-space:nowrap}.note{color:#555;font-size:12px}
.chip{display:inline-block;padding:.05em .6em;margin:.1em .4em .1em 0;
border-radius:1em;border:1.5px solid;font-weight:600}
.good{color:#0b4f8a;background:#e3f0fb;border-color:#0b4f8a}.bad{color:#8a3c00;background:#fde6d0;border-color:#c45500}
.shown{color:#444;background:#eee;border-color:#999}
.open{color:#444;background:#fff;border-color:#999;border-style:dashed}
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
    legend = "".join(f"{_chip(word, tones[word])}{count[word]} &emsp;" for word in tones if count[word])
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="muted">vertebra {escape(version())}, {escape(now())}</p>',
        f'<p class="limits">{escape(limits)}</p>',
        f"<p>{escape(summary)}</p><p>{legend}</p>",
    ]
    for chapter in chapters:
        parts += [f"<h2>{escape(chapter.title)}</h2>", _table(chapter.rows, tones)]
    parts += ["<h2>Words</h2><dl>"]
    parts += [f"<dt><b>{escape(word)}</b></dt><dd>{escape(text)}</dd>" for word, text in explained.items()]
    parts += ["</dl><h2>Where it was computed</h2>", f'<p class="muted">{escape(_place())}</p>']
    file.write_text(page(title, parts, _STYLE), encoding="utf-8")


def _chip(verdict: str, tone: str) -> str:
    return f'<span class="chip {tone}">{TONES[tone]} {escape(verdict)}</span>'


def _table(rows: Sequence[Mapping[str, str]], tones: Mapping[str, str]) -> str:
    widths = "".join(f'<col style="width:{width}%">' for _, _, width in _COLUMNS)
    head = "".join(f"<th>{escape(text)}</th>" for _, text, _ in _COLUMNS)
    body = "".join(f"<tr>{''.join(_cell(row, key, tones) for key, _, _ in _COLUMNS)}</tr>" for row in rows)
    table = f'<table class="findings"><colgroup>{widths}</colgroup><tr>{head}</tr>{body}</table>'
    return f'<div class="scroll">{table}</div>'


def _cell(row: Mapping[str, str], key: str, tones: Mapping[str, str]) -> str:
    if key == "verdict":
        return f'<td class="verdict">{_chip(row[key], tones[row[key]])}</td>'
    text = escape(row[key].replace("_", " ") if key == "name" else row[key])
    if key == "source":
        text += f" ({escape(row['certainty'])})"
    if key == "what" and row["note"]:
        text += f'<div class="note">{escape(row["note"])}</div>'
    return f"<td>{text}</td>"


def _place() -> str:
    """Machine, libraries and code, in words."""
    here = machine()
    versions = ", ".join(f"{name} {number}" for name, number in library_versions().items())
    place = f"{here['system']}, {here['processor']}, {here['processors']} processors"
    return f"{place}; {versions}; code {code_hash()[:12]}"
