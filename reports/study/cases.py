"""Rows of the table of a study as its page sees them: by case, by arm, on the last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from vertebra.records.tables import Row

INTACT = "intact"


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases of a study.

    Attributes
    ----------
    keys : tuple of str
        In which cases differ.
    rows : sequence of dict
        Of `cases.csv`: those of cases that are done.
    """

    keys: tuple[str, ...]
    rows: Sequence[Row]

    @cached_property
    def numbers(self) -> list[float]:
        """Numbers of the cases, in their order."""
        return list(dict.fromkeys(float(row["case"]) for row in self.rows))

    @cached_property
    def arms(self) -> list[str]:
        """Arms that heal; the intact vertebra alone where there is none."""
        names = list(dict.fromkeys(str(row["arm"]) for row in self.rows))
        return [name for name in names if name != INTACT] or names

    @cached_property
    def last(self) -> dict[tuple[float, str], Row]:
        """Row of the last day of every case and arm."""
        return {(float(row["case"]), str(row["arm"])): row for row in self.rows}

    @cached_property
    def first(self) -> dict[tuple[float, str], Row]:
        """Row of the first day of every case and arm."""
        return {(float(row["case"]), str(row["arm"])): row for row in reversed(self.rows)}

    @cached_property
    def numeric_keys(self) -> list[str]:
        """Keys whose values are all numbers, and more than one."""
        return [key for key in self.keys if self.is_numeric(key) and len(self.values(key)) > 1]

    def is_numeric(self, key: str) -> bool:
        """Whether all values of a key are numbers."""
        return all(isinstance(row[key], int | float) for row in self.rows)

    def values(self, key: str) -> list[float | str]:
        """Different values of a key, numbers in their order."""
        found = list(dict.fromkeys(row[key] for row in self.rows))
        return sorted(found, key=float) if self.is_numeric(key) else found

    def of(self, number: float, arm: str) -> list[Row]:
        """Rows of a case and arm, in the order of days."""
        return [row for row in self.rows if float(row["case"]) == number and row["arm"] == arm]

    def name(self, number: float) -> str:
        """Short name of a case: its value where one key differs, else its number."""
        return self.label(number) if len(self.keys) == 1 else f"case {number:g}"

    def label(self, number: float) -> str:
        """What a case is called: its values, with the last word of a key where there are several."""
        row = next(row for row in self.rows if float(row["case"]) == number)
        if len(self.keys) == 1:
            return shown(row[self.keys[0]])
        return ", ".join(f"{short(key)} {shown(row[key])}" for key in self.keys if row[key] != "")


def short(key: str) -> str:
    """Last part of a key, without its unit."""
    name = key.rpartition(".")[2]
    for unit in ("_mg_cm3", "_N_per_mm", "_mm", "_ml", "_N", "_kg", "_years"):
        name = name.removesuffix(unit)
    return name.replace("_", " ")


def shown(value: float | str) -> str:
    """A value as a label shows it."""
    return value if isinstance(value, str) else f"{value:g}"
