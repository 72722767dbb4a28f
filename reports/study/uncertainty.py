"""How far the curves are uncertain by everything that is, and which inputs make it."""

from vertebra.records.columns import CAPACITY, INFLUENCE, total_name
from vertebra.records.tables import Row

from ..chapters.record import RunRecord
from ..charts.capacity import OF_CAPACITY
from ..charts.course import panels_of
from ..page.blocks import Block, Cell, Chapter, Folded, Heading, Table, Text, draw
from ..page.quantity import quantity

_ENDS = ("p10", "p90")
_MOST = 8
"""Inputs that are shown beside each other; the rest is in `influence.csv`."""


def uncertainty_chapter(record: RunRecord) -> Chapter | None:
    """Curves with their total bands, and tables of influence; None where none was asked for.

    Parameters
    ----------
    record : RunRecord
    """
    influence = record.tables[INFLUENCE]
    known = record.manifest.get("total_band")
    if not known or not influence:
        return None
    rows = [_with_total(row) for row in record.capacity]
    panels = [
        panel
        for column, title, unit in OF_CAPACITY
        for panel in panels_of(rows, column, title, record.arms, unit=unit)
    ]
    days = dict.fromkeys((str(row["arm"]), float(row["day"])) for row in influence)
    last = {arm: day for arm, day in days}
    tables: list[Block] = [
        _influence(
            [
                row
                for row in influence
                if (row["arm"], row["day"]) == (arm, day) and row["quantity"] == "service_N"
            ],
            f"Service load of {arm}, day {day:g}",
        )
        for arm, day in last.items()
    ]
    words = (
        f"Bands hold 80 % of {known['samples']} samples: constants between the ends of their ranges, density and its "
        "laws with their scatter, patients who unite with their spread. Each sample is followed through all days on a "
        "coarser mesh and compared there with the plain course."
    )
    about = (
        "Shares of the variance of the service load, by the indices of Sobol' of a polynomial through the samples, "
        f"which misses up to {quantity(100 * known['largest_surrogate_error'], '%')} % of the variance at samples that "
        "are left out. All key days and capacity stand in influence.csv."
    )
    blocks: list[Block] = [draw(panels), Text(words), *tables[:3], Text(about, tone="note")]
    if len(tables) > 3:
        blocks.append(Folded("Other arms", tables[3:]))
    return Chapter("uncertainty", "How uncertain this is, and why", blocks, "Uncertainty")


def _with_total(row: Row) -> Row:
    """A row with the total band in place of that of patients."""
    out = dict(row)
    for column in CAPACITY.names:
        for end in _ENDS:
            total = total_name(column, end)
            if total in row:
                stem, _, unit = column.partition("_")
                out[f"{stem}_{end}_{unit}"] = row[total]
    return out


def _influence(rows: list[Row], caption: str) -> Table:
    body = []
    for row in rows[:_MOST]:
        ends = f"{float(row['low']):.3g} to {float(row['high']):.3g}"
        shares = (quantity(100 * float(row[name]), "%") for name in ("first_order", "total_order"))
        unit = str(row["input_unit"]).replace("-", "")
        body.append([Cell(str(row["input"])), Cell(f"{ends} {unit}".strip()), *map(Cell, shares)])
    headings = [Heading("input"), Heading("range"), Heading("alone", unit="%"), Heading("in all", unit="%")]
    return Table(headings, body, caption)
