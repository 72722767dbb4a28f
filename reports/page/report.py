"""One self-contained HTML page about a finished run, made from the files of its folder alone."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from vertebra.records.column import REPORT
from vertebra.records.columns import ACTIVITIES, ACTIVITY, CAPACITY, LOAD_N, RUN_TABLES
from vertebra.records.result_files import CAPACITY_FIGURE, MANIFEST, PAGE, STRESS_PICTURE
from vertebra.records.tables import Row, read_csv

from .follow_up import follow_up_chapter, loads_text
from .healing import healing_chapter
from .html import inline_svg, number_table, page, word_table
from .interaction import interaction_chapter
from .virtual_test import virtual_test_chapter

LIMITS = (
    "The healing curve is verified, not validated: no human time series of vertebral strength after fracture "
    "is known to exist. Intact and day-0 states are compared with published tests; times come from histology, "
    "quality factors mostly from rodents. Linear elasticity gives no post-yield, collapse, creep or cement "
    "contact. Not for clinical use."
)


def write_report(folder: Path) -> Path:
    """Write `report.html` from the tables, pictures and manifest of a run's folder.

    Parameters
    ----------
    folder : Path
        Folder with `manifest.json`, the CSV tables and the pictures.

    Returns
    -------
    Path
        The page.
    """
    manifest = json.loads((folder / MANIFEST.name).read_text(encoding="utf-8"))
    rows = read_csv(folder / CAPACITY.file)
    parts = [
        f"<h1>{escape(manifest['name'])}</h1>",
        f'<p class="muted">vertebra {escape(manifest["version"])}, {escape(manifest["created"])}</p>',
        f'<p class="limits">{LIMITS}</p>',
        *(f'<p class="warning">{escape(text)}</p>' for text in manifest["warnings"]),
        "<h2>Load-bearing capacity over time</h2>",
        inline_svg(folder / CAPACITY_FIGURE.name),
        f"<p>{escape(_reading_help(rows, manifest['scenario']))}</p>",
        number_table(rows, CAPACITY.shown(REPORT)),
        *virtual_test_chapter(folder, rows, manifest),
        *interaction_chapter(folder, manifest),
        "<h2>Activities</h2>",
        "<p>First computed day from which load over capacity stays below "
        f"{manifest['scenario']['loading']['load_to_strength_limit']:g} until the last computed day; the ratio crosses "
        "the limit between that day and the computed one before. “-”: not within the course. "
        f"{escape(loads_text(manifest))} A mechanical ratio, not advice.</p>",
        _activities(read_csv(folder / ACTIVITIES.file)),
        *follow_up_chapter(folder, manifest),
        *healing_chapter(folder, manifest),
        *_pictures(folder, [str(row["arm"]) for row in rows], manifest["scenario"]["output"]["load_N"]),
        "<h2>What was assumed, and from which source</h2>",
        word_table(("quantity", "value", "source", "certainty"), manifest["sources"]),
        '<p class="muted">Certainty: A read in the source, B recomputed from it, C project judgement '
        "(approximate).</p>",
        "<h2>Scenario</h2>",
        f'<pre class="scroll">{escape(json.dumps(manifest["scenario"], indent=1))}</pre>',
        "<h2>What the columns of the tables mean</h2>",
        *_reference(),
        "<h2>How it was computed</h2>",
        *(f"<p>{escape(text)}</p>" for text in manifest["notes"]),
    ]
    file = folder / PAGE.name
    file.write_text(page(manifest["name"], parts), encoding="utf-8")
    return file


_RULES = {
    "surface": "under which the vertebra gives way across its weakest surface, which may lie at different heights in "
    "different places",
    "section": "that the weakest section of constant relative height bears with the strength that the force mobilises",
}
_BETWEEN_DISCS = (
    " Stiffness is that between the outer faces of the disc layers, which take most of the approach; the service load, "
    "the rule 0.0068 K H and apparent strain refer to the shortening of the bone, the mean approach of its endplates."
)


def _reading_help(rows: Sequence[Row], scenario: Mapping[str, Any]) -> str:
    text = (
        f"Capacity is the load {_RULES[scenario['capacity']['rule']]}; service load is the smaller of capacity and "
        "the load at which the body has shortened by 0.68 %. After a crush, bone loses far more stiffness than "
        "strength, so the service load falls much further than the capacity. Ratios are to the intact vertebra of the "
        "same mesh, bone and loading. That healed bone regains the strength of the host is an assumption of the "
        "mixing rules (certainty C), not a result."
    )
    if scenario["loading"]["ends"] == "discs":
        text += _BETWEEN_DISCS
    last = max((row for row in rows if row["arm"] != "intact"), key=lambda row: row["day"], default=None)
    intact = next(row for row in rows if row["arm"] == "intact")
    if last is not None and float(last["height_mm"]) < float(intact["height_mm"]):
        text += (
            f" The fractured body stays shorter ({float(last['height_mm']):.1f} against "
            f"{float(intact['height_mm']):.1f} mm): a shorter column of equal material is stiffer, so a "
            "stiffness ratio above 1 after healing is not a gain in quality."
        )
    return text


def _activities(rows: Sequence[Row]) -> str:
    """One row an activity, with a column of days for each arm."""
    of_day = ACTIVITIES["below_limit_from_day"]
    arms = list(dict.fromkeys(str(row["arm"]) for row in rows))
    day = {(row["activity"], row["arm"]): row[of_day.name] for row in rows}
    load = {row["activity"]: row["load_N"] for row in rows}
    table: list[Row] = [
        {"activity": str(name).replace("_", " "), "load_N": force}
        | {f"of {arm}": "-" if day[name, arm] == "" else day[name, arm] for arm in arms}
        for name, force in load.items()
    ]
    days = [replace(of_day, name=f"of {arm}", heading=f"{arm}: day") for arm in arms]
    return number_table(table, (ACTIVITY, LOAD_N, *days))


def _pictures(folder: Path, arms: Sequence[str], load_N: float) -> list[str]:
    pictures = {arm: folder / STRESS_PICTURE.of(arm) for arm in dict.fromkeys(arms)}
    shown = {arm: file for arm, file in pictures.items() if file.is_file()}
    if not shown:
        return []
    out = [
        f"<h2>Von Mises stress at {load_N:g} N</h2><p>The body is cut in a sagittal plane, through the cement "
        "where there is some; the scale is cut off above, so that bone shows its differences.</p>"
    ]
    for arm, file in shown.items():
        data = base64.b64encode(file.read_bytes()).decode()
        out.append(f'<h3>{escape(arm)}</h3><img alt="{escape(arm)}" src="data:image/png;base64,{data}">')
    return out


def _reference() -> list[str]:
    """Meaning of every column of the CSV files, folded away."""
    return [
        f"<details><summary>{escape(table.file)}: {escape(table.meaning)}</summary>"
        + word_table(
            ("column", "unit", "meaning"),
            [{"column": each.name, "unit": each.unit, "meaning": each.meaning} for each in table.columns],
        )
        + "</details>"
        for table in RUN_TABLES
    ]
