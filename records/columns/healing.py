"""What drives healing and the shape of the body: `healing.csv`."""

from ..column import Column, TableLayout
from .shared import (
    ARM,
    BRIDGED_SHARE,
    DAILY_LOAD_N,
    DAY,
    HUNDREDTHS,
    MINERAL_MATURITY,
    ON_PAGE,
    PERCENT,
    TENTHS,
    WHOLE,
)

HEALING = TableLayout(
    "healing.csv",
    "One row per arm with a fracture and day: what drives healing, how far it has come, the shape of the body.",
    (
        ARM,
        DAY,
        DAILY_LOAD_N,
        Column("perfusion", "-", "Mean perfusion of the repair tissue, 1 in healthy bone.", form=PERCENT),
        Column("inflammation", "-", "Mean acute inflammation of the repair tissue, 0 to 1.", form=PERCENT),
        MINERAL_MATURITY,
        Column(
            "tissues_above_10_percent",
            "-",
            "Number of repair tissues that each fill more than 10 % of the fracture zone.",
            form=WHOLE,
        ),
        BRIDGED_SHARE,
        Column(
            "interfragmentary_strain_percent",
            "%",
            "Mean shortening of the fracture zone under standing load over its thickness; related to pain, not a "
            "measure of it.",
        ),
        Column(
            "height_anterior_mm", "mm", "Anterior height of the body.", "anterior height", TENTHS, ON_PAGE
        ),
        Column("height_middle_mm", "mm", "Height of the body in the middle of its endplates.", form=TENTHS),
        Column("height_posterior_mm", "mm", "Posterior height of the body.", form=TENTHS),
        Column(
            "height_anterior_ratio",
            "-",
            "Anterior height over that of the intact vertebra.",
            "anterior height / intact",
            HUNDREDTHS,
            ON_PAGE,
        ),
        Column(
            "wedge_angle_deg",
            "degree",
            "Angle between the endplates in the sagittal plane, positive where the body is lower in front: the "
            "kyphosis of this vertebra.",
            form=TENTHS,
        ),
        Column(
            "height_restored_mm",
            "mm",
            "Height over that just before the kyphoplasty, where the fracture is deepest: restored on its day, lost "
            "again later; empty in other arms.",
            "restored height",
            form=TENTHS,
        ),
        Column(
            "mobility_mm",
            "mm",
            "Loss of height from lying to standing: closing of a cleft as far as it is not bridged, and elastic "
            "shortening.",
            form=HUNDREDTHS,
        ),
        Column(
            "mobility_deg",
            "degree",
            "Change of the wedge angle from lying to standing: closing of a cleft in front, and elastic bending.",
            form=TENTHS,
        ),
        Column(
            "cleft_strain_percent",
            "%",
            "Compressive strain of the tissue in the cleft under the daily load; empty without a cleft.",
            form=TENTHS,
        ),
        Column(
            "refractures",
            "-",
            "Number of days so far on which the daily load exceeded the capacity and crushed the vertebra further; "
            "empty where it does not collapse.",
            form=WHOLE,
        ),
    ),
)
