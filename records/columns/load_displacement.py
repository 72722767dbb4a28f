"""Elastic-plastic tests: `load_displacement.csv`."""

from ..column import Column, TableLayout
from .shared import ARM, DAY, WHOLE

LOAD_DISPLACEMENT = TableLayout(
    "load_displacement.csv",
    "One row per equilibrium of an elastic-plastic test, the unloaded body first.",
    (
        ARM,
        DAY,
        Column("displacement_mm", "mm", "Approach of the platens."),
        Column(
            "strain_percent",
            "%",
            "Apparent strain: shortening of the bone over its height; without discs the shortening is the approach of "
            "the platens.",
        ),
        Column("force_N", "N", "Axial force.", form=WHOLE),
    ),
)
