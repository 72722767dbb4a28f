"""`compare`: arms and runs side by side."""

from pathlib import Path
from typing import Annotated

import typer

from vertebra.scenarios.error import ScenarioError

from ..console import out_console
from ..options import Quiet
from .folders import finished_result


def compare(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR", help="Folders of finished runs.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Page to write.")] = Path("comparison.html"),
    against: Annotated[
        str | None,
        typer.Option(
            metavar="ARM",
            help="Arm that is subtracted, as the page names it; default: the first without cement.",
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Put arms and runs side by side on one page."""
    from vertebra.reports.comparison.page import GENERATOR, write_comparison

    for folder in folders:
        finished_result(folder)
    if out.exists() and GENERATOR not in out.read_text(encoding="utf-8", errors="replace")[:2000]:
        message = (
            f"--out {out}: exists and is no page of this command; it is not overwritten. Name another file."
        )
        raise ScenarioError(message)
    if not out.resolve().parent.is_dir():
        message = (
            f"--out {out}: found no folder {out.resolve().parent}, expected one that exists. Make it first."
        )
        raise ScenarioError(message)
    try:
        joined = write_comparison(folders, out, against)
    except ValueError as error:
        message = f"--against {error}"
        raise ScenarioError(message) from error
    if quiet:
        return
    _print_table(joined, against or joined.reference)
    print(f"\nwrote {out}")


def _print_table(joined, reference: str | None) -> None:
    """Print what every arm bears at the last common visit, and its difference from the reference."""
    from rich.table import Table

    from vertebra.reports.page.quantity import quantity, signed

    rows = joined.follow_up
    if reference is None or not rows:
        return
    week = max(float(row["week"]) for row in rows)
    at = {str(row["arm"]): row for row in rows if float(row["week"]) == week}
    table = Table(title=None, box=None, pad_edge=False, header_style="bold")
    table.add_column(f"week {week:g}", overflow="fold")
    for heading in ("service\nload [N]", "minus\nreference", "capacity\n[N]", "minus\nreference"):
        table.add_column(heading, justify="right", no_wrap=True)
    for arm, row in at.items():
        cells = []
        for column in ("service_N", "capacity_N"):
            mine, other = float(row[column]), float(at[reference][column])
            gain = "reference" if arm == reference else signed(100 * (mine - other) / other, "%")
            cells += [quantity(mine, "N"), gain]
        table.add_row(arm, *cells)
    out_console().print(table)
