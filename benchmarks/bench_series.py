"""A stiffening callus, point after point: `python -m benchmarks.bench_series --help`."""

import argparse
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

from vertebra.benchmarks.bench_solve import WARM_UP
from vertebra.benchmarks.history import KINDS
from vertebra.benchmarks.measuring.clock import CLOCKS, VARIABLE
from vertebra.benchmarks.measuring.launch import PeerFailed, run_peer
from vertebra.benchmarks.measuring.machine import bandwidth, describe
from vertebra.benchmarks.measuring.table import append_csv, format_table
from vertebra.benchmarks.peers import PEERS, load_peer, present
from vertebra.benchmarks.problem import assemble, build_case, refuse_unknown_sizes

AGREEMENT = 1e-6
COLUMNS = {
    "size": "size",
    "order": "order",
    "cement": "cement",
    "history": "history",
    "n_points": "points",
    "peer": "peer",
    "cold_s": "cold s",
    "total_s": "total s",
    "cold_solves": "cold solves",
    "later_cold_solves": "a later step",
    "iterations": "iterations",
    "methods": "obtained",
    "n_fields": "basis",
    "largest_certificate": "certificate",
    "largest_error": "energy error",
    "energy_difference": "stiffness diff",
    "peak_MB": "peak MB",
    "ratio": "ratio",
}


def read_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Command line."""
    able = [name for name in PEERS if hasattr(load_peer(name), "series")]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_series", description=__doc__)
    parser.add_argument("--size", nargs="+", default=["40k"], help="names of benchmarks/problem.py")
    parser.add_argument("--order", type=int, choices=(1, 2), default=1, help="1: tet4, 2: tet10")
    parser.add_argument("--points", nargs="+", type=int, default=[20])
    parser.add_argument("--history", nargs="+", choices=KINDS, default=["modulus"])
    parser.add_argument("--cement", choices=("no", "yes", "both"), default="no")
    parser.add_argument("--peers", nargs="+", choices=able, default=able)
    parser.add_argument("--check", action="store_true", help="true energy error of ours at up to 40 points")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: where other programs run")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=3600.0, metavar="S", help="for one peer's series")
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
    with tempfile.TemporaryDirectory(prefix="vertebra-bench-") as scratch:
        warm = Path(scratch) / "warm"
        warm.mkdir()
        _write(build_case(WARM_UP, options.order), warm)
        for size in options.size:
            for cement in {"no": (False,), "yes": (True,), "both": (False, True)}[options.cement]:
                folder = Path(scratch) / "case"
                folder.mkdir(exist_ok=True)
                _write(build_case(size, options.order, cement=cement), folder)
                for history in options.history:
                    for n_points in options.points:
                        label = {"size": size, "order": options.order, "cement": cement}
                        label |= {"history": history, "n_points": n_points, "threads": options.threads}
                        label["clock"] = options.clock
                        rows += _measure(label, peers, folder, warm, options)
    print()
    print(format_table(COLUMNS, rows, markdown=options.markdown))
    if options.csv:
        append_csv(options.csv, rows)
    wrong = [row for row in rows if row["energy_difference"] > AGREEMENT]
    for row in wrong:
        print(
            f"DISAGREES: {row['peer']} at {row['size']}: stiffness differs by {row['energy_difference']:.1e}"
        )
    return 1 if wrong else 0


def _write(case, folder):
    case.save(folder)
    assemble(case).save(folder)


def _measure(label, peers, folder, warm, options):
    """Rows of all peers on one series."""
    rows, energies = [], []
    for name in peers:
        if label["history"] not in getattr(load_peer(name), "HISTORIES", KINDS):
            print(f"without {name}: it takes no history {label['history']}")
            continue
        try:
            record = run_peer(
                name,
                folder,
                None if label["size"] == WARM_UP else warm,
                threads=options.threads,
                time_limit=options.time_limit,
                task="series",
                history=label["history"],
                n_points=label["n_points"],
                check=options.check,
            )
        except PeerFailed as error:
            print(error)
            continue
        row = {"date": date.today().isoformat(), **label, "peer": name}
        row |= {"cold_s": record["cold"], "total_s": record["total"], "iterations": record["iterations"]}
        row |= {"cold_solves": record["total"] / record["cold"], "peak_MB": record["peak_MB"]}
        row |= record["details"]
        rows.append(row)
        energies.append(record["array"])
        print(f"{time.strftime('%H:%M:%S')}  {label['size']}  {name}  {row['total_s']:.2f} s")
    for row, energy in zip(rows, energies, strict=True):
        # a Galerkin energy exceeds the true one by the square of the error: the least is the best
        row["energy_difference"] = float(np.max(energy / np.min(energies, axis=0) - 1))
        ours = next((other for other in rows if other["peer"] == "vertebra"), None)
        row["ratio"] = row["total_s"] / ours["total_s"] if ours else None
    return rows


if __name__ == "__main__":
    sys.exit(main())
