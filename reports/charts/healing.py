"""Charts of healing: tissue of the fracture zone, what drives it, how far it has come."""

from collections.abc import Sequence

from vertebra.records.columns import TISSUES
from vertebra.records.tables import Row

from .axis import Axis, week_axis
from .course import WEEKS, Arms, panels_of
from .panel import Panel, Stack

MEASURES = (
    ("bridged_share", 100, "Bridged by mineral [%]", "%"),
    ("mineral_maturity", 100, "Mineral maturity [%]", "%"),
    ("interfragmentary_strain_percent", 1, "Strain of the zone, standing [%]", "%"),
    ("cleft_strain_percent", 1, "Strain of the cleft, daily load [%]", "%"),
    ("perfusion", 100, "Perfusion of the broken bone [%]", "%"),
    ("inflammation", 100, "Acute inflammation [%]", "%"),
    ("daily_load_N", 1, "Daily load [N]", "N"),
)
"""Column of `healing.csv`, scale, title, unit."""


def tissue_panels(rows: Sequence[Row], arms: Arms) -> list[Panel]:
    """One panel an arm: tissues of the fracture zone on top of each other.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `tissue.csv`.
    arms : Arms
        An injection brings cement at once.
    """
    return [
        _stacked([row for row in rows if row["arm"] == arm], arm, arms)
        for arm in dict.fromkeys(str(row["arm"]) for row in rows)
    ]


def healing_panels(rows: Sequence[Row], arms: Arms) -> list[Panel]:
    """Panels of the measures of healing.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `healing.csv`.
    arms : Arms
    """
    out = []
    for column, scale, title, unit in MEASURES:
        out += panels_of(
            rows, column, title, arms, scale=scale, unit=unit, held=(0.0, 100.0) if scale == 100 else ()
        )
    return out


def _stacked(mine: list[Row], arm: str, arms: Arms) -> Panel:
    injected = arms.injections.get(arm)
    if injected is not None:  # the mixture of the days before stays until the injection
        before = [row for row in mine if float(row["day"]) < injected][-1:]
        after = [row for row in mine if float(row["day"]) >= injected]
        mine = [*mine[: len(mine) - len(after)], *({**row, "day": injected} for row in before), *after]
    weeks = [float(row["day"]) / 7 for row in mine]
    below = [0.0] * len(mine)
    stacks = []
    for name, words in reversed(TISSUES.items()):
        above = [low + 100 * float(row[name]) for low, row in zip(below, mine, strict=True)]
        stacks.append(Stack(words, f"tissue-{name}", weeks, below, above))
        below = above
    percent = Axis(0.0, 100.0, (0.0, 25.0, 50.0, 75.0, 100.0))
    return Panel(
        "Tissue [% of the zone]",
        WEEKS,
        week_axis(weeks[-1]),
        percent,
        stacks=stacks,
        marks=arms.marks([arm]),
        about=arm,
        style=arms.style(arm),
    )
