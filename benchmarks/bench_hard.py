"""Problems that punish preconditioners, ours and the peers': `python -m benchmarks.bench_hard --help`."""

import argparse
import os
import sys
from pathlib import Path

from vertebra.benchmarks.bench_solve import Bench
from vertebra.benchmarks.measuring.clock import CLOCKS, VARIABLE
from vertebra.benchmarks.measuring.machine import bandwidth, describe
from vertebra.benchmarks.measuring.table import append_csv, format_table
from vertebra.benchmarks.peers import PEERS, present
from vertebra.benchmarks.problem import SIZES

VARIANTS: dict[str, dict] = {
    "plain": {},
    "all moduli times 1e6": {"scale": 1e6},
    "callus 0.5 MPa": {"callus": 0.5},
    "callus 6000 MPa": {"callus": 6000.0},
    "contrast 1e6": {"callus": 0.008},
    "callus with nu 0.45": {"poisson": 0.45},
    "cement": {"cement": True},
    "bending": {"load": "bending"},
    "sliding end": {"load": "sliding"},
    "even layers": {"layers": "even"},
    "slivers": {"layers": "flat"},
}
COLUMNS = {
    "variant": "variant",
    "unknowns": "unknowns",
    "peer": "peer",
    "setup_s": "set-up s",
    "solve_s": "solve s",
    "total_s": "total s",
    "iterations": "iterations",
    "residual": "residual",
    "energy_difference": "stiffness diff",
    "ratio": "ratio",
}


def main(arguments: list[str] | None = None) -> int:
    """Measure, compare, print; 1 where an answer differs or ours fails."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_hard", description=__doc__)
    parser.add_argument("--size", default="40k", help="name of benchmarks/problem.py")
    parser.add_argument("--order", type=int, choices=(1, 2), default=1, help="1: tet4, 2: tet10")
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS), metavar="NAME")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=["vertebra", "pyamg", "ngsolve"])
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: where other programs run")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=600.0, metavar="S", help="for one run of a peer")
    parser.add_argument("--csv", type=Path, help="append the rows to this file")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args(arguments)
    if options.size not in SIZES[options.order]:
        parser.error(f"size {options.size!r}: expected {', '.join(SIZES[options.order])}")
    os.environ[VARIABLE] = options.clock
    print(describe(options.threads, bandwidth(options.threads)), f"clock: {options.clock}", sep="\n")
    rows, failed = [], []
    with Bench(options.order, present(options.peers), options.threads, 1, options.time_limit) as bench:
        for name in options.variants:
            found = bench.measure(options.size, **VARIANTS[name])
            rows += [{"variant": name, **row} for row in found]
            if "vertebra" in options.peers and not any(row["peer"] == "vertebra" for row in found):
                failed.append(name)
    print()
    print(format_table(COLUMNS, rows, markdown=options.markdown))
    if options.csv:
        append_csv(options.csv, rows)
    for name in failed:
        print(f"FAILED: {name}")
    wrong = [row for row in rows if row["wrong"]]
    for row in wrong:
        print(f"DISAGREES: {row['peer']}, {row['variant']}: {row['wrong']}")
    return 1 if wrong or failed else 0


if __name__ == "__main__":
    sys.exit(main())
