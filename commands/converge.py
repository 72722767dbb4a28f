"""`converge`: a scenario on several meshes, and the table at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vertebra.scenarios.error import ScenarioError

from .console import err_console, out_console
from .options import Force, Overrides, Quiet, ScenarioName, Threads, with_threads
from .status import solving

if TYPE_CHECKING:
    from rich.console import Console

_SHORT = {
    "capacity_N": "capacity [N]",
    "stiffness_N_per_mm": "stiffness [N/mm]",
    "service_N": "service [N]",
    "ultimate_N": "ultimate [N]",
}


def converge(
    scenario: ScenarioName,
    edges: Annotated[
        str | None, typer.Option(metavar="MM,MM,MM", help="Three or more mesh sizes, decreasing, e.g. 4,3,2.")
    ] = None,
    days: Annotated[
        str | None, typer.Option(metavar="DAY,DAY", help="Days of the scenario; default the first and last.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Default results/NAME+KEY=VALUE-convergence.")
    ] = None,
    set_: Overrides = None,
    virtual_test: Annotated[
        bool, typer.Option("--virtual-test", help="The elastic-plastic test, too; takes much longer.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from an interrupted study.")] = False,
    force: Force = False,
    quiet: Quiet = False,
    threads: Threads = None,
) -> None:
    """Compute a scenario on several meshes; extrapolate."""
    from vertebra.records.target import variant_name
    from vertebra.scenarios.imported.manifest import CONVERGENCE, RUN
    from vertebra.scenarios.reading import read_scenario
    from vertebra.scenarios.replacing import key_and_value
    from vertebra.studies.convergence.converging import converge as compute
    from vertebra.studies.convergence.study import edges_before, study_of

    from .progress_display import display

    checked = read_scenario(scenario, with_threads(set_, threads), (RUN, CONVERGENCE))
    sizes, on = numbers_in("--edges", edges, float), numbers_in("--days", days, int)
    if before := edges_before(scenario):
        sizes, on = sizes or before, on or list(checked.healing.days)
        virtual_test = virtual_test or checked.capacity.virtual_test != "off"
    study = study_of(checked, sizes, on, virtual_test=virtual_test)
    name = variant_name(checked.name, map(key_and_value, set_ or ()))
    folder = out or Path("results") / f"{name}-convergence"
    with display(quiet, err_console()) as shown, solving(checked.file):
        compute(
            study,
            folder,
            resume=resume,
            force=force,
            report=shown.report,
            say=shown.say,
            begin=shown.begin,
        )
    if not quiet:
        print_extrapolated(folder, study.distinct_states, out_console())
        print(f"\nfigure: {folder / 'convergence.png'}")


def numbers_in(option: str, text: str | None, kind: Callable[[str], float]) -> list | None:
    """Numbers between commas.

    Parameters
    ----------
    option : str
        For the message.
    text : str or None
        None stays None.
    kind : callable
        `float` or `int`.

    Raises
    ------
    ScenarioError
    """
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    try:
        return [kind(word) for word in words]
    except ValueError:
        what = "whole numbers" if kind is int else "numbers"
        message = f"{option} {text}: expected {what} with commas between them, for example 4,3,2. Correct it."
        raise ScenarioError(message) from None


def print_extrapolated(folder: Path, distinct: Sequence[tuple[str, int]], console: Console) -> None:
    """Print what every quantity tends to; states that arms share stand once, under the first of them."""
    from rich.table import Table

    from vertebra.records.tables import read_csv

    rows = [row for row in read_csv(folder / "extrapolated.csv") if (row["arm"], row["day"]) in distinct]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("arm", "quantity"):
        table.add_column(heading, overflow="fold")
    table.columns[0].max_width = 20
    for heading in ("day", "finest", "at size 0", "+- %", "order"):
        table.add_column(heading, justify="right", no_wrap=True)
    before = None
    for row in rows:
        state = row["arm"], row["day"]
        arm, day = ("", "") if state == before else (str(row["arm"]), f"{row['day']:.0f}")
        before = state
        numbers = (f"{row['finest']:.0f}", f"{row['extrapolated']:.0f}", f"{row['uncertainty_percent']:.1f}")
        table.add_row(arm, _SHORT[str(row["quantity"])], day, *numbers, _order(row))
    console.print(table)
    doubtful = sum(row["verdict"] not in ("converging", "settled") for row in rows)
    if doubtful:
        console.print(
            f"\n{doubtful} of {len(rows)} values have no credible order of convergence on these meshes (none: they do "
            "not go one way; fast, slow: not an order of these elements), so their uncertainty is taken wide. "
            "A smaller edge may narrow it.",
            markup=False,
        )


def _order(row: Mapping[str, Any]) -> str:
    """Observed order where it is credible, else what is the matter with it."""
    if row["verdict"] == "converging":
        return f"{row['order']:.1f}"
    return "none" if row["verdict"] == "not monotone" else str(row["verdict"])
