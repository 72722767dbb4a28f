"""Arm minus arm: what each arm bears more than the one it is compared with, at the visits of the follow-up."""

from collections.abc import Sequence

from vertebra.records.columns import CATCHING_UP, FOLLOW_UP
from vertebra.records.tables import Row

from ..charts.course import TOGETHER
from ..page.blocks import Block, Cell, Chapter, Folded, Heading, Table, Text
from ..page.quantity import MISSING, quantity, signed, with_unit
from .record import RunRecord

COMPARED = (
    ("service_N", "Service load", "N"),
    ("capacity_N", "Capacity", "N"),
    ("stiffness_N_per_mm", "Stiffness", "N/mm"),
)
"""Columns, names and units."""
_CAUGHT = (
    "When the fracture that is left to heal stays at or above what cement gave on the day of its injection, and when "
    f"at or above the cemented arm of the same day; linear between computed days; “{MISSING}”: not within the course."
)


def differences_chapter(record: RunRecord) -> Chapter | None:
    """Tables of differences; None where there is nothing to compare.

    Parameters
    ----------
    record : RunRecord
    """
    rows, reference = record.tables[FOLLOW_UP], record.reference
    others = [arm for arm in record.arms.names if arm != reference]
    if not rows or reference is None or not others:
        return None
    tables = [
        difference_table(rows, column, name, unit, reference, others) for column, name, unit in COMPARED
    ]
    words = (
        f"Each arm minus {reference}, in the unit and in percent of {reference}. Weeks between computed days are "
        "interpolated. Differences below the resolution of the mesh are no differences."
    )
    blocks: list[Block] = [*tables, Text(words)]
    caught = record.tables[CATCHING_UP]
    if caught:
        told: list[Block] = [catching_up_table(caught), Text(_CAUGHT)]
        many = len(others) >= TOGETHER
        blocks += [Folded("When healing without cement has caught up, arm by arm", told)] if many else told
    return Chapter("differences", "Arm minus arm", blocks)


def catching_up_table(rows: Sequence[Row]) -> Table:
    """One row an arm with cement and quantity: value after the injection, and days of healing without cement.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `catching_up.csv`.
    """
    named = {column: (name, unit) for column, name, unit in COMPARED}
    body = []
    for row in rows:
        name, unit = named[str(row["quantity"])]
        days = [CATCHING_UP[each].text(row[each]) or MISSING for each in ("reached_on_day", "level_on_day")]
        value = Cell(with_unit(float(row["value_with_cement"]), unit))
        body.append([Cell(f"{row['arm']}: {name.lower()}"), value, *map(Cell, days)])
    without = ", ".join(dict.fromkeys(str(row["without"]) for row in rows))
    headings = [
        Heading("arm"),
        Heading("after the injection", CATCHING_UP["value_with_cement"].meaning),
        Heading(f"{without} reaches it on day", CATCHING_UP["reached_on_day"].meaning),
        Heading("level from day", CATCHING_UP["level_on_day"].meaning),
    ]
    return Table(headings, body, "When healing without cement has caught up")


def difference_table(
    rows: Sequence[Row], column: str, name: str, unit: str, reference: str, others: Sequence[str]
) -> Table:
    """One row an arm, one column a week.

    Parameters
    ----------
    rows : sequence of dict
        With `arm`, `week` and the column.
    column, name, unit : str
    reference : str
        The arm that is subtracted.
    others : sequence of str
    """
    weeks = list(dict.fromkeys(float(row["week"]) for row in rows))
    values = {(row["arm"], float(row["week"])): row.get(column, "") for row in rows}
    body = []
    for arm in others:
        cells = [Cell(arm)]
        for week in weeks:
            mine, other = values.get((arm, week), ""), values.get((reference, week), "")
            cells.append(
                Cell(MISSING) if mine == "" or other == "" else difference(float(mine), float(other), unit)
            )
        body.append(cells)
    headings = [Heading("arm"), *(Heading(f"week {week:g}") for week in weeks)]
    return Table(headings, body, f"{name} [{unit}], minus {reference}")


def difference(mine: float, other: float, unit: str) -> Cell:
    """Difference in its unit, and in percent below it."""
    added = mine - other
    percent = 100 * added / other if other else float("nan")
    amount = signed(added, unit).split("\u00a0")[0] if quantity(added, unit) != "0" else "0"
    tone = "" if abs(percent) < 1 else ("more" if added > 0 else "less")
    return Cell(amount, signed(percent, "%"), tone)
