"""Pieces of an HTML page: its frame, tables and inline pictures."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from vertebra.records.column import Column
from vertebra.records.tables import Row

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#222;max-width:1120px;margin:2em auto;padding:0 1.2em}
h1{font-size:1.6em;margin-bottom:.1em}h2{font-size:1.15em;margin-top:2em;border-bottom:1px solid #ddd}
table{border-collapse:collapse;font-size:13px;margin:.6em 0}th,td{padding:.22em .7em;text-align:right}
th{background:#f3f3f3;font-weight:600}td:first-child,th:first-child{text-align:left}
tr:nth-child(even) td{background:#fafafa}.limits{background:#fff6e0;padding:.7em 1em;border-radius:4px}
.warning{background:#fdecea;padding:.5em 1em;border-radius:4px}img,svg{max-width:100%;height:auto}
.scroll{overflow-x:auto}.words td{text-align:left}.muted{color:#666;font-size:13px}
"""


def page(title: str, parts: Sequence[str], style: str = "") -> str:
    """Self-contained page; `style` is added to the rules that all pages share."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}{style}</style></head><body>{''.join(parts)}</body></html>"
    )


def number_table(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """Table of the given columns, each with its heading, meaning and number format."""
    head = "".join(f'<th title="{escape(column.meaning)}">{escape(column.title)}</th>' for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(column.text(row[column.name]))}</td>" for column in columns) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><tr>{head}</tr>{body}</table></div>'


def word_table(headings: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    """Table of texts."""
    head = "".join(f"<th>{escape(text)}</th>" for text in headings)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(row[key]))}</td>" for key in headings) + "</tr>" for row in rows
    )
    return f'<div class="scroll"><table class="words"><tr>{head}</tr>{body}</table></div>'


def inline_svg(file: Path) -> str:
    """Inline SVG without its XML head; its ids get the file's name so that two figures can share a page."""
    svg = file.read_text(encoding="utf-8")
    svg = svg[svg.index("<svg") :]
    return re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{file.stem}-", svg)


def short(value: float | str) -> str:
    """Number in a sentence: three significant digits, or whole."""
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
