"""A table of constants: one row, one source."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_DESCRIPTION = ("value", "unit", "range", "source", "certainty", "note")


@dataclass(frozen=True)
class Row:
    """One constant, or the few numbers of one law, with its origin.

    Attributes
    ----------
    table, name : str
        Table file without its ending, and the dotted name of the row in it.
    value : float or None
        The number; None for a law, whose numbers are `parameters`.
    unit : str
        Unit of `value` and `limits`; "-" for a ratio.
    limits : (float, float) or None
        Plausible range of `value`, where the source or a judgement gives one.
    source : str
    certainty : str
        A, B or C, or several as "A / C" where the row mixes them; the note then says which.
    note : str
    parameters : mapping of str to number or str
        Further keys of the row.
    """

    table: str
    name: str
    value: float | None
    unit: str
    limits: tuple[float, float] | None
    source: str
    certainty: str
    note: str
    parameters: Mapping[str, Any]

    @property
    def is_approximate(self) -> bool:
        """Whether the number, or a part of it, is general knowledge or a judgement."""
        return "C" in self.certainty

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON and for printed tables; keys without content are left out."""
        plain: dict[str, Any] = {"name": f"{self.table}.{self.name}"}
        if self.value is not None:
            plain |= {"value": self.value, "unit": self.unit}
        if self.limits is not None:
            plain["range"] = list(self.limits)
        plain |= dict(self.parameters)
        plain |= {"source": self.source, "certainty": self.certainty}
        return plain | ({"note": self.note} if self.note else {})


@cache
def read_table(path: Path) -> Mapping[str, Row]:
    """Read a table of constants; every branch that carries a `source` is a row.

    Parameters
    ----------
    path : Path
        A `.toml` file.

    Returns
    -------
    mapping of str to Row
        By dotted name, in the order of the file.
    """
    with path.open("rb") as file:
        content = tomllib.load(file)
    return MappingProxyType({row.name: row for row in _rows(path.stem, "", content)})


def _rows(table, prefix, branch):
    """Walk the nested tables of a file."""
    for key, content in branch.items():
        name = f"{prefix}{key}"
        if not isinstance(content, dict):
            message = f"{table}.toml: {name} stands outside of a row. Give it a row with a source."
            raise ValueError(message)
        if "source" not in content:
            yield from _rows(table, f"{name}.", content)
            continue
        letters = set(content["certainty"].split(" / "))
        if not content["source"] or not letters <= {"A", "B", "C"}:
            message = f"{table}.toml: {name} is {content['certainty']!r}, expected A, B or C and a source."
            raise ValueError(message)
        limits = content.get("range")
        yield Row(
            table=table,
            name=name,
            value=content.get("value"),
            unit=content.get("unit", ""),
            limits=None if limits is None else (limits[0], limits[1]),
            source=content["source"],
            certainty=content["certainty"],
            note=content.get("note", ""),
            parameters=MappingProxyType({k: v for k, v in content.items() if k not in _DESCRIPTION}),
        )
