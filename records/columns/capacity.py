"""What the vertebra bears: `capacity.csv`, and `never_united.csv` for a fracture that stays open."""

from ..column import Column, TableLayout
from .shared import (
    ARM,
    CAPACITY_BASIS,
    CAPACITY_HIGH_N,
    CAPACITY_LOW_N,
    CAPACITY_N,
    CAPACITY_RATIO,
    DAY,
    HEIGHT,
    ON_PAGE,
    SERVICE_N,
    SERVICE_RATIO,
    STIFFNESS,
    STIFFNESS_RATIO,
    TENTHS,
    ULTIMATE_N,
    WEAKEST_SECTION,
    WHOLE,
)
from .spread import BANDS, NEVER_UNITED_SHARE, TOTAL_BANDS

CAPACITY = TableLayout(
    "capacity.csv",
    "One row per arm and day: what the vertebra bears.",
    (
        ARM,
        DAY,
        CAPACITY_N,
        STIFFNESS,
        Column(
            "crawford_N",
            "N",
            "Crawford's rule: 0.0068 times stiffness of the bone times its height.",
            "0.0068 K H",
            WHOLE,
            ON_PAGE,
        ),
        Column(
            "pistoia_N",
            "N",
            "Pistoia's rule: load at which 12 % of the bone exceeds an effective strain of 0.7 %.",
            "Pistoia",
            WHOLE,
            ON_PAGE,
        ),
        CAPACITY_RATIO,
        STIFFNESS_RATIO,
        SERVICE_N,
        SERVICE_RATIO,
        HEIGHT,
        *BANDS,
        *TOTAL_BANDS,
        NEVER_UNITED_SHARE,
        Column(
            "percentile_N",
            "N",
            "Load at which the utilisation of 2 % of the bone exceeds 1.",
            form=WHOLE,
        ),
        WEAKEST_SECTION,
        Column(
            "zone_young_MPa",
            "MPa",
            "Mean Young's modulus of the fracture zone; empty without a fracture.",
        ),
        ULTIMATE_N,
        Column(
            "force_1p9_percent_N",
            "N",
            "Force of the elastic-plastic test at 1.9 % apparent strain; empty on days without one.",
            "force at 1.9 %",
            WHOLE,
        ),
        CAPACITY_LOW_N,
        CAPACITY_HIGH_N,
        CAPACITY_BASIS,
        Column(
            "stiffness_error_percent",
            "%",
            "By how much the mesh makes stiffness and service load too high at most, estimated from jumps of strain "
            "between cells; on bracketed days.",
            form=TENTHS,
        ),
    ),
)
NEVER_UNITED = TableLayout(
    "never_united.csv",
    "One row per arm and day of a fracture that never unites, whose soft tissue stays fibrous; without rows where no "
    "band is drawn.",
    (ARM, DAY, CAPACITY_N.hidden(), SERVICE_N.hidden(), STIFFNESS.hidden(), HEIGHT.hidden()),
)
