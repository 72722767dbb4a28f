"""Columns of tables: name, unit, meaning, heading and number format of each, and the table that holds them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

REPORT, TERMINAL = "report", "terminal"
"""Where a column may be shown besides its CSV file."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
        In the CSV file, with its unit where it has one.
    unit : str
        "-" for a number without a unit; empty for words.
    meaning : str
        One sentence.
    heading : str
        Short heading, without the unit; the name with spaces unless given.
    form : str
        Format of numbers for readers, in Python's format mini-language; a share that ends in "%" is shown in percent.
        CSV files hold six significant digits of everything.
    shown : frozenset of str
        Subset of `REPORT` and `TERMINAL`.
    ratio_of : str
        Name of another column of the table: this one is its ratio to the intact vertebra.
    """

    name: str
    unit: str
    meaning: str
    heading: str = ""
    form: str = ".3g"
    shown: frozenset[str] = frozenset()
    ratio_of: str = ""

    def hidden(self) -> "Column":
        """The same column, shown nowhere but in its CSV file."""
        return replace(self, shown=frozenset())

    @property
    def is_word(self) -> bool:
        """Whether it holds words: an arm may be called `4` or `1e3`."""
        return not self.unit

    @property
    def shown_unit(self) -> str:
        """Unit of the numbers that readers see; empty where there is nothing to say."""
        unit = "%" if self.form.endswith("%") else self.unit
        return "" if unit in ("-", "d", "wk") else unit

    @property
    def title(self) -> str:
        """Heading with the unit."""
        heading = self.heading or self.name.replace("_", " ")
        return f"{heading} [{self.shown_unit}]" if self.shown_unit else heading

    def text(self, value: float | str) -> str:
        """Value as readers see it; words and gaps stay as they are."""
        return value if isinstance(value, str) else f"{value:{self.form}}".removesuffix("%")


@dataclass(frozen=True)
class TableLayout:
    """One CSV file of a result.

    Attributes
    ----------
    file : str
        Name of the file.
    meaning : str
        What a row is, in one sentence.
    columns : tuple of Column
        In the order of the file.
    per_activity : Column, optional
        Column that follows once for every activity of the scenario; its name holds `{activity}`.
    """

    file: str
    meaning: str
    columns: tuple[Column, ...]
    per_activity: Column | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the file, without those of activities."""
        return tuple(column.name for column in self.columns)

    def names_with(self, activities: Iterable[str]) -> tuple[str, ...]:
        """Names of all columns of a file with the given activities."""
        each = self.per_activity
        return self.names + (() if each is None else tuple(each.name.format(activity=a) for a in activities))

    def shown(self, where: str) -> tuple[Column, ...]:
        """Columns to be shown in the report or on the terminal, every ratio behind its quantity.

        Parameters
        ----------
        where : str
            `REPORT` or `TERMINAL`.

        Returns
        -------
        tuple of Column
        """
        chosen = [column for column in self.columns if where in column.shown]
        places = {column.name: place for place, column in enumerate(chosen)}
        return tuple(
            sorted(
                chosen, key=lambda each: (places.get(each.ratio_of, places[each.name]), bool(each.ratio_of))
            )
        )

    def __getitem__(self, name: str) -> Column:
        """Column of that name.

        Raises
        ------
        KeyError
            The table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        message = f"{self.file} has no column {name!r}, expected one of {', '.join(self.names)}"
        raise KeyError(message)
