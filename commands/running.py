"""How a run is told: progress while it works, tables of capacity and activities when it is done."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from vertebra.records.tables import Row


@contextmanager
def progress(quiet: bool, console: Console) -> Iterator[tuple[Callable, Callable[[str], None]]]:
    """How a run reports: a bar on a terminal, plain lines elsewhere, nothing when quiet."""
    if quiet:
        yield (lambda state: None), (lambda text: None)
    elif console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn())
        with Progress(*columns, TextColumn("{task.fields[left]}"), console=console) as bar:
            task = bar.add_task("meshing", total=None, left="")

            def show(state) -> None:
                left = f"{state.iterations} iterations, {state.remaining_s:.0f} s left"
                bar.update(task, description=state.text, total=state.total, completed=state.done, left=left)

            yield show, lambda text: bar.console.print(text, markup=False, soft_wrap=True)
    else:

        def tell(state) -> None:
            print(
                f"[{state.done}/{state.total}] {state.text}: {state.iterations} iterations, "
                f"{state.remaining_s:.0f} s left",
                file=sys.stderr,
                flush=True,
            )

        yield tell, lambda text: print(text, file=sys.stderr, flush=True)


def print_summary(rows: list[Row], console: Console) -> None:
    """Print capacity, service load and stiffness of every arm and day; fits 80 columns."""
    table = Table(title=None, box=None, pad_edge=False, header_style="bold")
    table.add_column("arm", overflow="fold")
    for heading in (
        "day",
        "capacity\n[N]",
        "/ intact",
        "service\n[N]",
        "/ intact",
        "stiffness\n[N/mm]",
        "/ intact",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    last = ""
    for row in rows:
        arm = str(row["arm"])
        named, last = ("" if arm == last else arm), arm
        table.add_row(
            named,
            f"{row['day']:.0f}",
            f"{row['capacity_N']:.0f}",
            f"{row['capacity_ratio']:.2f}",
            f"{row['service_N']:.0f}",
            f"{row['service_ratio']:.2f}",
            f"{row['stiffness_N_per_mm']:.0f}",
            f"{row['stiffness_ratio']:.2f}",
        )
    console.print(table)


def print_activities(rows: list[Row], limit: float, console: Console) -> None:
    """Print from which day on each arm bears each activity; fits 80 columns."""
    if not rows:
        return
    table = Table(title=None, box=None, pad_edge=False, header_style="bold")
    table.add_column("activity", overflow="fold")
    table.add_column("load\n[N]", justify="right", no_wrap=True)
    for arm in dict.fromkeys(str(row["arm"]) for row in rows):
        table.add_column(arm, justify="right", overflow="fold")
    for activity in dict.fromkeys(str(row["activity"]) for row in rows):
        mine = [row for row in rows if row["activity"] == activity]
        days = ("-" if row["safe_from_day"] == "" else f"{row['safe_from_day']:.0f}" for row in mine)
        table.add_row(activity.replace("_", " "), f"{mine[0]['load_N']:.0f}", *days)
    console.print(f"\nfirst computed day from which load over capacity stays below {limit:g}", markup=False)
    console.print(table)
