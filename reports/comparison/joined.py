"""Rows of several runs as rows of one: every arm named by its run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vertebra.records.columns import FOLLOW_UP
from vertebra.records.tables import Row

from ..chapters.record import INTACT, RunRecord
from ..charts.course import Arms


@dataclass(frozen=True)
class Joined:
    """Several runs.

    Attributes
    ----------
    runs : tuple of RunRecord
    names : tuple of str
        Short names of the runs: their folders, as much of the path as tells them apart.
    """

    runs: tuple[RunRecord, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, folders: Sequence[Path]) -> "Joined":
        """Read folders."""
        return cls(tuple(RunRecord.of(folder) for folder in folders), short_names(folders))

    def label(self, run: str, arm: str) -> str:
        """Name of an arm among all: with its run where there are several."""
        return arm if len(self.runs) == 1 else f"{run}: {arm}"

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of all arms, the intact vertebrae left out."""
        return self.arms.names

    @property
    def arms(self) -> Arms:
        """All arms with their injections and events."""
        names, injections, events = [], {}, []
        for name, run in zip(self.names, self.runs, strict=True):
            names += [self.label(name, arm) for arm in run.arms.names]
            injections |= {self.label(name, arm): day for arm, day in run.arms.injections.items()}
            events += [replace(event, arm=self.label(name, event.arm)) for event in run.arms.events]
        return Arms(tuple(names), injections, tuple(events))

    @property
    def reference(self) -> str | None:
        """Arm that others are compared with: that of the first run that has one."""
        pairs = zip(self.names, self.runs, strict=True)
        return next(
            (self.label(name, run.reference) for name, run in pairs if run.reference is not None), None
        )

    @property
    def capacity(self) -> list[Row]:
        """Rows of all `capacity.csv`; of the intact vertebrae the first alone, and only where all bear the same."""
        rows = [
            row | {"arm": self.label(name, str(row["arm"]))}
            for name, run in zip(self.names, self.runs, strict=True)
            for row in run.capacity
            if row["arm"] != INTACT
        ]
        return ([self.runs[0].intact] if self.one_intact else []) + rows

    @property
    def one_intact(self) -> bool:
        """Whether the intact vertebrae of all runs bear the same, to a part in a thousand."""
        values = [float(run.intact["service_N"]) for run in self.runs]
        return max(values) - min(values) <= 1e-3 * max(values)

    @property
    def follow_up(self) -> list[Row]:
        """Rows of all `follow_up.csv`, at the weeks that all runs with arms have."""
        tables = [run.tables[FOLLOW_UP] for run in self.runs if run.arms.names]
        if not tables:
            return []
        weeks = set.intersection(*({float(row["week"]) for row in rows} for rows in tables))
        return [
            row | {"arm": self.label(name, str(row["arm"]))}
            for name, run in zip(self.names, self.runs, strict=True)
            for row in run.tables[FOLLOW_UP]
            if float(row["week"]) in weeks
        ]


def short_names(folders: Sequence[Path]) -> tuple[str, ...]:
    """Names of folders, as few of the last parts of their paths as tell them apart."""
    paths = [folder.resolve().parts for folder in folders]
    for length in range(1, max(map(len, paths)) + 1):
        names = tuple("/".join(parts[-length:]) for parts in paths)
        if len(set(names)) == len(names):
            return names
    return tuple(f"{parts[-1]} ({number})" for number, parts in enumerate(paths, 1))
