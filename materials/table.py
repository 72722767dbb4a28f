"""Constants of materials and healing: every table of this room by its bare name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cache
from pathlib import Path

from vertebra.constants.table import Row, read_table

_HERE = Path(__file__).parent
_CHANGED: ContextVar[Mapping[str, Row]] = ContextVar("changed", default={})  # noqa: B039 - it is never written to
"""Rows that replace those of the tables in this context, by table and name."""


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
    changed = _CHANGED.get()
    if changed and f"{table}.{name}" in changed:
        return changed[f"{table}.{name}"]
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


@contextmanager
def changed(values: Mapping[str, float]) -> Iterator[None]:
    """Other numbers in place of some constants, inside the block.

    Parameters
    ----------
    values : mapping of str to float
        By table and name, as `damage.strength_loss`. For a law, as `bone.modulus.kopperdahl2002`, the number is a
        factor on all that it gives.

    Raises
    ------
    ValueError
        When there is no such row.
    """
    rows_by_name = {}
    for full, number in values.items():
        table, _, name = full.partition(".")
        found = row(table, name)
        rows_by_name[full] = _scaled(found, number) if found.value is None else replace(found, value=number)
    token = _CHANGED.set({**_CHANGED.get(), **rows_by_name})
    try:
        yield
    finally:
        _CHANGED.reset(token)


def _scaled(law: Row, factor: float) -> Row:
    """A law that gives so many times as much."""
    scaled = ("offset", "coefficient", "tension_coefficient", "yield_strain")
    parameters = {key: factor * number if key in scaled else number for key, number in law.parameters.items()}
    return replace(law, parameters=parameters)
