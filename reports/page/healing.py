"""The chapter of the report about healing: tissue, what drives it, milestones, union and shape."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from vertebra.records.column import Column
from vertebra.records.columns import ARM, HEALING, TENTHS, WHOLE
from vertebra.records.result_files import HEALING_FIGURE, TISSUE_FIGURE
from vertebra.records.tables import Row

from .html import inline_svg, number_table, short, word_table

_GAIN = "Day on which the zone's mean Young's modulus has made {} % of its gain."
_MILESTONES = (
    ARM,
    Column("t50", "d", _GAIN.format(50), "t50: day", TENTHS),
    Column("t80", "d", _GAIN.format(80), "t80: day", TENTHS),
    Column("t95", "d", _GAIN.format(95), "t95: day", TENTHS),
    Column(
        "first_path_day", "d", "Day of the first mineralised path across the zone.", "first path: day", WHOLE
    ),
    Column("bridging_day", "d", "Day on which half of the broken volume is bridged.", "bridged: day", WHOLE),
)
_SHAPE = (
    Column("body", "", "Before or after the fracture."),
    Column("anterior_mm", "mm", "Height at the front.", "anterior height", TENTHS),
    Column("middle_mm", "mm", "Height in the middle.", "middle height", TENTHS),
    Column("posterior_mm", "mm", "Height at the back.", "posterior height", TENTHS),
    Column("wedge_angle_deg", "degree", HEALING["wedge_angle_deg"].meaning, "wedge angle", TENTHS),
)


def healing_chapter(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Parts of the page; none where nothing heals.

    Parameters
    ----------
    folder : Path
        With `tissue.svg` and `healing.svg`.
    manifest : mapping
        `healing`, `non_union` and `shape` are shown.

    Returns
    -------
    list of str
        HTML.
    """
    if not (folder / TISSUE_FIGURE.name).is_file():
        return []
    milestones: list[Row] = [
        {"arm": arm}
        | {each.name: "-" if days.get(each.name) is None else days[each.name] for each in _MILESTONES[1:]}
        for arm, days in manifest["healing"].items()
    ]
    shape: list[Row] = [{"body": body} | heights for body, heights in manifest["shape"].items()]
    return [
        "<h2>Healing of the fracture zone</h2>",
        inline_svg(folder / TISSUE_FIGURE.name),
        inline_svg(folder / HEALING_FIGURE.name),
        number_table(milestones, _MILESTONES),
        "<p>t50, t80 and t95: the zone's mean Young's modulus has made 50, 80 and 95 % of its gain over two years of "
        "the same law, whatever days are computed; under a law that follows strain, of its gain by the last computed "
        "day. Not given beside cement. Bridged: half of the broken volume lies on "
        "paths of mineralised tissue from the bone below to the bone above. Interfragmentary strain is the mean "
        "shortening of the zone under standing load; it is related to pain but does not measure it.</p>",
        *_union(manifest),
        number_table(shape, _SHAPE),
        "<p>Heights do not change while the fracture heals: remodelling restores tissue, not shape.</p>",
    ]


def _union(manifest: Mapping[str, Any]) -> list[str]:
    """Verdicts of a law that follows strain, and the chance of non-union from published odds."""
    verdicts = [
        {
            "arm": arm,
            "outcome": days["outcome"],
            "reason": days["reason"],
            "remodelling": f"{short(days['remodelling_formed_mg'])} mg formed, "
            f"{short(days['remodelling_resorbed_mg'])} mg resorbed; of these by adaptation to load "
            f"{short(days['adaptation_gained_mg'])} and {short(days['adaptation_lost_mg'])} mg",
        }
        for arm, days in manifest["healing"].items()
        if "outcome" in days
    ]
    out = [word_table(("arm", "outcome", "reason", "remodelling"), verdicts)] if verdicts else []
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
