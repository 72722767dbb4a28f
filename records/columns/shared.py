"""Number formats, places where columns are shown, and columns that several tables hold."""

from ..column import REPORT, TERMINAL, Column

WHOLE, TENTHS, HUNDREDTHS, THOUSANDTHS, PERCENT = ".0f", ".1f", ".2f", ".3f", ".1%"
ON_PAGE = frozenset({REPORT})
EVERYWHERE = frozenset({REPORT, TERMINAL})

ARM = Column("arm", "", "Treatment arm of the scenario; `intact` is the unbroken vertebra.", shown=EVERYWHERE)
DAY = Column("day", "d", "Days after the fracture.", form=WHOLE, shown=EVERYWHERE)
WEEK = Column("week", "wk", "Weeks after the fracture.", shown=ON_PAGE)
CAPACITY_N = Column(
    "capacity_N",
    "N",
    "Axial force under which the vertebra gives way, by the rule `capacity.rule`.",
    "capacity",
    WHOLE,
    EVERYWHERE,
)
CAPACITY_LOW_N = Column(
    "capacity_low_N",
    "N",
    "Lower end of the bracket of the capacity: what the mesh leaves open of the weakest surface; empty by sections.",
    "capacity from",
    WHOLE,
    ON_PAGE,
)
CAPACITY_HIGH_N = Column(
    "capacity_high_N",
    "N",
    "Upper end of the bracket of the capacity; empty by sections.",
    "to",
    WHOLE,
    ON_PAGE,
)
CAPACITY_BASIS = Column(
    "capacity_basis",
    "",
    "`bracket`: the capacity was bracketed on this day, within 5 %; `not resolved`: the bracket is wider; `between`: "
    "between the bracketed days around it, as the cheapest surface of this day stands between theirs; "
    "`section`: that of the weakest section; `ratio`: from another case of a study, by ratios on a coarser mesh.",
    "basis",
)
CAPACITY_RATIO = Column(
    "capacity_ratio",
    "-",
    "Capacity over that of the intact vertebra.",
    "capacity / intact",
    HUNDREDTHS,
    EVERYWHERE,
    ratio_of="capacity_N",
)
STIFFNESS = Column(
    "stiffness_N_per_mm",
    "N/mm",
    "Axial force over the approach of the platens.",
    "stiffness",
    WHOLE,
    EVERYWHERE,
)
STIFFNESS_RATIO = Column(
    "stiffness_ratio",
    "-",
    "Stiffness over that of the intact vertebra, not corrected for height.",
    "stiffness / intact",
    HUNDREDTHS,
    EVERYWHERE,
    ratio_of="stiffness_N_per_mm",
)
SERVICE_N = Column(
    "service_N",
    "N",
    "Service load: the smaller of capacity and the load that shortens the body by 0.68 % of its intact height.",
    "service load",
    WHOLE,
    EVERYWHERE,
)
SERVICE_RATIO = Column(
    "service_ratio",
    "-",
    "Service load over that of the intact vertebra.",
    "service / intact",
    HUNDREDTHS,
    EVERYWHERE,
    ratio_of="service_N",
)
HEIGHT = Column(
    "height_mm",
    "mm",
    "Mean height of the bone between its two end surfaces.",
    "height",
    TENTHS,
    ON_PAGE,
)
ULTIMATE_N = Column(
    "ultimate_N",
    "N",
    "Largest force of the elastic-plastic test; empty on days without one.",
    "ultimate load",
    WHOLE,
)
WEAKEST_SECTION = Column(
    "weakest_section",
    "-",
    "Mean relative height of the weakest surface or section: 0 at the inferior, 1 at the superior endplate.",
    form=HUNDREDTHS,
)
LOAD_N = Column(
    "load_N",
    "N",
    "Compressive force of the activity on this vertebra, for this patient's body mass.",
    "load",
    WHOLE,
    ON_PAGE,
)
ACTIVITY = Column("activity", "", "Activity of `loading.activities`.", shown=ON_PAGE)
DAILY_LOAD_N = Column(
    "daily_load_N",
    "N",
    "Load of the heaviest activity of the day's phase of rehabilitation, less what a brace takes off it.",
    "daily load",
    WHOLE,
    ON_PAGE,
)
MINERAL_MATURITY = Column(
    "mineral_maturity",
    "-",
    "Mean degree of mineralisation of the repair tissue in the fracture zone.",
    form=PERCENT,
)
BRIDGED_SHARE = Column(
    "bridged_share",
    "-",
    "Share of the broken volume, cement aside, on mineralised paths from the bone below to the bone above.",
    "bridged",
    PERCENT,
    ON_PAGE,
)
QUANTITY = Column("quantity", "", "Column of `capacity.csv` that the row is about.")
