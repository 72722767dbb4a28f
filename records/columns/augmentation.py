"""Cement against waiting: `catching_up.csv` and `augmentation.csv`."""

from ..column import Column, TableLayout
from .shared import ARM, DAY, HUNDREDTHS, ON_PAGE, PERCENT, QUANTITY, TENTHS, WHOLE

WITHOUT = Column("without", "", "Arm without cement, whose healing is compared.")
CATCHING_UP = TableLayout(
    "catching_up.csv",
    "One row per arm with cement and quantity: when the fracture that is left to heal reaches what cement gave.",
    (
        ARM,
        WITHOUT,
        QUANTITY,
        Column("injected_on_day", "d", "Day of the injection.", form=WHOLE),
        Column("value_with_cement", "as the quantity", "What the arm has just after the injection."),
        Column(
            "reached_on_day",
            "d",
            "Day from which the arm without cement stays at or above that value, linear between computed days; empty "
            "where it does not within the course.",
            form=WHOLE,
        ),
        Column(
            "level_on_day",
            "d",
            "Day from which it stays at or above the arm with cement as that is on the same day; empty where it does "
            "not within the course.",
            form=WHOLE,
        ),
    ),
)
AUGMENTATION = TableLayout(
    "augmentation.csv",
    "One row per arm with cement and day from its injection on: what it has over the arm without, and how the bone "
    "beside the cement fares.",
    (
        ARM,
        WITHOUT,
        DAY,
        Column(
            "gain_capacity_N", "N", "Capacity over that without cement.", "capacity gained", WHOLE, ON_PAGE
        ),
        Column(
            "gain_capacity_open_N",
            "N",
            "What the brackets of both capacities leave open of the gain, either way; empty by sections.",
            "±",
            WHOLE,
            ON_PAGE,
        ),
        Column("capacity_over_untreated", "-", "Ratio of both capacities.", form=HUNDREDTHS),
        Column(
            "gain_service_N",
            "N",
            "Service load over that without cement.",
            "service load gained",
            WHOLE,
            ON_PAGE,
        ),
        Column("service_over_untreated", "-", "Ratio of both service loads.", form=HUNDREDTHS),
        Column(
            "gain_stiffness_N_per_mm",
            "N/mm",
            "Stiffness over that without cement.",
            "stiffness gained",
            WHOLE,
            ON_PAGE,
        ),
        Column("stiffness_over_untreated", "-", "Ratio of both stiffnesses.", form=HUNDREDTHS),
        Column(
            "gain_height_mm",
            "mm",
            "Mean height over that without cement.",
            "height kept",
            HUNDREDTHS,
            ON_PAGE,
        ),
        Column("gain_height_anterior_mm", "mm", "Anterior height over that without cement.", form=HUNDREDTHS),
        Column(
            "gain_wedge_angle_deg",
            "degree",
            "Wedge angle without cement less that with it: positive where cement keeps the body straighter.",
            "wedge angle less",
            TENTHS,
            ON_PAGE,
        ),
        Column(
            "rim_utilisation",
            "-",
            "Utilisation under the output load that 95 % of the bone within 1.5 mm of the cement stays below.",
            "utilisation beside cement",
            HUNDREDTHS,
            ON_PAGE,
        ),
        Column(
            "rim_modulus_ratio",
            "-",
            "Mean Young's modulus of the cement over that of the bone within 1.5 mm of it.",
            "modulus of cement / bone beside",
            TENTHS,
            ON_PAGE,
        ),
        Column(
            "load_share_right",
            "-",
            "Axial force in the right half of the fracture zone, cement included, over that of the zone.",
            "load on the right",
            PERCENT,
            ON_PAGE,
        ),
        Column(
            "lateral_tilt_deg",
            "degree",
            "Lean of the upper over the lower end surface to the right under standing load; 0 under a fixed platen.",
            "tilt to the right",
            HUNDREDTHS,
            ON_PAGE,
        ),
        Column(
            "maturity_right",
            "-",
            "Mineral maturity of the broken bone beside the cement, right half.",
            "maturity right",
            HUNDREDTHS,
            ON_PAGE,
        ),
        Column(
            "maturity_left",
            "-",
            "Mineral maturity of the broken bone beside the cement, left half.",
            "left",
            HUNDREDTHS,
            ON_PAGE,
        ),
    ),
)
