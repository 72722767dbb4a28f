"""Axial force together with bending."""

from collections.abc import Mapping, Sequence
from typing import Any

from vertebra.records.column import Column
from vertebra.records.columns import ARM, DAY, INTERACTION, TENTHS, WHOLE
from vertebra.records.tables import Row

from ...charts.course import TOGETHER
from ...charts.strength import interaction_panels
from ...page.blocks import Chapter, Folded, Text, draw, number_table
from ..record import RunRecord

_FORCES = {
    0.0: Column("at 0", "N", "Axial force on a line through the middle.", "no eccentricity", WHOLE),
    10.0: Column(
        "at 10", "N", "Axial force on a line 10 mm in front of the middle.", "10 mm in front", WHOLE
    ),
    -10.0: Column("at -10", "N", "Axial force on a line 10 mm behind the middle.", "10 mm behind", WHOLE),
}
"""Columns by eccentricity [mm]."""
_SHOWN = (
    ARM,
    DAY,
    *_FORCES.values(),
    Column("flexion", "N m", "Moment of flexion without axial force.", "flexion alone", TENTHS),
    Column("extension", "N m", "Moment of extension without axial force.", "extension alone", TENTHS),
    Column(
        "lateral", "N m", "Moment to the right without axial force.", "bending to the right alone", TENTHS
    ),
)
_HELP = (
    "Each curve bounds the axial force and the bending moment that the vertebra bears together, about the middle of "
    "its intact upper endplate. "
    "Here the upper platen turns and slides freely, so that the force keeps its line. {of_rotation} Sections of "
    "constant relative height become hinges by limit analysis, and the moments on them follow from balance alone."
)
_ROTATION = {
    "fixed": "A platen that cannot turn, as in the table of capacities, bears more than a force through the middle: it "
    "shifts the force to where bone bears most. Without rotation the sections bear the capacity of that table.",
    "free": "The platen of the table of capacities turns about that point but does not slide, so that its force passes "
    "there and may lean.",
}
_RULES = {
    "surface": " Elastic-plastic tests of coarse bodies end within 7 % of these loads, the curve being on the safe "
    "side for most.",
    "section": "",
}


def bending_chapter(record: RunRecord) -> Chapter | None:
    """Interaction curves and forces at a few eccentricities; None where no curve was computed.

    Parameters
    ----------
    record : RunRecord
    """
    summary = record.manifest.get("interaction")
    if summary is None:
        return None
    rows = record.tables[INTERACTION]
    scenario = record.manifest["scenario"]
    text = (
        _HELP.format(of_rotation=_ROTATION[scenario["loading"]["rotation"]])
        + _RULES[scenario["capacity"]["rule"]]
    )
    panels = interaction_panels(rows, record.arms)
    return Chapter(
        "bending",
        "Axial force together with bending",
        [
            draw(panels) if len(panels) <= 2 * TOGETHER else Folded("Curves, arm by arm", [draw(panels)]),
            number_table(_table(rows), _SHOWN),
            Text(text),
            Text(_cost(summary), "note"),
        ],
        "Bending",
    )


def _table(rows: Sequence[Row]) -> list[Row]:
    of_sections = [row for row in rows if row["method"] == "sections"]
    table: list[Row] = []
    for arm, day in dict.fromkeys((row["arm"], row["day"]) for row in of_sections):
        mine = [row for row in of_sections if (row["arm"], row["day"]) == (arm, day)]
        flexion = [row for row in mine if row["bending"] == "flexion"]
        alone = [float(row["flexion_moment_Nm"]) for row in flexion if row["eccentricity_mm"] == ""]
        sideways = [
            float(row["lateral_moment_Nm"])
            for row in mine
            if row["bending"] == "lateral" and row["eccentricity_mm"] == ""
        ]
        forces = {
            round(float(row["eccentricity_mm"]), 6): row["axial_force_N"]
            for row in flexion
            if row["eccentricity_mm"] != ""
        }
        table.append(
            {
                "arm": arm,
                "day": day,
                **{column.name: forces[e] for e, column in _FORCES.items()},
                "flexion": max(alone),
                "extension": -min(alone),
                "lateral": max(sideways),
            }
        )
    return table


def _cost(summary: Mapping[str, Any]) -> str:
    text = f"Curves of {summary['n_states']} states, {summary['wall_s']:.1f} s."
    if summary["n_failed"]:
        text += f" Failed tests: {summary['n_failed']}, see the warnings."
    return text + " All points are in interaction.csv."
