"""Runs and studies that are disturbed, quick enough for it to happen many times, and by what."""

import re
from dataclasses import dataclass
from pathlib import Path

from .injected import FAULTS, KILL

CLOCK = "clock"
"""Fault that comes at a random time instead of a random point: a kill from outside."""
WORKER = "worker"
"""A worker process is killed at a random time; the command goes on and ends well."""
SECOND = "second"
"""The same command begins a second time in the same folder; it is refused, and the first one ends well."""
BY_TIME = (CLOCK, WORKER, SECOND)
_COARSE = {
    "mesh.parametric.edge_mm": "4",
    "mesh.order": "1",
    "output.pictures": "false",
    "output.fields": "[]",
    "capacity.virtual_test": "off",
    "capacity.rule": "section",
    "uncertainty.bands": "off",
}


@dataclass(frozen=True)
class Job:
    """Something that is disturbed.

    Attributes
    ----------
    name : str
    words : tuple of str
        Of the command, without its folder.
    tables : tuple of str
        Files that are compared.
    workers : int
        Processes beside the command that it works with.
    """

    name: str
    words: tuple[str, ...]
    tables: tuple[str, ...]
    workers: int = 0

    @property
    def faults(self) -> tuple[str, ...]:
        """Kinds of faults that it can meet; a plain kill twice as often."""
        return (*FAULTS, CLOCK, KILL, SECOND, *((WORKER,) if self.workers else ()))


def run_of(name: str, scenario: str, **values: str) -> Job:
    """A coarse run of a scenario."""
    given = _COARSE | {key.replace("__", "."): value for key, value in values.items()}
    words = [word for key, value in given.items() for word in ("--set", f"{key}={value}")]
    return Job(
        name, ("run", scenario, *words), ("capacity.csv", "tissue.csv", "healing.csv", "activities.csv")
    )


def jobs(folder: Path) -> list[Job]:
    """Runs and a study, quick enough to be disturbed many times."""
    study = folder / "study.toml"
    values = "\n".join(f'"{key}" = {_toml(value)}' for key, value in _COARSE.items())
    study.write_text(
        f'schema = 1\nname = "disturbed"\nbase = "crush"\n[values]\n"healing.days" = [0, 28]\n{values}\n'
        '[[parameters]]\nkey = "bone.density_qct_mg_cm3"\nvalues = [70, 90, 110, 130]\n',
        encoding="utf-8",
    )
    return [
        run_of("collapsing", "crush", healing__days="[0, 7, 28, 84]"),
        run_of("known", "main", fracture__collapse="false", healing__days="[0, 7, 14, 28]"),
        run_of("regulated", "main", healing__law="mechanoregulation", healing__days="[0, 7, 14]"),
        Job("study", ("sweep", str(study), "--workers", "1"), ("cases.csv", "cases.parquet")),
        Job("study of processes", ("sweep", str(study), "--workers", "2"), ("cases.csv", "cases.parquet"), 2),
    ]


def _toml(value: str) -> str:
    return value if re.fullmatch(r"[\d.]+|true|false|\[.*\]", value) else f'"{value}"'
