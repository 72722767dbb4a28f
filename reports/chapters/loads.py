"""Loads of activities over what the vertebra bears: from which day on, and at every visit."""

from collections.abc import Mapping, Sequence
from typing import Any

from vertebra.records.column import REPORT
from vertebra.records.columns import ACTIVITIES, ACTIVITY, FOLLOW_UP, LOAD_N, LOAD_TO_STRENGTH
from vertebra.records.tables import Row, ratio_column

from ..charts.course import TOGETHER
from ..page.blocks import Block, Cell, Chapter, Folded, Heading, Table, Tables, Text, number_table
from ..page.quantity import MISSING, activity_name, quantity
from .record import INTACT, RunRecord

_DAILY = "daily_load"
_OPEN = 2
"""Tables that stand open where they are many."""
CAUTION = (
    "A mechanical ratio for one slow load, not advice: bone that is loaded again and again gives way at a fraction of "
    "that (20 000 cycles at 20 and 30 % of yield raise microfractures by a half and to the double, PMID 15167657). "
    "The moment of a bent trunk acts on top and is not in the ratio."
)


def loads_chapter(record: RunRecord) -> Chapter | None:
    """Days from which activities are borne, and load over capacity at the visits; None without activities.

    Parameters
    ----------
    record : RunRecord
    """
    activities = record.tables[ACTIVITIES]
    if not activities:
        return None
    limit = record.manifest["scenario"]["loading"]["load_to_strength_limit"]
    blocks: list[Block] = [Text(CAUTION, "caution")]
    rows = record.tables[FOLLOW_UP]
    tables = [_heat(record, arm, rows, limit) for arm in record.arms.names]
    n_open = len(tables) if len(tables) <= TOGETHER else _OPEN
    blocks.append(Tables(tables[:n_open]))
    if tables[n_open:]:
        blocks.append(
            Folded(f"Load / capacity of {len(tables) - n_open} more arms", [Tables(tables[n_open:])])
        )
    if rows:
        words = (
            f"Load over capacity, and below it load over service load; from the limit of {quantity(limit, '-')} on "
            f"cells are orange and bold. {loads_text(record.manifest)} Daily load: the heaviest thing the patient "
            f"regularly does in the phase of that day, less what a brace takes off it. {_basis(rows)}"
        )
        blocks.append(Text(words))
    blocks += [
        _days(activities),
        Text(
            f"First computed day from which load over capacity stays below {quantity(limit, '-')} until the last one, "
            f"and below it that of load over service load; “{MISSING}”: not within the course."
        ),
    ]
    if rows:
        blocks.append(
            Folded(
                "Follow-up: all numbers of the visits",
                [number_table([_marked(row) for row in rows], FOLLOW_UP.shown(REPORT))],
            )
        )
    return Chapter("loads", "Loads over what is borne", blocks, "Loads")


def loads_text(manifest: Mapping[str, Any]) -> str:
    """One sentence: on which vertebra and for which body the loads hold."""
    loads = manifest["loads"]
    level = (
        f"{loads['level']}{' (assumed: the scenario names no level)' if loads['level_is_assumed'] else ''}"
    )
    mass = f"{loads['body_mass_kg']:g} kg{' (that of the table)' if loads['body_mass_is_assumed'] else ''}"
    return f"Loads hold for {level} and a body mass of {mass}."


def _heat(record: RunRecord, arm: str, rows: Sequence[Row], limit: float) -> Table:
    mine = [row for row in rows if row["arm"] == arm]
    loads = {
        str(row["activity"]): float(row["load_N"]) for row in record.tables[ACTIVITIES] if row["arm"] == arm
    }
    intact = {
        str(row["activity"]): float(row["ratio"])
        for row in record.tables[LOAD_TO_STRENGTH]
        if row["arm"] == INTACT
    }
    body = []
    for name in (_DAILY, *sorted(loads, key=lambda each: loads[each])):
        cells = [Cell(activity_name(name), "" if name == _DAILY else f"{quantity(loads[name], 'N')} N")]
        service = float(record.intact["service_N"])
        cells.append(_cell(intact.get(name), None if name == _DAILY else loads[name] / service, limit))
        for row in mine:
            load = float(row["daily_load_N"]) if name == _DAILY else loads[name]
            ratio = row.get(ratio_column(name), "")
            cells.append(_cell(None if ratio == "" else float(ratio), load / float(row["service_N"]), limit))
        body.append(cells)
    injected = record.arms.injections.get(arm)
    title = arm if injected is None else f"{arm}, cement on day {quantity(injected, 'd')}"
    headings = [Heading("activity"), Heading("intact"), *(Heading(f"week {_week(row)}") for row in mine)]
    return Table(headings, body, f"Load / capacity: {title}", "heat")


def _cell(ratio: float | None, of_service: float | None, limit: float) -> Cell:
    if ratio is None:
        return Cell(MISSING)
    strength = min(100, round(100 * abs(ratio - limit) / limit))
    second = "" if of_service is None else quantity(of_service, "-")
    return Cell(quantity(ratio, "-"), second, "over" if ratio >= limit else "under", strength)


def _days(rows: Sequence[Row]) -> Table:
    """One row an activity, with a column of days for each arm: below the limit of capacity, of service load."""
    of_day = [ACTIVITIES[name] for name in ("below_limit_from_day", "below_limit_of_service_from_day")]
    arms = list(dict.fromkeys(str(row["arm"]) for row in rows))
    known = {(row["activity"], row["arm"]): row for row in rows}
    load = {str(row["activity"]): row["load_N"] for row in rows}

    def days(activity: str, arm: str) -> Cell:
        mine = known[activity, arm]
        first, second = (column.text(mine.get(column.name, "")) or MISSING for column in of_day)
        return Cell(first, second)

    body = [
        [Cell(activity_name(name)), Cell(quantity(float(force), "N")), *(days(name, arm) for arm in arms)]
        for name, force in load.items()
    ]
    headings = [Heading(ACTIVITY.title), Heading("load", LOAD_N.meaning, "N")]
    headings += [Heading(f"{arm}: day", of_day[0].meaning) for arm in arms]
    return Table(headings, body, "Below the limit from day")


def _week(row: Row) -> str:
    return f"{float(row['week']):g}{'' if row['basis'] == 'computed' else '*'}"


def _marked(row: Row) -> Row:
    """Row of a visit, its week marked with a star where it was not computed."""
    return row | {"week": _week(row)}


def _basis(rows: Sequence[Row]) -> str:
    """Meaning of the stars, where there are any."""
    spans: dict[str, None] = {}
    for row in sorted(rows, key=lambda row: float(row["day"])):
        day, before, after = (quantity(float(row[name]), "d") for name in ("day", "from_day", "to_day"))
        if row["basis"] == "interpolated":
            spans[f"day {day} linearly between the computed days {before} and {after}"] = None
        elif row["basis"] == "held":
            spans[f"day {day} as on day {before}, the last one computed before the injection"] = None
    return f"* not computed: {'; '.join(spans)}." if spans else ""
