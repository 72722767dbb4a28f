"""What the vertebra does to its neighbours: disc pressure, bending of endplates, load at which they yield."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from vertebra.records.column import REPORT, Column
from vertebra.records.columns import NEIGHBOURS
from vertebra.records.tables import Row

from ...page.blocks import Chapter, Text, number_table
from ...page.quantity import quantity
from ..record import RunRecord

_HELP = (
    "Beside the vertebra stands an equal one that is not broken, seen in a mirror, beyond a disc of a nucleus that "
    "hardly changes its volume and an anulus that is stiff along its circumference; both far ends are potted. "
    "Pressure, deflections, stress and strain are those at {load} N. The load ratio is that at which the neighbour "
    "yields beside the untreated vertebra over that beside this one, on the same day: a measure of risk by load, not a "
    "probability of fracture. "
)
_FOUND = (
    "With cement the endplate of the vertebra sinks {sinks} times as far as without on the same day, and the neighbour "
    "yields at {loads} of the load."
)
_LIMITS = (
    "The same axial force in all arms: what a wedged body asks of the muscles in more bending is left out, and moves "
    "the pressure of the disc far more than the stiffness of cement does (7.5 to 60 against 2.4 %, Rohlmann 2006). One "
    "load, not the cycles of months; no facet joints, no ligaments; a disc that the fracture has not harmed; linear "
    "elastic bone, so that the first yield counts and not the collapse. neighbours.csv has the columns left out here."
)
_FINER: dict[str, tuple[str, str, Callable[[float], float]]] = {
    "endplate_deflection_mm": ("\N{MICRO SIGN}m", "", lambda mm: 1e3 * mm),
    "adjacent_deflection_mm": ("\N{MICRO SIGN}m", "", lambda mm: 1e3 * mm),
    "adjacent_strain": ("millistrain", "", lambda strain: 1e3 * strain),
    "adjacent_load_ratio": ("%", "load ratio beyond 1", lambda ratio: 100 * (ratio - 1)),
}
"""Unit on the page, heading where it is another, and the number in that unit, by column."""


def neighbours_chapter(record: RunRecord) -> Chapter | None:
    """Table of neighbours on key days; None where none was asked for.

    Parameters
    ----------
    record : RunRecord
    """
    summary = record.manifest.get("neighbours")
    if summary is None:
        return None
    title, short = "Neighbouring vertebrae", "Neighbours"
    rows = record.tables[NEIGHBOURS]
    if not rows:
        return Chapter("neighbours", title, [Text("None was computed; the warnings above say why.")], short)
    words = _HELP.format(load=quantity(summary["load_N"], "N")) + _found(rows, record)
    cost = f"Segments: {summary['n_segments']}, of which failed: {summary['n_failed']}; {summary['wall_s']:.0f} s."
    return Chapter(
        "neighbours",
        title,
        [
            number_table([_on_page(row) for row in rows], _shown(rows)),
            Text(words),
            Text(_LIMITS, "note"),
            Text(cost, "note"),
        ],
        short,
    )


def _shown(rows: Sequence[Row]) -> list[Column]:
    """Columns of the table; those that hold nothing, such as that of a test nobody asked for, are left out."""
    held = [column for column in NEIGHBOURS.shown(REPORT) if any(row[column.name] != "" for row in rows)]
    return [_finer(column) for column in held]


def _finer(column: Column) -> Column:
    """The column in the unit in which its numbers differ to the eye."""
    if column.name not in _FINER:
        return column
    unit, heading, _ = _FINER[column.name]
    return replace(column, unit=unit, heading=heading or column.heading, form="")


def _on_page(row: Row) -> Row:
    """A row in the units of the page."""
    values = {name: row[name] for name in _FINER}
    return row | {
        name: value if isinstance(value, str) else _FINER[name][2](value) for name, value in values.items()
    }


def _found(rows: Sequence[Row], record: RunRecord) -> str:
    """What cement does, over all key days on which both arms stand beside a neighbour; nothing without cement."""
    bare = {(row["day"], row["neighbour"]): row for row in rows if row["arm"] == record.reference}
    sinks, loads = [], []
    for row in rows:
        injected = record.arms.injections.get(str(row["arm"]))
        without = bare.get((row["day"], row["neighbour"]))
        if injected is None or without is None or float(row["day"]) < injected:
            continue
        sinks.append(float(row["endplate_deflection_mm"]) / float(without["endplate_deflection_mm"]))
        loads.append(float(row["adjacent_yield_N"]) / float(without["adjacent_yield_N"]))
    if not sinks or record.reference in record.arms.injections:
        return ""
    return _FOUND.format(sinks=_range(sinks, 1, 2, ""), loads=_range(loads, 100, 1, " %"))


def _range(values: Sequence[float], scale: float, digits: int, unit: str) -> str:
    low, high = (f"{scale * end:.{digits}f}" for end in (min(values), max(values)))
    return f"{low}{unit}" if low == high else f"{low}{unit} to {high}{unit}"
