"""Every column of every table of a result, declared once.

CSV files, the headings and numbers of the report and of the terminal, the reference (`docs/columns.md`) and the data
dictionary of each result follow from these declarations. A new column is one entry here and the code that computes it.
"""

from .column import REPORT, TERMINAL, Column, TableLayout

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


def total_name(column: str, end: str) -> str:
    """Name of an end of the total band of a column: `capacity_N` and `p10` give `capacity_total_p10_N`."""
    quantity, _, unit = column.partition("_")
    return f"{quantity}_total_{end}_{unit}"


BANDS = tuple(
    Column(
        stem.format(end),
        unit,
        f"{share} of the patients who unite lie below this {what}, by their pace of healing and of vessels; empty "
        "where no band is drawn.",
        form=form,
    )
    for stem, unit, what, form in (
        ("capacity_{}_N", "N", "capacity", WHOLE),
        ("service_{}_N", "N", "service load", WHOLE),
        ("stiffness_{}_N_per_mm", "N/mm", "stiffness", WHOLE),
        ("height_{}_mm", "mm", "height", TENTHS),
    )
    for end, share in (("p10", "A tenth"), ("p90", "Nine tenths"))
)
TOTAL_BANDS = tuple(
    Column(
        total_name(of, end),
        unit,
        f"{share} of the samples of everything that is uncertain lie below this {what}: constants within their ranges, "
        "density and its laws, patients who unite; empty without `uncertainty.total`.",
        form=form,
    )
    for of, unit, what, form in (
        ("capacity_N", "N", "capacity", WHOLE),
        ("service_N", "N", "service load", WHOLE),
        ("stiffness_N_per_mm", "N/mm", "stiffness", WHOLE),
        ("height_mm", "mm", "height", TENTHS),
    )
    for end, share in (("p10", "A tenth"), ("p90", "Nine tenths"))
)
NEVER_UNITED_SHARE = Column(
    "never_united_share",
    "-",
    "Chance that the fracture never unites, by published odds; its course stands in `never_united.csv`, the band is of "
    "the others.",
    "never united",
    PERCENT,
)

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
NEIGHBOURS = TableLayout(
    "neighbours.csv",
    "One row per arm, key day and equal neighbour beyond a disc, at the load of `output.load_N`; empty without "
    "`neighbours.beside`.",
    (
        ARM,
        DAY,
        Column("neighbour", "", "Where the neighbour lies: `above` or `below`.", shown=ON_PAGE),
        Column(
            "disc_pressure_MPa",
            "MPa",
            "Mean pressure in the nucleus pulposus of the disc between the two bodies.",
            "disc pressure",
            HUNDREDTHS,
            ON_PAGE,
        ),
        Column(
            "pressure_factor",
            "-",
            "That pressure over load per area of the disc; 1.3 to 1.5 is published for sound discs.",
            "pressure / (load / area)",
            HUNDREDTHS,
        ),
        Column(
            "endplate_deflection_mm",
            "mm",
            "How far the endplate of the vertebra at the disc sinks into it, at most, from the plane of its rim.",
            "endplate sinks",
            THOUSANDTHS,
            ON_PAGE,
        ),
        Column(
            "adjacent_deflection_mm",
            "mm",
            "The same of the endplate of the neighbour.",
            "neighbour's endplate sinks",
            THOUSANDTHS,
            ON_PAGE,
        ),
        Column(
            "adjacent_endplate_MPa",
            "MPa",
            "Von Mises stress that 2 % of the volume of the neighbour's bony endplate at the disc exceeds.",
            "stress of its endplate",
            TENTHS,
            ON_PAGE,
        ),
        Column(
            "adjacent_strain",
            "-",
            "Compressive principal strain that 2 % of the neighbour's bone exceeds.",
            "strain of its bone",
            ".2%",
            ON_PAGE,
        ),
        Column(
            "adjacent_yield_N",
            "N",
            "Load at which 2 % of the neighbour's bone has reached its strength, elastically.",
            "load at which it yields",
            WHOLE,
            ON_PAGE,
        ),
        Column(
            "adjacent_capacity_N",
            "N",
            "Load at which the weakest section of the neighbour becomes a hinge, times the factor of sections.",
            "its capacity",
            WHOLE,
            ON_PAGE,
        ),
        Column(
            "adjacent_ultimate_N",
            "N",
            "Largest force of the elastic-plastic test of the neighbour to 5 % shortening, the vertebra itself staying "
            "elastic; empty without `neighbours.test`.",
            "its ultimate load",
            WHOLE,
            ON_PAGE,
        ),
        Column(
            "adjacent_yield_ratio",
            "-",
            "`adjacent_yield_N` over that beside the intact vertebra.",
            form=THOUSANDTHS,
        ),
        Column(
            "adjacent_capacity_ratio",
            "-",
            "`adjacent_capacity_N` over that beside the intact vertebra.",
            form=THOUSANDTHS,
        ),
        Column(
            "adjacent_load_ratio",
            "-",
            "Risk measure, a ratio of loads and no probability of fracture: `adjacent_yield_N` of the first arm "
            "without cement on the same day over that of this arm, above 1 where the neighbour yields under less load "
            "than beside the untreated vertebra.",
            "load ratio",
            THOUSANDTHS,
            ON_PAGE,
        ),
    ),
)
TISSUE = TableLayout(
    "tissue.csv",
    "One row per arm with a fracture and day: tissues of the fracture zone; they sum to 1.",
    (ARM, DAY, *TISSUE_COLUMNS),
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
QUANTITY = Column("quantity", "", "Column of `capacity.csv` that the row is about.")
CATCHING_UP = TableLayout(
    "catching_up.csv",
    "One row per arm with cement and quantity: when the fracture that is left to heal reaches what cement gave.",
    (
        ARM,
        Column("without", "", "Arm without cement, whose healing is compared."),
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
        Column("without", "", "Arm without cement, whose healing is compared."),
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
KYPHOPLASTY = TableLayout(
    "kyphoplasty.csv",
    "One row per arm with a kyphoplasty: height that it restored on its day, and where the bone of its cavity went. "
    "Cavity, shell and bone beyond add up to the trabecular bone; its mineral is the same before and after.",
    (
        ARM,
        DAY,
        Column(
            "restored", "-", "Share of the lost height that is restored.", "restored", PERCENT, EVERYWHERE
        ),
        Column(
            "restored_anterior_mm", "mm", "Height restored in front.", "restored in front", TENTHS, EVERYWHERE
        ),
        Column(
            "restored_middle_mm",
            "mm",
            "Height restored in the middle.",
            "restored in the middle",
            TENTHS,
            EVERYWHERE,
        ),
        Column("restored_posterior_mm", "mm", "Height restored behind.", "behind", TENTHS, ON_PAGE),
        Column(
            "left_mm",
            "mm",
            "Height over that just before, on the last day.",
            "left of it",
            TENTHS,
            EVERYWHERE,
        ),
        Column("left_day", "d", "That day.", "left on day", WHOLE, EVERYWHERE),
        Column("body_before_ml", "mL", "Body just before.", form=HUNDREDTHS),
        Column("body_after_ml", "mL", "Body with its restored height.", form=HUNDREDTHS),
        Column("cavity_ml", "mL", "Cavity, filled with cement.", "cavity", HUNDREDTHS, EVERYWHERE),
        Column("shell_ml", "mL", "Bone that takes up that of the cavity.", "shell", HUNDREDTHS, EVERYWHERE),
        Column("beyond_ml", "mL", "Trabecular bone beyond it.", "bone beyond", HUNDREDTHS, ON_PAGE),
        Column("trabecular_ml", "mL", "Sum of the three.", "sum of these", HUNDREDTHS, ON_PAGE),
        Column("shell_mm", "mm", "Thickness of the shell.", "thickness of the shell", TENTHS, ON_PAGE),
        Column(
            "densest",
            "-",
            "Largest density of the shell over that before the fracture.",
            "density of the shell / host",
            HUNDREDTHS,
            ON_PAGE,
        ),
        Column("moved_mg", "mg", "Mineral pushed out of the cavity.", "mineral moved", WHOLE, EVERYWHERE),
        Column(
            "mineral_before_mg",
            "mg",
            "Mineral of the trabecular bone before.",
            "mineral before",
            WHOLE,
            EVERYWHERE,
        ),
        Column("mineral_after_mg", "mg", "The same after.", "mineral after", WHOLE, EVERYWHERE),
        Column("mineral_error", "-", "Relative difference of the two.", "difference", ".1g", ON_PAGE),
    ),
)
DICTIONARY = TableLayout(
    "columns.csv",
    "One row per column of the tables above: this reference in the folder of every result.",
    (
        Column("file", "", "Name of the table."),
        Column("column", "", "Name of the column."),
        Column("unit", "", "Unit; - for a number without one, empty for words."),
        Column("meaning", "", "One sentence."),
    ),
)
CONVERGENCE = TableLayout(
    "convergence.csv",
    "One row per arm, day, quantity and mesh, coarsest mesh first (`vertebra converge`).",
    (
        ARM,
        DAY,
        QUANTITY,
        Column("edge_mm", "mm", "Edge length that the mesher is asked for."),
        Column("element_mm", "mm", "Edge of the regular tetrahedron as large as the mean cell of the core."),
        Column("unknowns", "-", "Number of degrees of freedom of the mesh.", form=WHOLE),
        Column("value", "as the quantity", "Value on this mesh."),
        Column("error_percent", "%", "Difference from the extrapolated value.", form=HUNDREDTHS),
    ),
)
EXTRAPOLATED = TableLayout(
    "extrapolated.csv",
    "One row per arm, day and quantity: what the values of all meshes tend to (`vertebra converge`).",
    (
        ARM,
        DAY,
        QUANTITY,
        Column("extrapolated", "as the quantity", "Value at element size zero."),
        Column("uncertainty", "as the quantity", "Uncertainty of the extrapolated value."),
        Column("uncertainty_percent", "%", "Uncertainty over the extrapolated value.", form=HUNDREDTHS),
        Column("order", "-", "Observed order of convergence; empty where none is seen.", form=HUNDREDTHS),
        Column("verdict", "", "How far the observed order can be trusted."),
        Column("finest", "as the quantity", "Value on the finest mesh."),
        Column("finest_error_percent", "%", "Its difference from the extrapolated value.", form=HUNDREDTHS),
    ),
)
INFLUENCE = TableLayout(
    "influence.csv",
    "One row per arm, key day, quantity and input that matters, the largest first: what makes the total band. Empty "
    "without `uncertainty.total`.",
    (
        ARM,
        DAY,
        Column("quantity", "", "Column of `capacity.csv` that the row is about.", shown=ON_PAGE),
        Column(
            "input",
            "",
            "What is uncertain: a constant by table and name, `density`, or the patient's `pace` and `vessels`.",
            shown=ON_PAGE,
        ),
        Column("input_unit", "", "Unit of `low`, `middle` and `high`.", shown=ON_PAGE),
        Column("low", "-", "Lower end of a range; of a factor, 10 % lie below.", "from", ".3g", ON_PAGE),
        Column("middle", "-", "Most likely value; of a factor, the median.", "likely", ".3g", ON_PAGE),
        Column("high", "-", "Upper end of a range; of a factor, 10 % lie above.", "to", ".3g", ON_PAGE),
        Column(
            "first_order",
            "-",
            "Share of the variance that the input makes alone (first-order index of Sobol').",
            "alone",
            PERCENT,
            ON_PAGE,
        ),
        Column(
            "total_order",
            "-",
            "Share of the variance in which the input takes part (total index of Sobol').",
            "in all",
            PERCENT,
            ON_PAGE,
        ),
        Column(
            "surrogate_error",
            "-",
            "Share of the variance that the polynomial behind the indices misses at samples that are left out.",
            form=PERCENT,
        ),
    ),
)
RUN_TABLES = (
    CAPACITY,
    NEVER_UNITED,
    INFLUENCE,
    LOAD_DISPLACEMENT,
    INTERACTION,
    NEIGHBOURS,
    TISSUE,
    HEALING,
    ACTIVITIES,
    LOAD_TO_STRENGTH,
    FOLLOW_UP,
    CATCHING_UP,
    AUGMENTATION,
    KYPHOPLASTY,
    DICTIONARY,
)
"""Tables that a run leaves."""
CONVERGENCE_TABLES = (CONVERGENCE, EXTRAPOLATED)
"""Tables that a study of mesh convergence leaves."""
COLUMNS = {column.name: column for table in (*RUN_TABLES, *CONVERGENCE_TABLES) for column in table.columns}
"""Every column by its name, which means the same in every table."""
