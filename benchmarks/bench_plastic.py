"""Elastic-plastic tests in cold elastic solves: `python -m benchmarks.bench_plastic --help`.

A state of a bundled scenario is tested as a run tests it; the cold solve beside it is that of the same state from bare
points and cells, to a residual of 1e-8.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numba

from vertebra.benchmarks.measuring.clock import CLOCKS, VARIABLE, clock
from vertebra.benchmarks.measuring.machine import bandwidth, describe
from vertebra.benchmarks.measuring.table import append_csv, format_table
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario

COLUMNS = {
    "scenario": "scenario",
    "state": "state",
    "unknowns": "unknowns",
    "cold_s": "cold s",
    "test_s": "test s",
    "cold_solves": "cold solves",
    "by_iterations": "by iterations",
    "increments": "increments",
    "solves": "linear systems",
    "ultimate_N": "ultimate N",
}


def states(body: VertebraModel) -> dict[str, LoadedVertebra]:
    """Intact, just fractured, and filled at once as every arm with cement says."""
    treated = {arm: body.filled(arm) for arm, at in body.anatomy.treated.items() if at.cement is not None}
    return {"intact": body.intact(), "fractured": body.fresh(), **treated}


def measure(scenario: str, changes: Sequence[str]) -> list[dict[str, float | str]]:
    """One row a state."""
    body = VertebraModel.of(read_scenario(scenario, tuple(changes)))
    rows: list[dict[str, float | str]] = []
    for name, state in states(body).items():
        start = clock()
        problem = state.specimen.anew().problem
        cold = problem.solve(state.properties.young, state.properties.poisson, tolerance=1e-8)
        middle = clock()
        test = state.virtual_test()
        end = clock()
        rows.append(
            {
                "date": date.today().isoformat(),
                "scenario": scenario,
                "state": name,
                "unknowns": problem.n_unknowns,
                "clock": os.environ.get(VARIABLE, "wall"),
                "cold_s": middle - start,
                "test_s": end - middle,
                "cold_solves": (end - middle) / (middle - start),
                "by_iterations": test["iterations"] / cold.iterations,
                **{key: test[key] for key in ("increments", "solves", "ultimate_N")},
            }
        )
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_plastic", description=__doc__)
    parser.add_argument("--scenario", default="main")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="changes")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: where other programs run")
    parser.add_argument("--csv", type=Path, help="append the rows to this file")
    options = parser.parse_args(arguments)
    os.environ[VARIABLE] = options.clock
    numba.set_num_threads(1)
    print(describe(1, bandwidth(1)), f"clock: {options.clock}", sep="\n", flush=True)
    measure(options.scenario, [*options.changes, "mesh.parametric.edge_mm=4"])  # compilation
    rows = measure(options.scenario, options.changes)
    print(format_table(COLUMNS, rows))
    if options.csv:
        append_csv(options.csv, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
