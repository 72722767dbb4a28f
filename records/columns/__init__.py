"""Every column of every table of a result, declared once.

CSV files, the headings and numbers of the report and of the terminal, the reference (`docs/columns.md`) and the data
dictionary of each result follow from these declarations. A new column is one entry in the file of its table and the
code that computes it. Other folders import from here.
"""

from .activities import ACTIVITIES, LOAD_TO_STRENGTH
from .augmentation import AUGMENTATION, CATCHING_UP
from .capacity import CAPACITY, NEVER_UNITED
from .convergence import CONVERGENCE, EXTRAPOLATED
from .dictionary import DICTIONARY
from .follow_up import FOLLOW_UP
from .healing import HEALING
from .interaction import INTERACTION
from .kyphoplasty import KYPHOPLASTY
from .load_displacement import LOAD_DISPLACEMENT
from .neighbours import NEIGHBOURS
from .shared import (
    ACTIVITY,
    ARM,
    CAPACITY_HIGH_N,
    CAPACITY_LOW_N,
    CAPACITY_N,
    DAY,
    HUNDREDTHS,
    LOAD_N,
    PERCENT,
    SERVICE_N,
    TENTHS,
    ULTIMATE_N,
    WHOLE,
)
from .spread import INFLUENCE, NEVER_UNITED_SHARE, TOTAL_BANDS, total_name
from .tissue import TISSUE, TISSUES

__all__ = [
    "ACTIVITIES",
    "ACTIVITY",
    "ARM",
    "AUGMENTATION",
    "CAPACITY",
    "CAPACITY_HIGH_N",
    "CAPACITY_LOW_N",
    "CAPACITY_N",
    "CATCHING_UP",
    "COLUMNS",
    "CONVERGENCE",
    "CONVERGENCE_TABLES",
    "DAY",
    "DICTIONARY",
    "EXTRAPOLATED",
    "FOLLOW_UP",
    "HEALING",
    "HUNDREDTHS",
    "INFLUENCE",
    "INTERACTION",
    "KYPHOPLASTY",
    "LOAD_DISPLACEMENT",
    "LOAD_N",
    "LOAD_TO_STRENGTH",
    "NEIGHBOURS",
    "NEVER_UNITED",
    "NEVER_UNITED_SHARE",
    "PERCENT",
    "RUN_TABLES",
    "SERVICE_N",
    "TENTHS",
    "TISSUE",
    "TISSUES",
    "TOTAL_BANDS",
    "ULTIMATE_N",
    "WHOLE",
    "total_name",
]

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
