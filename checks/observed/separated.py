"""Tables of text that a user brings, whatever separates their columns."""

import csv
from pathlib import Path

Line = tuple[int, dict[str, str]]
"""Number of the line in the file, and its cells by column."""


def read_separated(file: Path) -> list[Line]:
    """Read a table with one line of headings: commas, semicolons or tabs, with or without a byte-order mark.

    Parameters
    ----------
    file : Path
        Text in UTF-8.

    Returns
    -------
    list of Line
        No line for an empty file; headings and cells without blanks around them.

    Raises
    ------
    ValueError
        It is not text, or a line has more or fewer cells than the headings.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        message = f"{file}: is not text in UTF-8, expected a table of text. Save it as CSV in UTF-8."
        raise ValueError(message) from error
    if not lines:
        return []
    mark = max(",;\t", key=lines[0].count)
    reader = csv.DictReader(lines, delimiter=mark)
    rows = []
    for row in reader:
        if None in row or None in row.values():
            message = (
                f"{file}, line {reader.line_num}: has another number of cells than the headings. Correct it."
            )
            raise ValueError(message)
        rows.append((reader.line_num, {name.strip(): text.strip() for name, text in row.items()}))
    return rows


def positive(file: Path, line: int, name: str, text: str) -> float:
    """Number of a cell, which must be above zero.

    Parameters
    ----------
    file : Path
    line : int
    name, text : str
        Heading and content of the cell.

    Returns
    -------
    float
        In the unit of the column.

    Raises
    ------
    ValueError
        It is none.
    """
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not 0 < number < float("inf"):
        message = (
            f"{file}, line {line}: found {text!r} in {name}, expected a number above 0. Remove or complete such "
            "rows."
        )
        raise ValueError(message)
    return number
