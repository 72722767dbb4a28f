"""`sweep`: many runs of one scenario, side by side."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..console import err_console, out_console
from ..options import Force, Overrides, Quiet
from ..status import ComputationError, solving

if TYPE_CHECKING:
    from rich.console import Console

    from vertebra.studies.sweep.study_result import StudyResult

_BUNDLED = {
    "density": "crush in bone of five densities",
    "dose": "cement: volume, approach, density, product",
}
_SHOWN = 24
"""Rows of the table that are printed."""


def _complete_study(incomplete: str) -> Iterator[tuple[str, str]]:
    from ..options import complete_files

    for name, about in _BUNDLED.items():
        if name.startswith(incomplete):
            yield name, about
    yield from complete_files(incomplete, "study file")


def sweep(
    study: Annotated[
        str,
        typer.Argument(
            metavar="STUDY",
            help="A study file, or the name of a bundled one.",
            autocompletion=_complete_study,
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the study; default results/NAME.")
    ] = None,
    set_: Overrides = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from states of interrupted cases, too.")
    ] = False,
    force: Force = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes; default: the processors at hand.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Compute on a Dask cluster; local: one on this machine."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Compute all cases of a study; one table and one page of them."""
    from vertebra.records.target import safe_name
    from vertebra.studies.sweep.reading import read_study
    from vertebra.studies.sweep.sweeping import sweep as compute

    from ..progress_display import display

    asked = read_study(study, set_ or ())
    folder = out or Path("results") / safe_name(Path(study).stem)
    with display(quiet, err_console()) as shown, solving(asked.file):
        result = compute(
            asked,
            folder,
            resume=resume,
            force=force,
            workers=workers,
            scheduler=scheduler,
            report=shown.report,
            say=shown.say,
            begin=shown.begin,
        )
    if not quiet:
        print_study(result, out_console())
    if result.failed:
        failed = len(result.failed)
        message = (
            f"{failed} of {len(result.manifest['cases'])} cases, the others are done. Why stands in "
            f"{result.folder / 'cases.csv'}."
        )
        raise ComputationError(message)


def print_study(result: "StudyResult", console: "Console") -> None:
    """Print what the arms of every case bear on their last day; fits 80 columns."""
    from rich.table import Table

    from vertebra.records.columns import CAPACITY, CAPACITY_N, SERVICE_N
    from vertebra.records.tables import read_csv

    rows = read_csv(result.folder / "cases.csv")
    last: dict[tuple[float | str, float | str], dict[str, float | str]] = {}
    for row in rows:
        if row["status"] == "done":
            last[row["case"], row["arm"]] = row
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("case", *(key.rpartition(".")[2] for key in result.keys[:2]), "arm"):
        table.add_column(heading, overflow="fold")
    shown = (CAPACITY["day"], CAPACITY_N, CAPACITY["capacity_ratio"], SERVICE_N)
    for column in shown:
        table.add_column(column.title.replace(" ", "\n", 1), justify="right", no_wrap=True)
    for row in list(last.values())[:_SHOWN]:
        given = (_short(row[key]) for key in result.keys[:2])
        table.add_row(
            f"{row['case']:g}", *given, str(row["arm"]), *(each.text(row[each.name]) for each in shown)
        )
    console.print(table)
    if len(last) > _SHOWN:
        console.print(f"... {len(last) - _SHOWN} rows more", markup=False)
    print(f"\ntable: {result.folder / 'cases.csv'}")


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"
