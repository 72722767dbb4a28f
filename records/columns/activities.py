"""Loads of activities over what the vertebra bears: `activities.csv` and `load_to_strength.csv`."""

from ..column import Column, TableLayout
from .shared import (
    ACTIVITY,
    ARM,
    CAPACITY_N,
    DAY,
    EVERYWHERE,
    HUNDREDTHS,
    LOAD_N,
    SERVICE_N,
    ULTIMATE_N,
    WEEK,
    WHOLE,
)

ACTIVITIES = TableLayout(
    "activities.csv",
    "One row per arm and activity: the day from which the vertebra bears it.",
    (
        ARM,
        ACTIVITY,
        LOAD_N,
        Column(
            "below_limit_from_day",
            "d",
            "First computed day from which load over capacity stays below `loading.load_to_strength_limit` until the "
            "last one; empty where it does not.",
            "below the limit from day",
            WHOLE,
            EVERYWHERE,
        ),
        Column(
            "below_limit_of_service_from_day",
            "d",
            "The same of load over service load.",
            "load / service below the limit from day",
            WHOLE,
            EVERYWHERE,
        ),
    ),
)
LOAD_TO_STRENGTH = TableLayout(
    "load_to_strength.csv",
    "One row per arm, day and activity; `daily_load` is what the patient does on that day.",
    (
        ARM,
        DAY,
        WEEK,
        ACTIVITY,
        LOAD_N,
        CAPACITY_N,
        Column("ratio", "-", "Load over capacity.", "load / capacity", HUNDREDTHS),
        SERVICE_N,
        Column("ratio_to_service", "-", "Load over service load.", "load / service load", HUNDREDTHS),
        ULTIMATE_N,
        Column(
            "ratio_to_ultimate",
            "-",
            "Load over ultimate load; empty on days without an elastic-plastic test.",
            "load / ultimate load",
            HUNDREDTHS,
        ),
    ),
)
