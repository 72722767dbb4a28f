"""Pieces of an HTML page: tables and inline pictures."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from .tables import Row


def number_table(rows: Sequence[Row], headings: Mapping[str, str]) -> str:
    """Table of numbers under the given headings, by column."""
    head = "".join(f"<th>{escape(text)}</th>" for text in headings.values())
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(short(row[column]))}</td>" for column in headings) + "</tr>"
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
    """Three significant digits, or whole numbers."""
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
