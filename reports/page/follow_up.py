"""The chapter of the report about the weeks of follow-up: one small table and the loads over the capacity."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from vertebra.records.column import REPORT
from vertebra.records.columns import FOLLOW_UP
from vertebra.records.result_files import LOAD_RATIO_FIGURE
from vertebra.records.tables import Row, read_csv

from .html import inline_svg, number_table, short


def follow_up_chapter(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Parts of the page; none without visits.

    Parameters
    ----------
    folder : Path
        With `follow_up.csv` and `load_to_strength.svg`.
    manifest : mapping
        `scenario` holds the limit of load over capacity, `loads` the level and the body mass.

    Returns
    -------
    list of str
        HTML.
    """
    rows = read_csv(folder / FOLLOW_UP.file)
    if not rows:
        return []
    limit = manifest["scenario"]["loading"]["load_to_strength_limit"]
    return [
        "<h2>Follow-up</h2>",
        number_table([_marked(row) for row in rows], FOLLOW_UP.shown(REPORT)),
        f"<p>{escape(_basis(rows))}Daily load: the heaviest thing the patient regularly does in the phase of that "
        "day, less what a brace takes off it.</p>",
        inline_svg(folder / LOAD_RATIO_FIGURE.name),
        f"<p>Load over capacity of each activity; bold from the limit of {limit:g} on. "
        f"{escape(loads_text(manifest))} Capacity is that under axial load; the moment of a bent trunk acts on top and "
        "is not in the ratio. load_to_strength.csv holds all computed days, and the ratio to the ultimate load where "
        "a day has an elastic-plastic test. A mechanical ratio, not advice.</p>",
    ]


def loads_text(manifest: Mapping[str, Any]) -> str:
    """One sentence: on which vertebra and for which body the loads hold."""
    loads = manifest["loads"]
    level = (
        f"{loads['level']}{' (assumed: the scenario names no level)' if loads['level_is_assumed'] else ''}"
    )
    mass = f"{loads['body_mass_kg']:g} kg{' (that of the table)' if loads['body_mass_is_assumed'] else ''}"
    return f"Loads hold for {level} and a body mass of {mass}."


def _marked(row: Row) -> Row:
    """Row of a visit, its week marked with a star where it was not computed."""
    return row | {"week": f"{short(row['week'])}{'' if row['basis'] == 'computed' else '*'}"}


def _basis(rows: Sequence[Row]) -> str:
    """Meaning of the stars, where there are any."""
    spans: dict[str, None] = {}
    for row in sorted(rows, key=lambda row: float(row["day"])):
        day, before, after = (short(row[name]) for name in ("day", "from_day", "to_day"))
        if row["basis"] == "interpolated":
            spans[f"day {day} linearly between the computed days {before} and {after}"] = None
        elif row["basis"] == "held":
            spans[f"day {day} as on day {before}, the last one computed before the injection"] = None
    return f"* not computed: {'; '.join(spans)}. " if spans else ""
