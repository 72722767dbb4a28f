"""A table of a result in Python: columns as arrays, a DataFrame where pandas is installed."""

from collections.abc import Iterator, Sequence
from html import escape
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from .columns import COLUMNS
from .tables import Row


class Table(Sequence[Row]):
    """Rows of a CSV file that answer by column.

    Parameters
    ----------
    rows : sequence of dict
        All with the same keys; an empty string is a value that does not exist.
    columns : sequence of str
        Names in order.

    Examples
    --------
    >>> table = Table([{"arm": "intact", "day": 0.0}], ["arm", "day"])
    >>> table["day"]
    array([0.])
    """

    def __init__(self, rows: Sequence[Row], columns: Sequence[str]):
        """Take rows and the order of their columns."""
        self._rows, self.columns = list(rows), tuple(columns)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._rows)

    def __getitem__(self, key: Any) -> Any:
        """One column by its name, as an array with NaN where there is no value; or rows by number."""
        if not isinstance(key, str):
            return self._rows[key]
        if key not in self.columns:
            message = f"column {key!r} is not in the table: expected one of {', '.join(self.columns)}."
            raise KeyError(message)
        values = [row[key] for row in self._rows]
        if all(value == "" or not isinstance(value, str) for value in values):
            return np.array([np.nan if value == "" else value for value in values], dtype=float)
        return np.array(values)

    def __iter__(self) -> Iterator[Row]:
        """Go through the rows."""
        return iter(self._rows)

    def to_pandas(self) -> Any:
        """Columns as a `pandas.DataFrame`.

        Raises
        ------
        ModuleNotFoundError
            pandas is not installed.
        """
        return import_module("pandas").DataFrame({name: self[name] for name in self.columns})

    def __repr__(self) -> str:
        """Columns under each other, the first rows."""
        shown = self._rows[:20]
        columns = [[name, *(_text(row[name]) for row in shown)] for name in self.columns]
        padded = [[f"{text:>{max(map(len, column))}}" for text in column] for column in columns]
        lines = [" ".join(line) for line in zip(*padded, strict=True)]
        if len(self) > len(shown):
            lines.append(f"... {len(self)} rows")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = "".join(f'<th title="{escape(_meaning(name))}">{escape(name)}</th>' for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_text(row[name]))}</td>" for name in self.columns) + "</tr>"
            for row in self._rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def as_frame(table: Table) -> Any:
    """The table as a DataFrame where pandas is installed, else as it is."""
    return table.to_pandas() if find_spec("pandas") else table


def _meaning(name: str) -> str:
    """Meaning of a column, shown under the mouse; empty for one that is not declared."""
    column = COLUMNS.get(name)
    return "" if column is None else column.meaning


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
