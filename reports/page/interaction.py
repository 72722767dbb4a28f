"""The section of the report about axial force together with bending."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from vertebra.records.tables import Row, read_csv

from .html import inline_svg, number_table

INTERACTION_COLUMNS = (
    "arm",
    "day",
    "bending",
    "method",
    "axial_force_N",
    "flexion_moment_Nm",
    "lateral_moment_Nm",
    "eccentricity_mm",
    "weakest_section",
)
"""Columns of `interaction.csv`."""
_SHOWN_MM = {0.0: "no eccentricity [N]", 10.0: "10 mm in front [N]", -10.0: "10 mm behind [N]"}
_HELP = (
    "Each curve bounds the axial force and the bending moment that the vertebra bears together, about the middle of "
    "its intact upper endplate; a force on a line so many millimetres in front of that point follows a dotted line. "
    "Here the upper platen turns and slides freely, so that the force keeps its line. {of_rotation} Sections of "
    "constant relative height become hinges by limit analysis, and the moments on them follow from balance alone."
)
_ROTATION = {
    "fixed": "A platen that can not turn, as in the table above, bears more than a force through the middle: it shifts "
    "the force to where bone bears most. Without rotation the sections bear the capacity of the table.",
    "free": "The platen of the table above turns about that point but does not slide, so that its force passes there "
    "and may lean.",
}
_RULES = {
    "surface": " Elastic-plastic tests of coarse bodies end within 7 % of these loads, the curve being on the safe "
    "side for most.",
    "section": "",
}


def interaction_section(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Parts of the page; none where no curve was computed.

    Parameters
    ----------
    folder : Path
        With `interaction.csv` and `interaction.svg`.
    manifest : mapping
        Its `interaction` is told; `scenario` says how platens turn and by which rule capacity was found.

    Returns
    -------
    list of str
        HTML.
    """
    told = manifest.get("interaction")
    if told is None:
        return []
    rows = read_csv(folder / "interaction.csv")
    scenario = manifest["scenario"]
    text = _HELP.format(of_rotation=_ROTATION[scenario["loading"]["rotation"]])
    text += _RULES[scenario["capacity"]["rule"]]
    headings = {
        "arm": "arm",
        "day": "day",
        **{f"at {e:g}": heading for e, heading in _SHOWN_MM.items()},
        "flexion": "flexion alone [N m]",
        "extension": "extension alone [N m]",
        "lateral": "bending to the right alone [N m]",
    }
    return [
        "<h2>Axial force together with bending</h2>",
        inline_svg(folder / "interaction.svg"),
        f"<p>{escape(text)}</p>",
        number_table(_table(rows), headings),
        f'<p class="muted">{escape(_cost(told))}</p>',
    ]


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
                **{f"at {e:g}": forces[e] for e in _SHOWN_MM},
                "flexion": max(alone),
                "extension": -min(alone),
                "lateral": max(sideways),
            }
        )
    return table


def _cost(told: Mapping[str, Any]) -> str:
    text = f"Curves of {told['n_states']} states, {told['wall_s']:.1f} s."
    if told["n_failed"]:
        text += f" Tests without an end: {told['n_failed']}, see the warnings."
    return text + " All points are in interaction.csv."
