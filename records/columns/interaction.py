"""Axial force and bending moment together: `interaction.csv`."""

from ..column import Column, TableLayout
from .shared import ARM, DAY, TENTHS, WEAKEST_SECTION, WHOLE

INTERACTION = TableLayout(
    "interaction.csv",
    "One row per combination of axial force and bending moment that the vertebra just bears, on key days.",
    (
        ARM,
        DAY,
        Column("bending", "", "Plane of the moment: `flexion` or `lateral`."),
        Column("method", "", "`sections` for limit analysis, `test` for an elastic-plastic test."),
        Column("axial_force_N", "N", "Axial force.", form=WHOLE),
        Column("flexion_moment_Nm", "N m", "Bending moment, positive in flexion.", form=TENTHS),
        Column("lateral_moment_Nm", "N m", "Bending moment, positive to the right.", form=TENTHS),
        Column(
            "eccentricity_mm",
            "mm",
            "Moment over axial force: distance of the line of force in front of (flexion) or to the right of (lateral) "
            "the middle of the intact upper endplate; empty for a moment alone.",
            form=TENTHS,
        ),
        WEAKEST_SECTION,
    ),
)
