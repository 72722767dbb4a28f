"""The section of the report about healing: tissue, what drives it, milestones, union and shape."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from vertebra.records.tables import Row

from .html import inline_svg, number_table, short, word_table

_MILESTONES = {
    "arm": "arm",
    "t50": "t50: day",
    "t80": "t80: day",
    "t95": "t95: day",
    "first_path_day": "first path: day",
    "bridging_day": "bridged: day",
}
_SHAPE = {
    "body": "body",
    "anterior_mm": "anterior height [mm]",
    "middle_mm": "middle height [mm]",
    "posterior_mm": "posterior height [mm]",
    "wedge_angle_deg": "wedge angle [degree]",
}


def healing_section(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Parts of the page; none where nothing heals.

    Parameters
    ----------
    folder : Path
        With `tissue.svg` and `healing.svg`.
    manifest : mapping
        Its `healing`, `non_union` and `shape` are told.

    Returns
    -------
    list of str
        HTML.
    """
    if not (folder / "tissue.svg").is_file():
        return []
    milestones: list[Row] = [
        {"arm": arm} | {name: "-" if days.get(name) is None else days[name] for name in list(_MILESTONES)[1:]}
        for arm, days in manifest["healing"].items()
    ]
    shape: list[Row] = [{"body": body} | heights for body, heights in manifest["shape"].items()]
    return [
        "<h2>Healing of the fracture zone</h2>",
        inline_svg(folder / "tissue.svg"),
        inline_svg(folder / "healing.svg"),
        number_table(milestones, _MILESTONES),
        "<p>t50, t80 (load-bearing) and t95: the zone's mean Young's modulus has made 50, 80 and 95 % of its gain "
        "by the last computed day, interpolated between computed days: in a course that ends before healing does they "
        "come too early. Not given beside cement. Bridged: half of the broken volume lies on "
        "paths of mineralised tissue from the bone below to the bone above. Interfragmentary strain is the mean "
        "shortening of the zone under standing load; it is related to pain but does not measure it.</p>",
        *_union(manifest),
        number_table(shape, _SHAPE),
        "<p>Heights do not change while the fracture heals: remodelling restores tissue, not shape.</p>",
    ]


def _union(manifest: Mapping[str, Any]) -> list[str]:
    """Verdicts of a law that follows strain, and the chance of non-union from published odds."""
    told = [
        {
            "arm": arm,
            "outcome": days["outcome"],
            "reason": days["reason"],
            "remodelling": f"{short(days['remodelling_formed_mg'])} mg formed, "
            f"{short(days['remodelling_resorbed_mg'])} mg resorbed",
        }
        for arm, days in manifest["healing"].items()
        if "outcome" in days
    ]
    out = [word_table(("arm", "outcome", "reason", "remodelling"), told)] if told else []
    chance = manifest["non_union"]
    if chance is not None:
        text = (
            f"Chance of non-union after 6 to 12 months by published base rate and odds ratios: "
            f"{_percent(chance['probability'])} ({_percent(chance['low'])} to {_percent(chance['high'])}). "
            "It belongs to groups of patients, comes from other data than the curves and is not combined with them."
        )
        out.append(f"<p>{escape(text)}</p>")
    return out


def _percent(share: float) -> str:
    return f"{short(100 * share)} %"
