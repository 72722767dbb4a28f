"""Height that is restored and bone that is moved: `kyphoplasty.csv`."""

from ..column import Column, TableLayout
from .shared import ARM, DAY, EVERYWHERE, HUNDREDTHS, ON_PAGE, PERCENT, TENTHS, WHOLE

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
