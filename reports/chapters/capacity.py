"""What the vertebra bears over time: curves, and the table of all days."""

from vertebra.records.column import REPORT, Column
from vertebra.records.columns import ACTIVITIES, CAPACITY, NEVER_UNITED, WHOLE

from ..charts.capacity import capacity_panels
from ..charts.course import TOGETHER, Arms
from ..page.blocks import Block, Chapter, Folded, Text, draw, number_table
from ..page.quantity import quantity
from .record import RunRecord

_RULES = {
    "surface": "under which the vertebra gives way across its weakest surface, which may lie at different heights in "
    "different places",
    "section": "that the weakest section of constant relative height bears with the strength that the force mobilises",
}
_OF_FRACTURES = (
    " After a crush, bone loses far more stiffness than strength, so the service load falls much further than the "
    "capacity. Ratios are to the intact vertebra of the same mesh, bone and loading. That healed bone regains the "
    "strength of the host is an assumption of the mixing rules (certainty C), not a result."
)
_BETWEEN_DISCS = (
    " Stiffness is that between the outer faces of the disc layers, which take most of the approach; the service load, "
    "the rule 0.0068 K H and apparent strain refer to the shortening of the bone, the mean approach of its endplates."
)
_EVENTS = {
    "full band": "Full band: from that day the crushed bone reaches from endplate to endplate in front.",
    "limit": "Limit: from that day the body is not crushed any further; the warnings say why.",
    "refracture": "Refracture: the daily load first exceeds the capacity, and the body is crushed further.",
}
_BANDS = tuple(
    Column(f"{stem}_{end}_N", "N", meaning, heading, WHOLE)
    for stem, words in (("capacity", "capacity"), ("service", "service load"))
    for end, heading, meaning in (
        ("low", f"{words}, low", f"Lower end of the bracket of the {words}."),
        ("high", f"{words}, high", f"Upper end of the bracket of the {words}."),
        ("p10", f"{words}, 10 %", f"A tenth of the patients lies below this {words}."),
        ("p90", f"{words}, 90 %", f"A tenth of the patients lies above this {words}."),
    )
)
"""Columns of bands, shown where a table has them and does not show them itself."""


def capacity_chapter(record: RunRecord) -> Chapter:
    """Curves of service load, capacity and stiffness, with their bands, and the table.

    Parameters
    ----------
    record : RunRecord
    """
    loads = {str(row["activity"]): float(row["load_N"]) for row in record.tables[ACTIVITIES]}
    shown = CAPACITY.shown(REPORT)
    named = {column.name for column in shown}
    columns = [*shown, *(column for column in _BANDS if column.name not in named)]
    table = number_table(record.capacity, columns)
    blocks: list[Block] = []
    if record.arms.names:
        panels = capacity_panels(record.capacity, record.arms, loads, record.tables[NEVER_UNITED])
        open_ones = (
            panels if len(record.arms.names) <= TOGETHER else [each for each in panels if each.unit == "N"]
        )
        blocks.append(draw(open_ones))
        if len(open_ones) < len(panels):
            blocks.append(Folded("Stiffness, arm by arm", [draw(panels[len(open_ones) :])]))
        words = " ".join(filter(None, (_band_words(record), event_words(record.arms))))
        blocks += [Text(words)] if words else []
        blocks.append(Text(_reading(record)))
        blocks.append(Folded("All computed days", [table]))
    else:
        blocks += [table, Text(_reading(record))]
    return Chapter("capacity", "What the vertebra bears", blocks, "Curves")


def _band_words(record: RunRecord) -> str:
    row = record.capacity[-1]
    words = []
    if any(row.get(f"{stem}_p10_N", "") != "" for stem in ("service", "capacity")):
        words.append("Bands hold eight of ten patients.")
    elif any(row.get(f"{stem}_low_N", "") != "" for stem in ("service", "capacity")):
        words.append("Bands are the bracket of the weakest surface: the error of the mesh, not of the model.")
    shares = [
        float(row["never_united_share"]) for row in record.capacity if row.get("never_united_share", "") != ""
    ]
    if shares and record.tables[NEVER_UNITED]:
        share = quantity(100 * max(shares), "%")
        words.append(
            f"{share} % of such fractures never unite, by published odds: the dotted branch; bands are of the others."
        )
    return " ".join(words)


def event_words(arms: Arms) -> str:
    """Meaning of the moments that are marked on the curves, besides injections."""
    known = dict.fromkeys(event.what for event in arms.events)
    return " ".join(_EVENTS[what] for what in known if what in _EVENTS)


def _reading(record: RunRecord) -> str:
    scenario = record.manifest["scenario"]
    text = (
        f"Capacity is the load {_RULES[scenario['capacity']['rule']]}; service load is the smaller of capacity and "
        "the load at which the body has shortened by 0.68 %."
    )
    if record.arms.names:
        text += _OF_FRACTURES
    if scenario["loading"]["ends"] == "discs":
        text += _BETWEEN_DISCS
    last = max(
        (row for row in record.capacity if row["arm"] != "intact"),
        key=lambda row: float(row["day"]),
        default=None,
    )
    if last is not None and float(last["height_mm"]) < float(record.intact["height_mm"]):
        text += (
            f" The fractured body stays shorter ({quantity(float(last['height_mm']), 'mm')} against "
            f"{quantity(float(record.intact['height_mm']), 'mm')} mm): a shorter column of equal material is stiffer, "
            "so a stiffness ratio above 1 after healing is not a gain in quality."
        )
    return text
