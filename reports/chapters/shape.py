"""Height of the body over time, and its shape before and after the fracture."""

from vertebra.records.column import REPORT, Column
from vertebra.records.columns import HEALING, KYPHOPLASTY, NEVER_UNITED, TENTHS
from vertebra.records.tables import Row

from ..charts.capacity import height_panels
from ..page.blocks import Block, Chapter, Text, draw, number_table, turned
from .record import RunRecord

_SHAPE = (
    Column("body", "", "Before or after the fracture."),
    Column("anterior_mm", "mm", "Height at the front.", "anterior height", TENTHS),
    Column("middle_mm", "mm", "Height in the middle.", "middle height", TENTHS),
    Column("posterior_mm", "mm", "Height at the back.", "posterior height", TENTHS),
    Column("wedge_angle_deg", "degree", HEALING["wedge_angle_deg"].meaning, "wedge angle", TENTHS),
)
_CONSTANT = (
    "Heights do not change in this run while the fracture heals: remodelling restores tissue, not shape."
)


_PUSHED = (
    "A kyphoplasty stretches the crushed band back by a share of the lost height; what was broken stays broken, and "
    "under load the bone creeps anew. The bone of the cavity is crushed into a shell around it: cavity, shell and bone "
    "beyond add up to the trabecular bone of the body, and its mineral is the same before and after."
)


def shape_chapter(record: RunRecord) -> Chapter | None:
    """Curves of height where it changes, and the table of shapes; None without a fracture.

    Parameters
    ----------
    record : RunRecord
    """
    if not record.arms.names:
        return None
    healing = record.tables[HEALING]
    panels = height_panels(record.capacity, healing, record.arms, record.tables[NEVER_UNITED])
    moving = [
        panel for panel in panels if any(max(line.y) - min(line.y) > 0.05 for line in panel.lines if line.y)
    ]
    shapes: list[Row] = [{"body": body} | dict(heights) for body, heights in record.manifest["shape"].items()]
    blocks: list[Block] = [draw(moving or panels[:1])]
    blocks.append(number_table(shapes, _SHAPE, "The body before and after the fracture"))
    if not moving:
        blocks.append(Text(_CONSTANT))
    done = record.tables[KYPHOPLASTY]
    if done:
        table = number_table(
            done, KYPHOPLASTY.shown(REPORT), "Kyphoplasty: height restored, bone pushed aside"
        )
        blocks += [turned(table), Text(_PUSHED)]
    return Chapter("height", "Height over time", blocks, "Height")
