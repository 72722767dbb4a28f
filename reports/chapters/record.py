"""A finished run as its report sees it: tables, manifest, arms."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vertebra.records.column import TableLayout
from vertebra.records.columns import CAPACITY, RUN_TABLES
from vertebra.records.result_files import MANIFEST
from vertebra.records.tables import Row, read_csv

from ..charts.course import Arms, Event

INTACT = "intact"


@dataclass(frozen=True)
class RunRecord:
    """What a run has left.

    Attributes
    ----------
    folder : Path
    manifest : mapping
    tables : mapping of TableLayout to sequence of dict
        Empty where a table is not there.
    """

    folder: Path
    manifest: Mapping[str, Any]
    tables: Mapping[TableLayout, Sequence[Row]]

    @classmethod
    def of(cls, folder: Path) -> "RunRecord":
        """Read a folder."""
        manifest = json.loads((folder / MANIFEST.name).read_text(encoding="utf-8"))
        tables = {
            table: read_csv(folder / table.file) if (folder / table.file).is_file() else []
            for table in RUN_TABLES
        }
        return cls(folder, manifest, tables)

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.manifest["name"]

    @property
    def capacity(self) -> Sequence[Row]:
        """Rows of `capacity.csv`."""
        return self.tables[CAPACITY]

    @cached_property
    def intact(self) -> Row:
        """Row of the intact vertebra."""
        return next(row for row in self.capacity if row["arm"] == INTACT)

    @cached_property
    def arms(self) -> Arms:
        """Arms, their injections and what else happens to them."""
        return arms_of(self.manifest, self.capacity)

    @property
    def reference(self) -> str | None:
        """Arm that others are compared with: the first without cement, else the first; None without arms."""
        names = self.arms.names
        return next((arm for arm in names if arm not in self.arms.injections), names[0] if names else None)

    def of_arm(self, arm: str) -> list[Row]:
        """Rows of `capacity.csv` of an arm, in the order of days."""
        return [row for row in self.capacity if row["arm"] == arm]

    @property
    def last_day(self) -> float:
        """Last computed day [d]."""
        return max(float(row["day"]) for row in self.capacity)


def arms_of(manifest: Mapping[str, Any], capacity: Sequence[Row]) -> Arms:
    """Arms of a result with days of injection and events, from its manifest.

    Parameters
    ----------
    manifest : mapping
        `scenario.arms` holds the cement, `healing` the events of each arm: `day`, `kind`.
    capacity : sequence of dict
        Rows of `capacity.csv`.
    """
    names = tuple(dict.fromkeys(str(row["arm"]) for row in capacity if row["arm"] != INTACT))
    given = {arm["name"]: arm.get("cement") for arm in manifest["scenario"].get("arms", ())}
    injections = {name: float(given[name]["day"]) for name in names if given.get(name)}
    events = tuple(
        Event(arm, float(each["day"]), str(each["kind"]))
        for arm, known in manifest.get("healing", {}).items()
        for each in _first_of_each(known.get("events") or ())
        if arm in names and each["kind"] != "cement"
    )
    return Arms(names, injections, events)


def _first_of_each(events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first event of each kind: a refracture is often followed by others on the next days."""
    return list({each["kind"]: each for each in reversed(events)}.values())
