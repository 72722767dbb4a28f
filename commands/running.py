"""What a run prints when it is done: tables of capacity and activities."""

from rich.console import Console
from rich.table import Table

from vertebra.records.tables import Row


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
