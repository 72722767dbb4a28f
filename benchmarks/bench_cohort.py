"""The virtual cohort: criteria of capacity beside the elastic-plastic test: `python -m benchmarks.bench_cohort --help`.

A row is written when a body is done, and bodies that the file holds are not computed again: the same command takes up a
run that was stopped. The committed table is `checks/cohort/virtual_cohort.csv`.
"""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

import numba

from vertebra.benchmarks.measuring.machine import processor, versions
from vertebra.checks.cohort.design import GROUPS, bodies
from vertebra.checks.cohort.strength import report
from vertebra.checks.cohort.table import compute_cohort, compute_linear, read_cohort


def main(arguments: list[str] | None = None) -> int:
    """Compute what is missing, print the statistics; 1 if a test found no equilibrium."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_cohort", description=__doc__)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="CSV; gone on with if it exists"
    )
    parser.add_argument("--groups", nargs="+", choices=tuple(GROUPS), default=tuple(GROUPS))
    parser.add_argument(
        "--part",
        default="1/1",
        metavar="K/N",
        help="every N-th body from the K-th on, to share among processes",
    )
    parser.add_argument(
        "--tests",
        type=Path,
        metavar="FILE",
        help="take the tests from this table, compute the criteria only",
    )
    options = parser.parse_args(arguments)
    part, parts = (int(number) for number in options.part.split("/"))
    numba.set_num_threads(1)
    wanted = [body for body in bodies() if body.group in options.groups][part - 1 :: parts]
    header = (
        f"{date.today()}  {processor()}, one thread a process",
        versions(("numpy", "scipy", "numba", "vertebra")),
        "python -m benchmarks.bench_cohort --out checks/cohort/virtual_cohort.csv"
        + ("; criteria computed anew with --tests" if options.tests else ""),
    )
    start = time.perf_counter()

    def say(name: str, done: int, total: int) -> None:
        print(f"[{done}/{total}] {time.perf_counter() - start:6.0f} s  {name}", flush=True)

    failed = []
    if options.tests:
        compute_linear(options.tests, options.out, header=header, say=say)
    else:
        failed = compute_cohort(options.out, wanted, header=header, say=say)
    print(*failed, sep="\n")
    print(report(read_cohort(options.out)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
