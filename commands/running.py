"""What a run prints when it is done: tables of capacity and activities."""

from rich.console import Console
from rich.table import Table

from vertebra.records.column import TERMINAL, Column
from vertebra.records.columns import (
    ACTIVITIES,
    CAPACITY,
    CAPACITY_HIGH_N,
    CAPACITY_LOW_N,
    CAPACITY_N,
    CATCHING_UP,
    KYPHOPLASTY,
    LOAD_N,
)
from vertebra.records.tables import Row


def print_summary(rows: list[Row], console: Console) -> None:
    """Print capacity with its bracket, service load and stiffness of every arm and day; fits 80 columns."""
    table = Table(title=None, box=None, pad_edge=False, header_style="bold")
    table.add_column("arm", overflow="fold", min_width=8)
    columns = [column for column in CAPACITY.shown(TERMINAL) if not column.is_word]
    for column in columns:
        table.add_column(_heading(column), justify="right", no_wrap=True)
        if column == CAPACITY_N:
            table.add_column("+-\n[N]", justify="right", no_wrap=True)
    last = ""
    for row in rows:
        arm = str(row["arm"])
        named, last = ("" if arm == last else arm), arm
        cells: list[str] = []
        for column in columns:
            cells.append(column.text(row[column.name]))
            if column == CAPACITY_N:
                cells.append(_half_width(row))
        table.add_row(named, *cells)
    console.print(table)


def _half_width(row: Row) -> str:
    """How far the ends of the bracket lie from the capacity at most; nothing without a bracket."""
    low, middle, high = (row[column.name] for column in (CAPACITY_LOW_N, CAPACITY_N, CAPACITY_HIGH_N))
    if isinstance(low, str) or isinstance(middle, str) or isinstance(high, str):
        return ""
    return CAPACITY_N.text(max(middle - low, high - middle))


def _heading(column: Column) -> str:
    """Heading in as many lines as it has words; a ratio stands beside its quantity."""
    if column.ratio_of:
        return "of\nintact"
    return column.title.replace(" ", "\n")


def print_activities(rows: list[Row], limit: float, console: Console) -> None:
    """Print from which day on each arm bears each activity, by capacity and by service load; fits 80 columns."""
    if not rows:
        return
    table = Table(title=None, box=None, pad_edge=False, header_style="bold")
    table.add_column("activity", overflow="fold")
    of_days = [ACTIVITIES[name] for name in ("below_limit_from_day", "below_limit_of_service_from_day")]
    table.add_column(_heading(LOAD_N), justify="right", no_wrap=True)
    for arm in dict.fromkeys(str(row["arm"]) for row in rows):
        table.add_column(arm, justify="right", overflow="fold")
    for activity in dict.fromkeys(str(row["activity"]) for row in rows):
        mine = [row for row in rows if row["activity"] == activity]
        days = (" / ".join(each.text(row[each.name]) or "-" for each in of_days) for row in mine)
        table.add_row(activity.replace("_", " "), LOAD_N.text(mine[0]["load_N"]), *days)
    text = (
        f"\nfirst computed day from which load over capacity / over service load stays below {limit:g}, for one slow "
        "load (20 000 cycles at 20 and 30 % of yield raise microfractures by half and double them, PMID 15167657)"
    )
    console.print(text, markup=False, highlight=False)
    console.print(table)


def print_catching_up(rows: list[Row], console: Console) -> None:
    """Print when the fracture that is left to heal has what cement gave; nothing without such an arm."""
    for arm in dict.fromkeys(str(row["arm"]) for row in rows):
        mine = [row for row in rows if row["arm"] == arm]
        column = CATCHING_UP["reached_on_day"]
        told = []
        for row in mine:
            day = column.text(row[column.name])
            told.append(
                f"{CAPACITY[str(row['quantity'])].heading} {f'on day {day}' if day else 'not within the course'}"
            )
        injected = CATCHING_UP["injected_on_day"].text(mine[0]["injected_on_day"])
        text = f"\n{mine[0]['without']} reaches what {arm} has after its cement of day {injected}: {', '.join(told)}"
        console.print(text, markup=False, highlight=False)


def print_kyphoplasties(rows: list[Row], console: Console) -> None:
    """Print what each kyphoplasty restored, what of it is left, and where the bone of its cavity went."""
    for row in rows:
        told = {name: KYPHOPLASTY[name].text(row[name]) for name in KYPHOPLASTY.names if name in row}
        text = (
            f"\n{row['arm']}: on day {told['day']} {told['restored']} % of the lost height restored "
            f"({told['restored_anterior_mm']} mm in front, {told['restored_middle_mm']} in the middle), "
            f"{told['left_mm']} mm of it left on day {told['left_day']}; cavity of {told['cavity_ml']} mL, "
            f"{told['moved_mg']} mg of mineral pushed into {told['shell_ml']} mL around it "
            f"({told['mineral_before_mg']} mg before, {told['mineral_after_mg']} mg after)"
        )
        console.print(text, markup=False, highlight=False)
