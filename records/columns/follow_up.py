"""Visits of the patient: `follow_up.csv`."""

from ..column import Column, TableLayout
from .shared import (
    ARM,
    BRIDGED_SHARE,
    CAPACITY_N,
    CAPACITY_RATIO,
    DAILY_LOAD_N,
    DAY,
    HUNDREDTHS,
    MINERAL_MATURITY,
    ON_PAGE,
    SERVICE_N,
    SERVICE_RATIO,
    STIFFNESS,
    STIFFNESS_RATIO,
    ULTIMATE_N,
    WEEK,
    WHOLE,
)
from .tissue import TISSUE_COLUMNS

FOLLOW_UP = TableLayout(
    "follow_up.csv",
    "One row per arm and visit, interpolated between computed days.",
    (
        ARM,
        WEEK,
        DAY.hidden(),
        Column(
            "basis",
            "",
            "`computed`; `interpolated` between two computed days; or `held`, as on the last computed day before an "
            "injection.",
        ),
        Column("from_day", "d", "Computed day at or before the visit.", form=WHOLE),
        Column(
            "to_day", "d", "Computed day at or after the visit; `from_day` where values are held.", form=WHOLE
        ),
        CAPACITY_N,
        CAPACITY_RATIO,
        SERVICE_N,
        SERVICE_RATIO,
        STIFFNESS.hidden(),
        STIFFNESS_RATIO,
        ULTIMATE_N,
        *TISSUE_COLUMNS,
        MINERAL_MATURITY,
        BRIDGED_SHARE,
        DAILY_LOAD_N,
        Column(
            "daily_load_to_strength",
            "-",
            "Daily load over capacity.",
            "daily load / capacity",
            HUNDREDTHS,
            ON_PAGE,
        ),
        Column(
            "daily_load_to_service",
            "-",
            "Daily load over service load.",
            "daily load / service load",
            HUNDREDTHS,
            ON_PAGE,
        ),
    ),
    per_activity=Column("{activity}_to_strength", "-", "Load of an activity over capacity.", form=HUNDREDTHS),
)
