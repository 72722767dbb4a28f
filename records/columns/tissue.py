"""Tissues of the fracture zone: `tissue.csv`, and the columns that other tables repeat."""

from ..column import Column, TableLayout
from .shared import ARM, DAY, ON_PAGE, PERCENT

TISSUES = {
    "granulation": "haematoma and granulation tissue",
    "fibrous": "fibrous tissue",
    "cartilage": "cartilage",
    "woven": "woven bone",
    "remodelled": "remodelled bone",
    "host": "undamaged host bone",
    "cement": "cement",
}
"""Tissues by name, in words."""
TISSUE_COLUMNS = tuple(
    Column(
        name,
        "-",
        f"Mean volume fraction of {words} in the fracture zone.",
        f"{words} in the zone",
        PERCENT,
        ON_PAGE if name in ("woven", "remodelled") else frozenset(),
    )
    for name, words in TISSUES.items()
)
TISSUE = TableLayout(
    "tissue.csv",
    "One row per arm with a fracture and day: tissues of the fracture zone; they sum to 1.",
    (ARM, DAY, *TISSUE_COLUMNS),
)
