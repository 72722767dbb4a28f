"""The tables of a run: capacity, tissue and activities, from states to rows to CSV."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Row = dict[str, float | str]

CAPACITY_COLUMNS = (
    "arm",
    "day",
    "capacity_N",
    "stiffness_N_per_mm",
    "crawford_N",
    "pistoia_N",
    "capacity_ratio",
    "stiffness_ratio",
    "service_N",
    "service_ratio",
    "height_mm",
    "percentile_N",
    "weakest_section",
    "zone_young_MPa",
    "ultimate_N",
    "force_1p9_percent_N",
)
LOAD_DISPLACEMENT_COLUMNS = ("arm", "day", "displacement_mm", "strain_percent", "force_N")
TISSUE_COLUMNS = (
    "arm",
    "day",
    "granulation",
    "fibrous",
    "cartilage",
    "woven",
    "remodelled",
    "host",
    "cement",
)
HEALING_COLUMNS = (
    "arm",
    "day",
    "daily_load_N",
    "perfusion",
    "inflammation",
    "mineral_maturity",
    "tissues_above_10_percent",
    "bridged_share",
    "interfragmentary_strain_percent",
    "height_anterior_mm",
    "height_posterior_mm",
    "wedge_angle_deg",
)
ACTIVITY_COLUMNS = ("arm", "activity", "load_N", "safe_from_day")
LOAD_TO_STRENGTH_COLUMNS = (
    "arm",
    "day",
    "week",
    "activity",
    "load_N",
    "capacity_N",
    "ratio",
    "ultimate_N",
    "ratio_to_ultimate",
)
FOLLOW_UP_COLUMNS = (
    "arm",
    "week",
    "day",
    "basis",
    "from_day",
    "to_day",
    "capacity_N",
    "capacity_ratio",
    "service_N",
    "service_ratio",
    "stiffness_N_per_mm",
    "stiffness_ratio",
    "ultimate_N",
    *TISSUE_COLUMNS[2:],
    "mineral_maturity",
    "bridged_share",
    "daily_load_N",
    "daily_load_to_strength",
)
"""First columns of `follow_up.csv`; one `ratio_column` for each activity of the scenario follows."""
WORDS = ("arm", "activity", "basis")
"""Columns of words: an arm may be called `4` or `1e3`."""


def with_ratios(rows: Sequence[Row]) -> list[Row]:
    """Add the ratios to the row of arm `intact`: N/N and (N/mm)/(N/mm), not corrected for height.

    Parameters
    ----------
    rows : sequence of dict
        With `capacity_N`, `stiffness_N_per_mm`, `service_N`; one row of arm `intact`.

    Returns
    -------
    list of dict
    """
    intact = next(row for row in rows if row["arm"] == "intact")
    ratios = {
        "capacity_ratio": "capacity_N",
        "stiffness_ratio": "stiffness_N_per_mm",
        "service_ratio": "service_N",
    }
    return [
        row | {ratio: float(row[column]) / float(intact[column]) for ratio, column in ratios.items()}
        for row in rows
    ]


def activity_rows(rows: Sequence[Row], loads: Mapping[str, float], limit: float) -> list[Row]:
    """First day from which each activity stays below the chosen load-to-strength ratio.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `capacity.csv`.
    loads : mapping of str to float [N]
        Load of each activity.
    limit : float
        Load over capacity that counts as the limit [-].

    Returns
    -------
    list of dict
        `safe_from_day` is empty when the ratio is at or above the limit on the last day.
    """
    out: list[Row] = []
    for arm in dict.fromkeys(row["arm"] for row in rows):
        mine = [row for row in rows if row["arm"] == arm]
        for activity, load in loads.items():
            first: float | str = ""
            for row in reversed(mine):
                if load / float(row["capacity_N"]) >= limit:
                    break
                first = row["day"]
            out.append({"arm": arm, "activity": activity, "load_N": load, "safe_from_day": first})
    return out


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
        `ratio` is to `capacity_N`. `ratio_to_ultimate` stands beside it on days with an elastic-plastic test.
    """
    out: list[Row] = []
    for row in rows:
        arm, day, capacity = str(row["arm"]), float(row["day"]), float(row["capacity_N"])
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
                    "ultimate_N": ultimate,
                    "ratio_to_ultimate": "" if isinstance(ultimate, str) else load / ultimate,
                }
            )
    return out


def ratio_column(activity: str) -> str:
    """Column of `follow_up.csv` with the load of an activity over the capacity."""
    return f"{activity}_to_strength"


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
            {key: text if key in WORDS else _value(text) for key, text in row.items()}
            for row in csv.DictReader(stream)
        ]


def _text(value: float | str) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
