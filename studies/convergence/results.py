"""From the numbers of several meshes to the files of a study: tables, figure, manifest."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vertebra.fem.limit.least_power import GAP
from vertebra.meshes.stored import STORED
from vertebra.records.columns import CONVERGENCE, EXTRAPOLATED
from vertebra.records.manifest.content import common_manifest, write_manifest
from vertebra.records.manifest.environment import Stopwatch
from vertebra.records.tables import Row, write_csv
from vertebra.reports.figures.capacity import save_figure
from vertebra.reports.figures.convergence import convergence_figure
from vertebra.scenarios.imported.manifest import CONVERGENCE as KIND
from vertebra.scenarios.schema import Scenario

from .grid_convergence import MEANING, GridConvergence, extrapolate
from .study import Study

FILES = ("manifest.json", "convergence.*", "extrapolated.csv", STORED)
SEARCHED = GAP
"""What the search of the weakest surface leaves open on either side, relative."""
TESTED = 4e-3
"""How far the loads of the elastic-plastic test stray with the imbalance that a run allows, relative; measured, see
`virtual_test.RUN_TOLERANCE`."""
_METHOD = (
    "power of the element size, fitted to the values of all sizes; uncertainty: what is left at the finest mesh times "
    "1.25 where the order is credible, else 3 (Roache 1994, doi 10.1115/1.2910291; Eca and Hoekstra 2014, doi "
    "10.1016/j.jcp.2014.01.006). Element size: edge of the regular tetrahedron as large as the mean cell of the "
    "trabecular core"
)


def write_convergence(
    study: Study,
    sizes: Sequence[Mapping[str, Any]],
    quantities: Sequence[str],
    inputs: Mapping[str, str],
    watch: Stopwatch,
    folder: Path,
) -> None:
    """Extrapolate every quantity of every state and write tables, figure and manifest.

    Parameters
    ----------
    study : Study
    sizes : sequence of mapping
        One a mesh, coarsest first: `edge_mm`, `element_mm`, `unknowns`, `rows` of all states and what else is known.
    quantities : sequence of str
        Columns of the rows; `ultimate_N` is added where it was computed.
    inputs : mapping
        Hash of every input file.
    watch : Stopwatch
    folder : Path
        Where the files go.
    """
    element = np.array([size["element_mm"] for size in sizes])
    table: list[Row] = []
    found: list[Row] = []
    curves: dict[tuple[str, int, str], GridConvergence] = {}
    for arm, day in study.states:
        mine = [_row_of(size, arm, day) for size in sizes]
        tested = not any(np.isnan(row["ultimate_N"]) for row in mine)
        for quantity in (*quantities, *(("ultimate_N",) if tested else ())):
            value = np.array([row[quantity] for row in mine])
            extrapolated = extrapolate(
                element,
                value,
                highest_order=2 * study.scenario.mesh.order,
                noise=noise_of(quantity, study.scenario),
            )
            curves[arm, day, quantity] = extrapolated
            label = {"arm": arm, "day": day, "quantity": quantity}
            error = 100 * (value / extrapolated.value - 1)
            for size, number, off in zip(sizes, value, error, strict=True):
                known = {name: size[name] for name in ("edge_mm", "element_mm", "unknowns")}
                table.append({**label, **known, "value": float(number), "error_percent": float(off)})
            found.append(
                {
                    **label,
                    "extrapolated": extrapolated.value,
                    "uncertainty": extrapolated.uncertainty,
                    "uncertainty_percent": 100 * extrapolated.uncertainty / abs(extrapolated.value),
                    "order": "" if np.isnan(extrapolated.order) else extrapolated.order,
                    "verdict": extrapolated.verdict,
                    "finest": float(value[-1]),
                    "finest_error_percent": float(error[-1]),
                }
            )
    write_csv(folder / CONVERGENCE.file, CONVERGENCE.names, table)
    write_csv(folder / EXTRAPOLATED.file, EXTRAPOLATED.names, found)
    with watch.stage("figure"):
        shown = [row for row in table if (row["arm"], row["day"]) in study.distinct_states]
        fits = {key: (curve.at, curve.value, curve.uncertainty) for key, curve in curves.items()}
        figure = convergence_figure(shown, fits, study.scenario.name)
        for ending in ("svg", "png"):
            save_figure(figure, folder / f"convergence.{ending}")
    manifest = common_manifest(study.scenario, inputs, watch) | {
        "kind": KIND,
        "edges_mm": list(study.edges_mm),
        "sizes": [{name: value for name, value in size.items() if name != "rows"} for size in sizes],
        "method": _METHOD,
        "verdicts": MEANING,
        "extrapolated": found,
    }
    write_manifest(folder, manifest)


def noise_of(quantity: str, scenario: Scenario) -> float:
    """Relative difference between meshes that is no discretisation error, because the number is not known better.

    Parameters
    ----------
    quantity : str
        Column of a row.
    scenario : Scenario

    Returns
    -------
    float [-]
        At least the tolerance of the solver.
    """
    known = {"ultimate_N": TESTED}
    if scenario.capacity.rule == "surface":
        known |= {"capacity_N": SEARCHED, "service_N": SEARCHED}
    return max(known.get(quantity, 0.0), scenario.solver.tolerance)


def _row_of(size: Mapping[str, Any], arm: str, day: int) -> Mapping[str, float]:
    return next(row for row in size["rows"] if (row["arm"], row["day"]) == (arm, day))
