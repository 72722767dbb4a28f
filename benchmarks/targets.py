"""Every target of the solver beside what is measured: `python -m benchmarks.targets --out DIR`.

Runs the other benchmarks one after another, each with its table in the folder; a table that is there already is not
measured again. Status 1 where a target is missed.
"""

import argparse
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, log
from pathlib import Path

from vertebra.benchmarks.bench_growth import exponents
from vertebra.benchmarks.measuring.launch import ROOT
from vertebra.benchmarks.measuring.table import format_table
from vertebra.records.tables import read_csv

Row = Mapping[str, float | str]
CAMPAIGN = {
    "solve": "bench_solve --size 135k 400k 1M",
    "run": "bench_run",
    "series": "bench_series --size 135k --points 20 --check --peers vertebra ngsolve",
    "solve-threads": "bench_solve --size 135k 400k 1M --threads 2 --peers vertebra ngsolve",
    "solve-tet10": "bench_solve --order 2 --size 300k 1M --peers vertebra ngsolve",
    "solve-300k": "bench_solve --size 300k --peers vertebra",
    "plastic": "bench_plastic",
    "solve-cement": "bench_solve --size 400k 1M --cement --peers vertebra ngsolve pyamg",
    "hard": "bench_hard --size 400k --peers vertebra ngsolve --variants plain 'sliding end' bending"
    " 'callus with nu 0.45' cement",
    "series-few-fields": "bench_series --size 135k --points 365 --peers vertebra",
    "series-kinetic": "bench_series --size 135k --points 365 --history kinetic --peers vertebra",
    "series-stepped": "bench_series --size 135k --points 35 --history stepped --peers vertebra",
    "solve-soft-stiff": "bench_solve --size 135k 1M --callus 0.5 6000 --peers vertebra ngsolve",
    "solve-cement-soft-stiff": "bench_solve --size 135k --callus 0.5 6000 --cement --peers vertebra ngsolve",
    "solve-40k": "bench_solve --size 40k",
    "solve-3M": "bench_solve --size 3M --peers vertebra ngsolve",
    "solve-3M-threads": "bench_solve --size 3M --threads 2 --peers vertebra",
    "solve-tet10-threads": "bench_solve --order 2 --size 1M --threads 2 --peers vertebra",
    "series-400k": "bench_series --size 400k --points 20 --peers vertebra",
    "healing": "bench_healing",
    "growth": "bench_growth --set mesh.order=1 --set healing.days=[0,28,365] --edges 2.8 2 1.4",
}
"""Name of the table to the benchmark and its arguments, the most telling ones first."""
_TIMELESS = ("run", "growth")
"""Benchmarks that choose their clock themselves."""


@dataclass(frozen=True)
class Target:
    """What is asked for, and how it is read from the tables.

    Attributes
    ----------
    what : str
    asked : float
    at_least : bool
        Whether more is better.
    read : callable
        Returns the worst value of the tables; raises ValueError where there is none.
    """

    what: str
    asked: float
    at_least: bool
    read: Callable[[Mapping[str, Sequence[Row]]], float]

    def row(self, tables: Mapping[str, Sequence[Row]]) -> dict[str, float | str]:
        """Target, measured value and verdict."""
        try:
            found = self.read(tables)
        except (ValueError, KeyError):
            return {"what": self.what, "target": self._text, "measured": "", "verdict": "not measured"}
        met = found >= self.asked if self.at_least else found <= self.asked
        return {
            "what": self.what,
            "target": self._text,
            "measured": found,
            "verdict": "met" if met else "missed",
        }

    @property
    def _text(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.asked:g}"


def values(rows: Iterable[Row], column: str, **wanted: float | str) -> list[float]:
    """Numbers of a column in the rows that have the wanted values."""
    found = (row.get(column, "") for row in rows if all(row.get(key) == at for key, at in wanted.items()))
    return [each for each in found if isinstance(each, float)]


def _fastest_peer(rows: Sequence[Row]) -> list[float]:
    """Least ratio over peers of every problem, ours left out."""
    best: dict[tuple, float] = {}
    for row in rows:
        ratio = row.get("ratio", "")
        if row["peer"] == "vertebra" or not isinstance(ratio, float):
            continue
        key = tuple(row.get(name) for name in ("variant", "size", "order", "callus_MPa", "cement"))
        best[key] = min(ratio, best.get(key, ratio))
    return list(best.values())


def _solves(tables: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Rows of all cold solves of 135k unknowns and more."""
    names = [name for name in tables if name.startswith("solve") and name != "solve-40k"]
    return [row for name in names for row in tables[name]]


def _parts(tables: Mapping[str, Sequence[Row]]) -> list[float]:
    """Exponents of the parts of a run."""
    return [
        each for each in exponents(tables["growth"]).values() if isinstance(each, float) and isfinite(each)
    ]


def _growth(tables: Mapping[str, Sequence[Row]]) -> float:
    """Exponent of total time from 135k to 3M."""
    ours = {
        str(row["size"]): row
        for row in (*tables["solve"], *tables["solve-3M"])
        if row["peer"] == "vertebra" and row["size"] in ("135k", "3M")
    }
    low, high = ours["135k"], ours["3M"]
    return log(high["total_s"] / low["total_s"]) / log(high["unknowns"] / low["unknowns"])


TARGETS = (
    Target("cold solve, fastest peer over ours, worst", 3, True, lambda t: min(_fastest_peer(_solves(t)))),
    Target(
        "cold solve, pyamg over ours, worst",
        6,
        True,
        lambda t: min(values(_solves(t), "ratio", peer="pyamg")),
    ),
    Target(
        "cold solve at 1 M, work units",
        300,
        False,
        lambda t: max(values(t["solve"], "work_units", peer="vertebra", size="1M")),
    ),
    Target(
        "peak memory at 1 M, tet4, MB",
        1500,
        False,
        lambda t: max(values(t["solve"], "peak_MB", peer="vertebra", size="1M")),
    ),
    Target(
        "assembly at a fixed pattern, passes over the matrix",
        5,
        False,
        lambda t: max(values(t["solve"], "assembly_passes", peer="vertebra")),
    ),
    Target("exponent of growth, 135 k to 3 M", 1.1, False, _growth),
    Target(
        "tet10 over tet4 at 300 k",
        2.5,
        False,
        lambda t: (
            max(values(t["solve-tet10"], "total_s", peer="vertebra", size="300k"))
            / min(values(t["solve-300k"], "total_s", peer="vertebra"))
        ),
    ),
    Target(
        "free sides, bending, nu 0.45, cement: peer over ours, worst",
        3,
        True,
        lambda t: min(_fastest_peer(t["hard"])),
    ),
    Target(
        "20 points at 135 k, cold solves",
        7,
        False,
        lambda t: max(values(t["series"], "cold_solves", peer="vertebra")),
    ),
    Target(
        "20 points at 400 k, cold solves", 7, False, lambda t: max(values(t["series-400k"], "cold_solves"))
    ),
    Target("20 points, best peer's series over ours", 8, True, lambda t: min(_fastest_peer(t["series"]))),
    Target(
        "365 points of few fields, cold solves",
        12,
        False,
        lambda t: max(values(t["series-few-fields"], "cold_solves")),
    ),
    Target("kinetic year, cold solves", 40, False, lambda t: max(values(t["series-kinetic"], "cold_solves"))),
    Target(
        "a later step of a history that becomes known, cold solves",
        0.3,
        False,
        lambda t: max(values(t["series-stepped"], "later_cold_solves")),
    ),
    Target(
        "elastic-plastic test, cold solves, worst",
        15,
        False,
        lambda t: max(values(t["plastic"], "cold_solves")),
    ),
    Target("exponent of growth of a part of a run, worst", 1.15, False, lambda t: max(_parts(t))),
    Target("run main, second, wall s", 20, False, lambda t: max(values(t["run"], "wall_s", run="second"))),
    Target("run main, first, wall s", 60, False, lambda t: max(values(t["run"], "wall_s", run="first"))),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is missing, compare, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.targets", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the tables")
    parser.add_argument(
        "--only", nargs="+", choices=CAMPAIGN, default=list(CAMPAIGN), help="tables to measure"
    )
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.only:
        file = options.out / f"{name}.csv"
        if file.exists():
            continue
        script, *words = shlex.split(CAMPAIGN[name])
        clock = [] if name in _TIMELESS else ["--clock", options.clock]
        print(f"== {time.strftime('%H:%M:%S')} {name}: {CAMPAIGN[name]}", flush=True)
        command = [
            sys.executable,
            "-m",
            f"vertebra.benchmarks.{script}",
            *words,
            *clock,
            "--csv",
            str(file.resolve()),
        ]
        subprocess.run(command, check=False, cwd=ROOT)
    tables = {
        name: read_csv(options.out / f"{name}.csv")
        for name in CAMPAIGN
        if (options.out / f"{name}.csv").exists()
    }
    rows = [target.row(tables) for target in TARGETS]
    print(format_table({name: name for name in rows[0]}, rows))
    return int(any(row["verdict"] == "missed" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
