"""How each part of a run grows with its mesh: `python -m benchmarks.bench_growth --help`.

Runs one scenario at several edges, each in a process of its own after a run on a coarse mesh (compilation), and samples
the stack by processor time: what passed since the last sample belongs to the part whose files stand on the stack. Runs
have one thread: signals are handled by the first one, to whose part the time of the others would be charged. The
exponent of a part is the slope of the logarithm of its time over that of the unknowns, by least squares.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import numpy as np

from vertebra.benchmarks.measuring.machine import bandwidth, describe
from vertebra.benchmarks.measuring.table import append_csv, format_table
from vertebra.records.tables import read_csv
from vertebra.scenarios.reading import read_scenario
from vertebra.studies.run import run

ROOT = Path(__file__).resolve().parents[1]
PARTS = {
    "report": ("reports/", "exports/", "records/"),
    "elastic-plastic test": ("fem/plasticity/",),
    "limit load": ("fem/limit/",),
    "bands": ("courses/bands/",),
    "cement": (
        "materials/cement",
        "meshes/procedures/",
        "meshes/fracture/cavity",
        "models/procedure",
        "models/kyphoplasty",
    ),
    "healing": ("materials/healing/", "fem/scalar/", "courses/perfusion"),
    "elastic states": ("fem/", "models/response/"),
    "mesh": ("meshes/", "models/anatomy", "studies/preparing"),
}
"""Part of a run to the beginnings of paths of its files; the first part that is on the stack takes the time."""
OTHER = "other"
_TICK_S = 0.005
_COARSE_MM = 4.0


class Sampler:
    """Processor time of the parts of a program, from samples of its stack.

    Python calls the handler of a signal between two instructions: a compiled kernel that ran since then is charged to
    the function that called it.
    """

    def __init__(self):
        """Begin with nothing."""
        self.seconds = dict.fromkeys([*PARTS, OTHER], 0.0)
        self._since = 0.0
        self._part_of: dict[str, int] = {}

    def __enter__(self) -> "Sampler":
        self._since = time.process_time()
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, _TICK_S, _TICK_S)
        return self

    def __exit__(self, *_):
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)

    def _sample(self, _: int, frame: FrameType | None) -> None:
        now, best = time.process_time(), len(PARTS)
        while frame is not None:
            best = min(best, self._place(frame.f_code.co_filename))
            frame = frame.f_back
        self.seconds[[*PARTS, OTHER][best]] += now - self._since
        self._since = now

    def _place(self, file: str) -> int:
        """Number of the part that a file belongs to."""
        if file not in self._part_of:
            path = Path(file).resolve()  # an installed package may be a link
            inside = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else ""
            places = (number for number, begins in enumerate(PARTS.values()) if inside.startswith(begins))
            self._part_of[file] = next(places, len(PARTS))
        return self._part_of[file]


def measure(scenario: str, changes: Sequence[str], edge: float, coarse: float) -> dict[str, float | str]:
    """Seconds of every part of one run at one edge [mm], after a run on the coarse mesh in the same process."""
    with tempfile.TemporaryDirectory(prefix="vertebra-growth-") as place:
        for number, each in enumerate((coarse, edge)):
            asked = read_scenario(scenario, (*changes, f"mesh.parametric.edge_mm={each}", "solver.threads=1"))
            with Sampler() as sampler:
                result = run(asked, Path(place) / str(number))
        unknowns = int(result.manifest["mesh"]["unknowns"])
    return {"scenario": scenario, "edge_mm": edge, "unknowns": unknowns} | sampler.seconds


def exponents(rows: Sequence[dict]) -> dict[str, float | str]:
    """Slope of log time over log unknowns of every part; NaN for one that takes less than 50 ms at some edge."""
    size = np.log([row["unknowns"] for row in rows])
    found: dict[str, float | str] = {"scenario": rows[0]["scenario"], "edge_mm": "exponent", "unknowns": ""}
    for part in [*PARTS, OTHER]:
        spent = np.array([row[part] for row in rows])
        slow = spent.min() > 0.05
        found[part] = float(np.polyfit(size, np.log(spent), 1)[0]) if slow else float("nan")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every edge in a process of its own and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_growth", description=__doc__)
    parser.add_argument("--scenario", default="main")
    parser.add_argument("--edges", nargs="+", type=float, default=[2.8, 2.0, 1.4, 1.0], metavar="MM")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="changes")
    parser.add_argument("--csv", type=Path, help="append the rows to this file")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        append_csv(options.one, [measure(options.scenario, options.changes, options.edges[0], _COARSE_MM)])
        return 0
    print(describe(1, bandwidth(1)), "clock: cpu", sep="\n", flush=True)
    rows = []
    for edge in options.edges:
        rows.append(_in_process(options, edge))
        print(time.strftime("%H:%M:%S"), f"{edge:g} mm: {rows[-1]['unknowns']:.0f} unknowns", flush=True)
    columns = {name: name for name in rows[0]}
    print(format_table(columns, [*rows, exponents(rows)]))
    if options.csv:
        append_csv(options.csv, rows)
    return 0


def _in_process(options: argparse.Namespace, edge: float) -> dict:
    """One edge measured in a new process."""
    with tempfile.TemporaryDirectory(prefix="vertebra-growth-") as place:
        file = Path(place) / "row.csv"
        command = [sys.executable, "-m", "vertebra.benchmarks.bench_growth", "--scenario", options.scenario]
        command += ["--edges", str(edge), "--one", str(file)]
        for change in options.changes:
            command += ["--set", change]
        subprocess.run(command, check=True, cwd=ROOT)
        (row,) = read_csv(file)
    return dict(row)


if __name__ == "__main__":
    sys.exit(main())
