"""Rows as a text table, a Markdown table and a CSV file."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        if value == 0:
            return "0"
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)


def format_table(columns: Mapping[str, str], rows: Sequence[Mapping], *, markdown: bool = False) -> str:
    """Lay out rows under headings; `columns` maps keys of the rows to headings."""
    cells = [list(columns.values()), *([_text(row.get(key)) for key in columns] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    left = [all(not isinstance(row.get(key), int | float) for row in rows) for key in columns]
    lines = [
        [
            text.ljust(w) if is_left else text.rjust(w)
            for text, w, is_left in zip(line, widths, left, strict=True)
        ]
        for line in cells
    ]
    rule = ["-" * width for width in widths]
    if markdown:
        rule = [r if is_left else r[:-1] + ":" for r, is_left in zip(rule, left, strict=True)]
        return "\n".join("| " + " | ".join(line) + " |" for line in [lines[0], rule, *lines[1:]])
    return "\n".join("  ".join(line).rstrip() for line in [lines[0], rule, *lines[1:]])


def append_csv(path: Path, rows: Sequence[Mapping]) -> None:
    """Append rows to a CSV file; columns that it lacks are added to the heading."""
    if not rows:
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    known: list[str] = []
    old: list[dict] = []
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            known, old = list(reader.fieldnames or []), list(reader)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys([*known, *names])), restval="")
        writer.writeheader()
        writer.writerows([*old, *rows])
