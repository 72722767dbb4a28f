"""What cement adds, and when an arm is back: numbers behind the first screen."""

from dataclasses import dataclass

from vertebra.records.tables import Row

from ..charts.course import band_columns
from ..page.quantity import quantity
from .record import RunRecord

SHARE = 0.9
"""Of the intact service load, at which an arm counts as back."""


@dataclass(frozen=True)
class Gain:
    """What cement adds on the day of its injection, in one column of `capacity.csv`.

    Attributes
    ----------
    arm, reference : str
    day : float
    added, before : float
        Difference, and the value without cement.
    resolution : float or None
        Sum of the half widths of both brackets; None where the run has none.
    """

    arm: str
    reference: str
    day: float
    added: float
    before: float
    resolution: float | None


def back_on(record: RunRecord, arm: str, share: float = SHARE) -> float | None:
    """First computed day from which an arm stays at a share of the intact service load; None if it does not.

    Parameters
    ----------
    record : RunRecord
    arm : str
    share : float [-]
    """
    level = share * float(record.intact["service_N"])
    first = None
    for row in reversed(record.of_arm(arm)):
        if float(row["service_N"]) < level:
            break
        first = float(row["day"])
    return first


def gains_of(record: RunRecord, column: str) -> list[Gain]:
    """What cement adds in every cemented arm, against the state without it on the same day.

    Parameters
    ----------
    record : RunRecord
    column : str
        Of `capacity.csv`.
    """
    out = []
    for arm, day in record.arms.injections.items():
        after = next((row for row in record.of_arm(arm) if float(row["day"]) == day), None)
        found = _without(record, arm, day)
        if after is not None and found is not None:
            other, before = found
            widths = [_half_width(row, column) for row in (before, after)]
            resolution = None if None in widths else sum(width for width in widths if width is not None)
            added = float(after[column]) - float(before[column])
            out.append(Gain(arm, other, day, added, float(before[column]), resolution))
    return out


def _without(record: RunRecord, arm: str, day: float) -> tuple[str, Row] | None:
    """An arm that has no cement yet on a day, and its row; else the arm itself on the day before."""
    for other in record.arms.names:
        if other != arm and record.arms.injections.get(other, float("inf")) > day:
            row = next((row for row in record.of_arm(other) if float(row["day"]) == day), None)
            if row is not None:
                return other, row
    earlier = [row for row in record.of_arm(arm) if float(row["day"]) < day]
    return (f"day {quantity(float(earlier[-1]['day']), 'd')}", earlier[-1]) if earlier else None


def _half_width(row: Row, column: str) -> float | None:
    """How far the mesh may be off; None where a run does not say.

    The bracket of the capacity is that of the service load where capacity decides it; where shortening does, the mesh
    adds to the service load what it adds to the stiffness.
    """
    known = {name for name, value in row.items() if value != "" and "_p" not in name}
    by_shortening = column == "service_N" and float(row["service_N"]) < float(row["capacity_N"])
    if by_shortening and "stiffness_error_percent" in known:
        return 0.01 * float(row["stiffness_error_percent"]) * float(row["service_N"])
    pair = band_columns(column, known) or band_columns("capacity_N", known)
    return None if pair is None else 0.5 * (float(row[pair[1]]) - float(row[pair[0]]))
