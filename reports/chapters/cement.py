"""Where the cement lies: volume, contacts with the endplates, reach across the crushed band, resolution."""

import re
from collections.abc import Sequence

from vertebra.records.column import REPORT, Column
from vertebra.records.columns import ARM, AUGMENTATION, PERCENT, TENTHS, WHOLE
from vertebra.records.tables import Row

from ..page.blocks import Block, Chapter, Table, Text, number_table, turned
from .record import RunRecord

_PLACED = (
    ARM,
    Column("day", "d", "Day of the injection.", "day", WHOLE),
    Column("procedure", "", "How the body was treated."),
    Column("product", "", "Cement."),
    Column("approach", "", "Through one pedicle, both, or between them."),
    Column("fill", "", "How the cement lies in the body."),
    Column("volume_ml", "mL", "Augmented region, bone inside included.", "volume", TENTHS),
    Column("body_share", "-", "Of the volume of the body.", "share of the body", PERCENT),
    Column("touches", "", "Endplates that the cement touches."),
    Column("contact_superior", "-", "Of the upper end surface.", "contact above", PERCENT),
    Column("contact_inferior", "-", "Of the lower end surface.", "contact below", PERCENT),
    Column(
        "clearance_superior_mm", "mm", "Least bone left to the upper endplate.", "bone left above", TENTHS
    ),
    Column(
        "clearance_inferior_mm", "mm", "Least bone left to the lower endplate.", "bone left below", TENTHS
    ),
    Column("reach_superior_mm", "mm", "Least reach above the crushed band.", "reach above the crush", TENTHS),
    Column("reach_inferior_mm", "mm", "Least reach below the crushed band.", "reach below the crush", TENTHS),
    Column(
        "held_share",
        "-",
        "Surface at the wall or ends, which it does not pass.",
        "surface at limits",
        PERCENT,
    ),
    Column("elements_across", "", "Elements across the smallest thickness.", "elements across", TENTHS),
)
_HELP = (
    "Contact with an endplate is what raises strength; without it the weakest bare section of the host decides, "
    "whatever the shape, while stiffness rises. Cement that ends inside the crushed band carries no load across it. "
    "The criterion of strength decides the size of the effect: on the same cemented state the rules of Crawford and "
    "Pistoia and the weakest surface can differ by half."
)
_BESIDE = (
    "The gain in capacity is resolved where it exceeds what the brackets leave open (±). Utilisation beside cement is "
    "that under the load of the stress fields; bone at the rim works harder the stiffer the cement is over it. Every "
    "day stands in augmentation.csv."
)
_COLUMNS = 4
"""Arms that stand beside each other in the table of placements."""
_CEMENT = re.compile(r"\bmL\b|\bcement\b")


def cement_chapter(record: RunRecord) -> Chapter | None:
    """Table of placements, or what was noted of them; None without cement.

    Parameters
    ----------
    record : RunRecord
    """
    if not record.arms.injections:
        return None
    placed = record.manifest.get("cement") or {}
    given = {arm["name"]: arm["cement"] for arm in record.manifest["scenario"]["arms"] if arm.get("cement")}
    rows: list[Row] = [
        {
            "arm": arm,
            "day": given[arm]["day"],
            **{key: given[arm].get(key, "") for key in ("procedure", "product", "approach")},
        }
        | {name: "" if value is None else value for name, value in numbers.items()}
        for arm, numbers in placed.items()
        if arm in given
    ]
    notes = [note for note in record.manifest["notes"] if note.startswith("arm ") and _CEMENT.search(note)]
    blocks: list[Block] = [_placement(rows)] if rows else [Text(note) for note in notes]
    blocks.append(Text(_HELP))
    bought = _bought(record)
    if bought:
        without = ", ".join(dict.fromkeys(str(row["without"]) for row in bought))
        shown = AUGMENTATION.shown(REPORT)
        blocks += [
            number_table(bought, shown, f"What cement buys over {without}, and the bone beside it"),
            Text(_BESIDE),
        ]
    return Chapter("cement", "Cement and what it touches", blocks, "Cement")


def _bought(record: RunRecord) -> list[Row]:
    """Rows of `augmentation.csv` on the day of each injection, in the middle of its course and on the last day."""
    rows = record.tables[AUGMENTATION]
    chosen: list[Row] = []
    for arm in dict.fromkeys(row["arm"] for row in rows):
        mine = [row for row in rows if row["arm"] == arm and row["gain_capacity_open_N"] != ""]
        mine = mine or [row for row in rows if row["arm"] == arm]
        places = sorted({0, len(mine) // 2, len(mine) - 1})
        chosen += [mine[place] for place in places]
    return chosen


def _placement(rows: Sequence[Row]) -> Table:
    """Table of placements, an arm a column where they are few."""
    table = number_table(rows, _PLACED, "Placement")
    return turned(table) if len(rows) <= _COLUMNS else table
