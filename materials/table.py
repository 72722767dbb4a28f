"""Constants of materials and healing: every table of this room by its bare name."""

from functools import cache
from pathlib import Path

from vertebra.constants.table import Row, read_table

_HERE = Path(__file__).parent


@cache
def _own(table):
    """Rows of a table of this room, kept by its bare name: laws ask for constants thousands of times."""
    return read_table(next(_HERE.rglob(f"{table}.toml")))


def rows(table: str, prefix: str = "") -> tuple[Row, ...]:
    """All rows of a table of this room whose dotted name is, or lies under, the prefix."""
    found = _own(table)
    return tuple(row for name, row in found.items() if f"{name}.".startswith(f"{prefix}." if prefix else ""))


def row(table: str, name: str) -> Row:
    """One row of a table of this room.

    Raises
    ------
    ValueError
        When there is no such row; the message lists the names that exist beside it.
    """
    found = _own(table)
    if name not in found:
        branch, _, leaf = name.rpartition(".")
        beside = [known.removeprefix(f"{branch}.") for known in found if known.rpartition(".")[0] == branch]
        message = f"{branch or table} {leaf!r} is not known: expected one of {', '.join(beside)}. Choose one."
        raise ValueError(message)
    return found[name]


def value(table: str, name: str) -> float:
    """Read the number of one row, in the unit that the row states."""
    found = row(table, name)
    if found.value is None:
        message = f"{table}.{name} is a law, not a number: read its parameters {sorted(found.parameters)}."
        raise TypeError(message)
    return found.value
