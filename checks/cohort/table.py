"""The table of the virtual cohort: one row a body, appended when it is done, so that a run can be taken up again.

The committed result is `virtual_cohort.csv`; lines that start with # say when, where and by which command it was made.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path

from vertebra.fem import NotConverged

from ..theory.case import Say
from .body import linear_numbers_of, numbers_of
from .design import Body, bodies

COMMITTED = Path(__file__).with_name("virtual_cohort.csv")
Numbers = dict[str, float | str]

TESTED = ("ultimate_N", "ultimate_strain", "force_at_1p9_percent_N", "solves")
"""Columns of the elastic-plastic test."""

_KIND = {field.name: field.type for field in fields(Body)}


def read_cohort(file: Path = COMMITTED) -> list[Numbers]:
    """Rows of a table, words as words and everything else as numbers; none if there is no file.

    Raises
    ------
    ValueError
        A row is not that of a body of this version.
    """
    if not file.is_file():
        return []
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            rows = [
                _typed(row) for row in csv.DictReader(line for line in stream if not line.startswith("#"))
            ]
        missing = {*_KIND} - {*rows[0]} if rows else set()
    except (ValueError, TypeError) as error:
        message = (
            f"{file}: found text that is no table of the virtual cohort ({error}), expected one written by this "
            "command. Compute into another file."
        )
        raise ValueError(message) from error
    if missing:
        message = (
            f"{file}: found no column {min(missing)!r}, expected those of a table of the virtual cohort. Compute into "
            "another file."
        )
        raise ValueError(message)
    known = {body.name: body for body in bodies()}
    for row in rows:
        body = known.get(str(row["name"]))
        if body is None or any(row[name] != getattr(body, name) for name in _KIND):
            message = (
                f"{file}: found body {row['name']!r}, which is not one of this version, expected those of "
                "checks/cohort/design.py. Compute into another file."
            )
            raise ValueError(message)
    return rows


def compute_cohort(
    file: Path,
    wanted: Sequence[Body],
    *,
    header: Iterable[str] = (),
    say: Say = lambda name, done, total: None,
) -> list[str]:
    """Append a row for every wanted body that the table does not hold yet.

    Parameters
    ----------
    file : Path
    wanted : sequence of Body
    header : iterable of str
        Lines at the head of a new table.
    say : callable
        Called with the body to be computed, the number done and the total.

    Returns
    -------
    list of str
        Bodies whose test found no equilibrium, with the reason; they have no row.
    """
    have = {row["name"] for row in read_cohort(file)}
    failed = []
    for done, body in enumerate(wanted):
        say(body.name, done, len(wanted))
        if body.name in have:
            continue
        try:
            row = numbers_of(body)
        except NotConverged as error:
            failed.append(f"{body.name}: {error}")
        else:
            append_row(file, row, header)
    return failed


def compute_linear(
    source: Path,
    file: Path,
    *,
    header: Iterable[str] = (),
    say: Say = lambda name, done, total: None,
) -> None:
    """Write a table again into another file, its tests kept and its criteria computed anew.

    Criteria change more often than tests. A table that was begun is gone on with.

    Parameters
    ----------
    source, file : Path
        Of the tests, and of the new table.
    header : iterable of str
    say : callable
    """
    known = {body.name: body for body in bodies()}
    have = {row["name"] for row in read_cohort(file)}
    rows = sorted(read_cohort(source), key=lambda row: list(known).index(str(row["name"])))
    for done, row in enumerate(rows):
        name = str(row["name"])
        say(name, done, len(rows))
        if name in have:
            continue
        new = linear_numbers_of(known[name])
        at_end = {column: row[column] for column in (*TESTED, "seconds")}
        kept = {column: entry for column, entry in row.items() if column not in new and column not in at_end}
        append_row(file, kept | new | at_end, header)


def append_row(file: Path, row: Numbers, header: Iterable[str] = ()) -> None:
    """Write one row at the end; a new table gets its header first."""
    new = not file.exists()
    with file.open("a", newline="", encoding="utf-8") as stream:
        if new:
            stream.writelines(f"# {line}\n" for line in header)
        writer = csv.DictWriter(stream, list(row), lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow({name: _text(entry) for name, entry in row.items()})


def _text(entry: float | str) -> str:
    if isinstance(entry, float):
        return "" if entry != entry else f"{entry:.6g}"
    return str(entry)


def _typed(row: dict[str, str]) -> Numbers:
    """Give back to every entry the type that it was written from."""
    return {
        name: text
        if _KIND.get(name) is str
        else int(text)
        if _KIND.get(name) is int
        else float(text or "nan")
        for name, text in row.items()
    }
