"""The section of the report about the weeks of follow-up: one small table and the loads over the capacity."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from vertebra.records.tables import Row, read_csv

from .html import inline_svg, number_table, short

_HEADINGS = {
    "arm": "arm",
    "week": "week",
    "capacity_N": "capacity [N]",
    "capacity_ratio": "capacity / intact",
    "service_N": "service load [N]",
    "service_ratio": "service / intact",
    "stiffness_ratio": "stiffness / intact",
    "daily_load_N": "daily load [N]",
    "daily_load_to_strength": "daily load / capacity",
    "bone": "new bone in the zone [%]",
    "bridged": "bridged [%]",
}


def follow_up_section(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Parts of the page; none without visits.

    Parameters
    ----------
    folder : Path
        With `follow_up.csv` and `load_to_strength.svg`.
    manifest : mapping
        Its `scenario` tells the limit of load over capacity and `loads` the level and body mass.

    Returns
    -------
    list of str
        HTML.
    """
    rows = read_csv(folder / "follow_up.csv")
    if not rows:
        return []
    limit = manifest["scenario"]["loading"]["load_to_strength_limit"]
    return [
        "<h2>Follow-up</h2>",
        number_table([_told(row) for row in rows], _HEADINGS),
        f"<p>{escape(_basis(rows))}Daily load: the heaviest thing the patient regularly does in the phase of that "
        "day, less what a brace takes off it.</p>",
        inline_svg(folder / "load_to_strength.svg"),
        f"<p>Load over capacity of each activity; bold from the limit of {limit:g} on. "
        f"{escape(loads_text(manifest))} Capacity is that under axial load; the moment of a bent trunk acts on top and "
        "is not in the ratio. load_to_strength.csv holds all computed days, and the ratio to the ultimate load where "
        "a day has an elastic-plastic test. A mechanical ratio, not advice.</p>",
    ]


def loads_text(manifest: Mapping[str, Any]) -> str:
    """One sentence: on which vertebra and for which body the loads hold."""
    loads = manifest["loads"]
    level = f"{loads['level']}{' (assumed: the surface tells no level)' if loads['level_is_assumed'] else ''}"
    mass = f"{loads['body_mass_kg']:g} kg{' (that of the table)' if loads['body_mass_is_assumed'] else ''}"
    return f"Loads hold for {level} and a body mass of {mass}."


def _told(row: Row) -> Row:
    mark = "" if row["basis"] == "computed" else "*"
    woven, remodelled, bridged = (row[name] for name in ("woven", "remodelled", "bridged_share"))
    bone = "" if isinstance(woven, str) or isinstance(remodelled, str) else 100 * (woven + remodelled)
    return row | {
        "week": f"{short(row['week'])}{mark}",
        "bone": bone,
        "bridged": bridged if isinstance(bridged, str) else 100 * bridged,
    }


def _basis(rows: Sequence[Row]) -> str:
    """What a star means, where there is one."""
    spans: dict[str, None] = {}
    for row in sorted(rows, key=lambda row: float(row["day"])):
        day, before, after = (short(row[name]) for name in ("day", "from_day", "to_day"))
        if row["basis"] == "interpolated":
            spans[f"day {day} linearly between the computed days {before} and {after}"] = None
        elif row["basis"] == "held":
            spans[f"day {day} as on day {before}, the last one computed before the injection"] = None
    return f"* not computed: {'; '.join(spans)}. " if spans else ""
