"""Healing of the fracture zone: tissue, what drives it, milestones, union."""

from collections.abc import Mapping
from typing import Any

from vertebra.records.column import Column
from vertebra.records.columns import ARM, HEALING, TENTHS, TISSUE, TISSUES, WHOLE
from vertebra.records.tables import Row

from ..charts.course import TOGETHER
from ..charts.healing import healing_panels, tissue_panels
from ..page.blocks import Block, Chapter, Folded, Legend, Text, draw, number_table, word_table
from ..page.quantity import quantity
from .record import RunRecord

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
_HELP = (
    "t50, t80 and t95: the zone's mean Young's modulus has made 50, 80 and 95 % of its gain by the last computed day, "
    "interpolated between computed days; they come too early in a course that ends before healing is complete. Not "
    "given beside cement. Bridged: half of the broken volume lies on paths of mineralised tissue from the bone below "
    "to the bone above; not the same as load-bearing. The strain of the zone is its mean shortening under standing "
    "load; it is related to pain but does not measure it."
)


def healing_chapter(record: RunRecord) -> Chapter | None:
    """Tissue, measures and milestones of healing; None where nothing heals.

    Parameters
    ----------
    record : RunRecord
    """
    tissue = record.tables[TISSUE]
    if not tissue:
        return None
    manifest = record.manifest
    stacked, curves = tissue_panels(tissue, record.arms), healing_panels(record.tables[HEALING], record.arms)
    used = [name for name in TISSUES if any(float(row[name]) > 0.005 for row in tissue)]
    milestones: list[Row] = [
        {"arm": arm}
        | {each.name: "" if days.get(each.name) is None else days[each.name] for each in _MILESTONES[1:]}
        for arm, days in manifest["healing"].items()
    ]
    blocks: list[Block] = [
        draw(stacked),
        Legend([(f"tissue-{name}", TISSUES[name]) for name in used]),
        draw(curves)
        if len(record.arms.names) <= TOGETHER
        else Folded("Measures of healing, arm by arm", [draw(curves)]),
        number_table(milestones, _MILESTONES, "Milestones"),
        Text(_HELP),
        *_union(manifest),
    ]
    return Chapter("healing", "Healing of the fracture zone", blocks, "Healing")


def _union(manifest: Mapping[str, Any]) -> list[Block]:
    """Verdicts of a law that follows strain, and the chance of non-union from published odds."""
    verdicts = [
        {
            "arm": arm,
            "outcome": days["outcome"],
            "reason": days["reason"],
            "remodelling": f"{quantity(days['remodelling_formed_mg'], 'mg')} mg formed, "
            f"{quantity(days['remodelling_resorbed_mg'], 'mg')} mg resorbed",
        }
        for arm, days in manifest["healing"].items()
        if "outcome" in days
    ]
    out: list[Block] = [word_table(("arm", "outcome", "reason", "remodelling"), verdicts)] if verdicts else []
    chance = manifest["non_union"]
    if chance is not None:
        low, most, high = (quantity(100 * chance[name], "%") for name in ("low", "probability", "high"))
        out.append(
            Text(
                f"Chance of non-union after 6 to 12 months by published base rate and odds ratios: {most} % ({low} to "
                f"{high} %). It belongs to groups of patients, comes from other data than the curves and is not "
                "combined with them."
            )
        )
    return out
