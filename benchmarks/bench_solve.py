"""Cold solves of the named problem by us and by our peers: `python -m benchmarks.bench_solve --help`."""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from vertebra.benchmarks.measuring.clock import CLOCKS, VARIABLE
from vertebra.benchmarks.measuring.launch import PeerFailed, run_peer
from vertebra.benchmarks.measuring.machine import bandwidth, describe
from vertebra.benchmarks.measuring.table import append_csv, format_table
from vertebra.benchmarks.peers import PEERS, load_peer, present
from vertebra.benchmarks.peers.pyamg_aggregation import matrix
from vertebra.benchmarks.problem import (
    LAYERS,
    LOADS,
    assemble,
    build_case,
    prescribed_energy,
    refuse_unknown_sizes,
)

TOLERANCE = 1e-8
AGREEMENT = 1e-6
WARM_UP = "4k"
"""Every process solves this size first, so that compilation is not measured; this size itself is for smoke tests."""
STAGES = ("assembly", "setup", "solve", "other")
COLUMNS = {
    "size": "size",
    "unknowns": "unknowns",
    "callus_MPa": "callus",
    "peer": "peer",
    "assembly_s": "assembly s",
    "setup_s": "set-up s",
    "solve_s": "solve s",
    "total_s": "total s",
    "iterations": "iterations",
    "residual": "residual",
    "force_difference": "force diff",
    "peak_MB": "peak MB",
    "work_units": "work units",
    "ratio_solve": "solve ratio",
    "ratio": "ratio",
}


def read_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_solve", description=__doc__)
    parser.add_argument("--size", nargs="+", default=["40k"], help="names of benchmarks/problem.py")
    parser.add_argument("--order", type=int, choices=(1, 2), default=1, help="1: tet4, 2: tet10")
    parser.add_argument("--callus", nargs="+", type=float, default=[50.0], metavar="MPa")
    parser.add_argument("--cement", action="store_true")
    parser.add_argument("--load", choices=LOADS, default="clamped")
    parser.add_argument("--layers", choices=LAYERS, default="thin", help="shell and endplates")
    parser.add_argument("--poisson", type=float, help="of the callus, in place of 0.40 to 0.30")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: where other programs run")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each peer; the fastest counts")
    parser.add_argument("--time-limit", type=float, default=1200.0, metavar="S", help="for one run of a peer")
    parser.add_argument("--csv", type=Path, help="append the rows to this file")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args(arguments)
    refuse_unknown_sizes(parser, options.size, options.order)
    return options


def main(arguments: list[str] | None = None) -> int:
    """Measure, compare, print; 1 where an answer differs from the others."""
    options = read_arguments(arguments)
    os.environ[VARIABLE] = options.clock
    print(describe(options.threads, bandwidth(options.threads)), f"clock: {options.clock}", sep="\n")
    peers = present(options.peers)
    rows = []
    with Bench(options.order, peers, options.threads, options.repeat, options.time_limit) as bench:
        for size in options.size:
            for callus in options.callus:
                rows += bench.measure(
                    size,
                    callus=callus,
                    cement=options.cement,
                    load=options.load,
                    poisson=options.poisson,
                    layers=options.layers,
                )
    print()
    print(format_table(COLUMNS, rows, markdown=options.markdown))
    _print_growth(rows)
    if options.csv:
        append_csv(options.csv, rows)
    wrong = [row for row in rows if row["wrong"]]
    for row in wrong:
        print(f"DISAGREES: {row['peer']} at {row['size']}: {row['wrong']}")
    return 1 if wrong else 0


class Bench:
    """Scratch folder, warm-up case and bandwidth of one run; a context that cleans up.

    Parameters
    ----------
    order : int
    peers : list of str
    threads, repeat : int
    time_limit : float [s]
    """

    def __init__(
        self, order: int, peers: list[str], threads: int = 1, repeat: int = 1, time_limit: float = 1200
    ):
        self._order, self._peers, self._threads = order, peers, threads
        self._repeat, self._time_limit = repeat, time_limit
        self._speed = 0.0

    def __enter__(self) -> "Bench":
        self._scratch = tempfile.TemporaryDirectory(prefix="vertebra-bench-")
        self._warm, self._folder = Path(self._scratch.name) / "warm", Path(self._scratch.name) / "case"
        self._warm.mkdir()
        self._folder.mkdir()
        _write(build_case(WARM_UP, self._order), self._warm)
        return self

    def __exit__(self, *_):
        self._scratch.cleanup()

    def measure(self, size: str, *, scale: float = 1.0, **variant) -> list[dict]:
        """Rows of all peers on one problem; `scale` multiplies all moduli, `variant` goes to `build_case`."""
        case = build_case(size, self._order, **variant)
        if scale != 1:
            case = replace(case, young=scale * case.young)
        system = _write(case, self._folder)
        K, constant = matrix(system), prescribed_energy(case)
        self._speed = max(self._speed, bandwidth(self._threads))
        one_pass = len(system.indices) * 76 / self._speed  # 72 bytes of numbers and 4 of index a block
        common = {
            "date": date.today().isoformat(),
            "size": size,
            "order": self._order,
            "unknowns": int(np.isnan(case.supports[system.node]).sum()),
            "callus_MPa": variant.get("callus", 50.0),
            **{key: value for key, value in variant.items() if key != "callus"},
            "threads": self._threads,
            "clock": os.environ.get(VARIABLE, "wall"),
            "pass_ms": 1e3 * one_pass,
        }
        rows = []
        for name in self._peers:
            if common["unknowns"] > load_peer(name).LARGEST:
                continue
            try:
                runs = [self._run(name, size) for _ in range(self._repeat)]
            except PeerFailed as error:
                print(error)
                continue
            record = min(runs, key=lambda run: sum(run["seconds"].get(s, 0.0) for s in STAGES))
            rows.append(common | _row(name, record, case, system, K, constant))
            print(f"{time.strftime('%H:%M:%S')}  {size}  {name}  {rows[-1]['spent_s']:.2f} s", flush=True)
        _compare(rows, one_pass)
        return rows

    def _run(self, name, size):
        warm = None if size == WARM_UP else self._warm
        return run_peer(name, self._folder, warm, threads=self._threads, time_limit=self._time_limit)


def _write(case, folder):
    case.save(folder)
    system = assemble(case)
    system.save(folder)
    return system


def _row(name, record, case, system, K, constant):
    """What one peer took, and its answer in the measures that all share."""
    seconds = record["seconds"]
    row = {f"{stage}_s": seconds.get(stage) for stage in STAGES}
    row |= {
        "peer": name,
        "spent_s": sum(seconds.get(stage, 0.0) for stage in STAGES),
        "iterations": record["iterations"],
        "peak_MB": record["peak_MB"],
        "baseline_MB": record["baseline_MB"],
        "warm_up_s": record["warm"],
        "process_wall_s": record["wall"],
        "process_cpu_s": record["cpu"],
        "wrong": "",
    }
    row |= {f"{key}_s": value for key, value in seconds.items() if key not in STAGES} | record["details"]
    if record["array"] is not None:
        free = np.isnan(case.supports[system.node])
        x = np.where(free, record["array"][system.node], 0.0).ravel()
        rest = system.rhs - K @ x
        row["residual"] = float(np.linalg.norm(rest) / np.linalg.norm(system.rhs))
        row["energy"] = float(constant - system.rhs @ x - rest @ x)  # second order in the error of x
        row["work_of_reaction"] = float(constant - system.rhs @ x)
    return row


def _compare(rows, one_pass):
    """Add totals, work units, ratios and differences; peers that only solve get the cheapest assembly."""
    least = min((row["energy"] for row in rows if "energy" in row), default=None)
    cheapest = min((row["assembly_s"] for row in rows if row["assembly_s"] is not None), default=0.0)
    ours = next((row for row in rows if row["peer"] == "vertebra"), None)
    for row in rows:
        if "again_numbers_s" in row:
            row["assembly_passes"] = row["again_numbers_s"] / one_pass
        if "energy" not in row:
            if row.get("matrix_difference", 0.0) > 1e-10:
                row["wrong"] = f"its matrix differs by {row['matrix_difference']:.1e}"
            continue
        row["total_s"] = row["spent_s"] + (cheapest if load_peer(row["peer"]).NEEDS_SYSTEM else 0.0)
        row["work_units"] = row["total_s"] / one_pass
        row["energy_difference"] = row["energy"] / least - 1
        row["force_difference"] = row["work_of_reaction"] / least - 1
        if row["residual"] > 1.05 * TOLERANCE and not getattr(load_peer(row["peer"]), "ROUNDED", False):
            row["wrong"] = f"true residual {row['residual']:.1e}"
        if abs(row["energy_difference"]) > AGREEMENT:
            row["wrong"] = f"stiffness differs by {row['energy_difference']:.1e}"
    if ours is None:
        return
    for row in rows:
        if "total_s" in row:
            row["ratio"] = row["total_s"] / ours["total_s"]
            row["ratio_solve"] = _solving(row) / _solving(ours)
        else:
            row["ratio_assembly"] = row["assembly_s"] / ours["assembly_s"]


def _solving(row):
    return (row["setup_s"] or 0.0) + row["solve_s"]


def _print_growth(rows):
    """Exponent of total time against unknowns from the smallest to the largest size."""
    for name in dict.fromkeys(row["peer"] for row in rows):
        mine = [row for row in rows if row["peer"] == name and "total_s" in row]
        low = min(mine, key=lambda row: row["unknowns"], default=None)
        high = max(mine, key=lambda row: row["unknowns"], default=None)
        if low and high and high["unknowns"] > low["unknowns"]:
            growth = np.log(high["total_s"] / low["total_s"]) / np.log(high["unknowns"] / low["unknowns"])
            print(f"{name}: exponent of growth {low['size']} to {high['size']}: {growth:.2f}")


if __name__ == "__main__":
    sys.exit(main())
