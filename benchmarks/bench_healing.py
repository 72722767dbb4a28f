"""What a year of healing costs beside one cold solve: `python -m benchmarks.bench_healing --help`.

Perfusion, the kinetic law and the walk of the mechano-regulated law on the fractured L1 of a bundled scenario. A cold
solve is all of a first solve: pattern, numbers, hierarchy, iterations to 1e-8. A coarse mesh goes first, so that
compilation is not measured.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numba

from vertebra.benchmarks.measuring.clock import CLOCKS, VARIABLE, clock
from vertebra.benchmarks.measuring.machine import bandwidth, describe
from vertebra.benchmarks.measuring.table import append_csv, format_table
from vertebra.courses.followed.walk import Walk
from vertebra.courses.law import healing_law
from vertebra.courses.perfusion import perfusion_histories
from vertebra.courses.plan import plan
from vertebra.models.response.specimen import Specimen
from vertebra.models.response.unit_force import UnitForce
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.workspace import open_workspace
from vertebra.scenarios.reading import read_scenario

COLUMNS = {
    "peer": "what",
    "cells": "cells",
    "unknowns": "unknowns",
    "seconds": "s",
    "cold_solves": "cold solves",
    "solves": "solves",
    "iterations": "iterations",
}


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_healing", description=__doc__)
    parser.add_argument("--scenario", default="crush", help="bundled, parametric")
    parser.add_argument("--edge", type=float, default=3.0, metavar="MM")
    parser.add_argument("--order", type=int, choices=(1, 2), default=2)
    parser.add_argument("--rule", default="prendergast")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: where other programs run")
    parser.add_argument("--csv", type=Path, help="append the rows to this file")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args(arguments)
    os.environ[VARIABLE] = options.clock
    numba.set_num_threads(1)
    print(describe(1, bandwidth(1)), f"clock: {options.clock}", sep="\n")
    measure(options.scenario, 4.0, options.order, options.rule)  # compilation
    rows = measure(options.scenario, options.edge, options.order, options.rule)
    print(format_table(COLUMNS, rows, markdown=options.markdown))
    if options.csv:
        append_csv(options.csv, rows)
    return 0


def measure(name: str, edge_mm: float, order: int, rule: str) -> list[dict]:
    """Rows of one mesh."""
    settings = [f"mesh.parametric.edge_mm={edge_mm}", f"mesh.order={order}"]
    known = read_scenario(name, settings)
    strained = read_scenario(name, [*settings, 'healing.law="mechanoregulation"', f'healing.rule="{rule}"'])
    vertebra = VertebraModel.of(known)
    anatomy = vertebra.anatomy
    bone, fresh = vertebra.bone(anatomy.fractured), vertebra.fresh()
    common = {
        "date": date.today().isoformat(),
        "scenario": name,
        "order": order,
        "edge_mm": edge_mm,
        "cells": anatomy.fractured.mesh.n_cells,
        "unknowns": fresh.specimen.problem.n_unknowns,
        "clock": os.environ.get(VARIABLE, "wall"),
    }

    def cold():
        problem = Specimen.of(known, anatomy.fractured, anatomy.intact).problem
        return problem.solve(fresh.properties.young, fresh.properties.poisson)

    one, solution = _timed(cold)
    rows = [common | {"peer": "cold solve", "seconds": one, "iterations": solution.iterations}]

    spent, histories = _timed(lambda: perfusion_histories(vertebra))
    rows.append(common | {"peer": "perfusion, a year", "seconds": spent})
    law = healing_law(known, bone, next(iter(histories.values())))
    spent, _ = _timed(lambda: law.advance(bone.fresh(), 365))
    rows.append(common | {"peer": "kinetic law, a year", "seconds": spent})

    intact = vertebra.intact()
    energy = UnitForce.of(intact.solution).energy_density(intact.specimen.problem.volume)[bone.is_bone]
    walking, tasks = replace(vertebra, scenario=strained), plan(strained)
    with tempfile.TemporaryDirectory(prefix="vertebra-bench-") as folder:
        work, _ = open_workspace(Path(folder) / "r", "bench", resume=False)

        def follow():
            walk = Walk(walking, energy)
            walk.follow(tasks, work, lambda *_: None)
            return walk

        spent, walked = _timed(follow)
    rows.append(
        common
        | {
            "peer": f"mechano-regulated year, {rule}",
            "seconds": spent,
            "solves": len(walked.iterations),
            "iterations": sum(walked.iterations),
        }
    )
    return [row | {"cold_solves": row["seconds"] / one} for row in rows]


def _timed(job: Callable):
    """Seconds and result."""
    start = clock()
    result = job()
    return clock() - start, result


if __name__ == "__main__":
    sys.exit(main())
