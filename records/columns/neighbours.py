"""Equal bodies beyond a disc: `neighbours.csv`."""

from ..column import Column, TableLayout
from .shared import ARM, DAY, HUNDREDTHS, ON_PAGE, TENTHS, THOUSANDTHS, WHOLE

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
