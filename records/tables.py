"""Rows of the tables of a run, and CSV files that hold them."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .columns import CAPACITY, COLUMNS, FOLLOW_UP

Row = dict[str, float | str]
_WORDS = frozenset(name for name, column in COLUMNS.items() if column.is_word)


def with_ratios(rows: Sequence[Row]) -> list[Row]:
    """Add the ratios to the row of arm `intact`, not corrected for height.

    Parameters
    ----------
    rows : sequence of dict
        With every quantity of which `capacity.csv` holds a ratio; one row of arm `intact`.

    Returns
    -------
    list of dict
    """
    intact = next(row for row in rows if row["arm"] == "intact")
    ratios = {column.name: column.ratio_of for column in CAPACITY.columns if column.ratio_of}
    return [row | {ratio: float(row[of]) / float(intact[of]) for ratio, of in ratios.items()} for row in rows]


def activity_rows(rows: Sequence[Row], loads: Mapping[str, float], limit: float) -> list[Row]:
    """First computed day from which the load of each activity stays below the limit.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `capacity.csv`.
    loads : mapping of str to float [N]
        Load of each activity.
    limit : float
        Load over capacity to stay below [-].

    Returns
    -------
    list of dict
        `below_limit_from_day` is empty where the ratio is at or above the limit on the last day; so is that of the
        ratio to the service load.
    """
    out: list[Row] = []
    for arm in dict.fromkeys(row["arm"] for row in rows):
        mine = [row for row in rows if row["arm"] == arm]
        for activity, load in loads.items():
            days: Row = {
                "below_limit_from_day": _below_from(mine, "capacity_N", load, limit),
                "below_limit_of_service_from_day": _below_from(mine, "service_N", load, limit),
            }
            out.append({"arm": arm, "activity": activity, "load_N": load} | days)
    return out


def _below_from(rows: Sequence[Row], of: str, load: float, limit: float) -> float | str:
    """First day from which load over a column stays below the limit; empty where it does not."""
    first: float | str = ""
    for row in reversed(rows):
        if load / float(row[of]) >= limit:
            break
        first = row["day"]
    return first


def load_to_strength_rows(
    rows: Sequence[Row], loads: Mapping[str, float], daily: Mapping[tuple[str, float], float]
) -> list[Row]:
    """Load over capacity of every arm on every computed day.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `capacity.csv`.
    loads : mapping of str to float [N]
        Load of each activity.
    daily : mapping of (str, float) to float [N]
        Load of the patient's days by arm and day, with its brace; comes first, as activity `daily_load`.

    Returns
    -------
    list of dict
        `ratio` is to `capacity_N`, `ratio_to_service` to `service_N`. `ratio_to_ultimate` stands beside them on days
        with an elastic-plastic test.
    """
    out: list[Row] = []
    for row in rows:
        arm, day, capacity = str(row["arm"]), float(row["day"]), float(row["capacity_N"])
        service = float(row["service_N"])
        ultimate = row.get("ultimate_N", "")
        today = {"daily_load": daily[arm, day]} if (arm, day) in daily else {}
        for activity, load in (today | dict(loads)).items():
            out.append(
                {
                    "arm": arm,
                    "day": row["day"],
                    "week": day / 7,
                    "activity": activity,
                    "load_N": load,
                    "capacity_N": capacity,
                    "ratio": load / capacity,
                    "service_N": service,
                    "ratio_to_service": load / service,
                    "ultimate_N": ultimate,
                    "ratio_to_ultimate": "" if isinstance(ultimate, str) else load / ultimate,
                }
            )
    return out


def ratio_column(activity: str) -> str:
    """Name of the column of `follow_up.csv` with the load of an activity over the capacity."""
    return FOLLOW_UP.names_with([activity])[-1]


def write_csv(file: Path, columns: Sequence[str], rows: Iterable[Mapping[str, float | str]]) -> None:
    """Write rows under the given columns, numbers with six significant digits."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_text(row[column]) for column in columns])


def read_csv(file: Path) -> list[Row]:
    """Read rows back, numbers as floats."""
    with file.open(newline="", encoding="utf-8") as stream:
        return [
            {key: text if key in _WORDS else _value(text) for key, text in row.items()}
            for row in csv.DictReader(stream)
        ]


def _text(value: float | str) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
