"""Pictures of slices, in the page."""

import base64

from vertebra.records.result_files import SLICES

from ..charts.course import TOGETHER
from ..page.blocks import Block, Chapter, Folded, Picture, Text
from .record import INTACT, RunRecord

_OPEN = 2
"""Pictures that stand open where they are many."""


def slices_chapter(record: RunRecord) -> Chapter | None:
    """Pictures of every arm; None where none were drawn.

    Parameters
    ----------
    record : RunRecord
    """
    arms = record.arms.names or (INTACT,)
    files = {arm: record.folder / SLICES.of(arm) for arm in arms}
    pictures: list[Block] = [
        Picture(
            f"data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}",
            f"Utilisation in slices, {arm}",
        )
        for arm, file in files.items()
        if file.is_file()
    ]
    if not pictures:
        return None
    load = record.manifest["scenario"]["output"]["load_N"]
    words = (
        f"Utilisation at {load:g} N: stress over the strength of the tissue, 1 where it yields. Nodal averages within "
        "regions; one scale in all panels. Lines: cement, crushed band, weakest surface where a run has stored it."
    )
    if len(pictures) > TOGETHER:
        pictures[_OPEN:] = [Folded(f"Slices of {len(pictures) - _OPEN} more arms", pictures[_OPEN:])]
    return Chapter("slices", "Slices", [*pictures, Text(words)])
