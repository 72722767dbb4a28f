"""Curves over the weeks, one per arm: what all figures of time share."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from ..charts.course import band_columns

Rows = Sequence[Mapping[str, float | str]]

COLOURS = ("#0065a3", "#c24f00", "#00805f", "#a8407f", "#2f8fd0", "#9a6b00", "#6a51a3", "#7a4a2b")
"""Of arms, as in the charts of the report; black is the intact vertebra."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "_")


def arms_of(rows: Rows) -> list[str]:
    """Arms in the order of the rows, without the intact one."""
    return list(dict.fromkeys(str(row["arm"]) for row in rows if row["arm"] != "intact"))


def draw_arms(
    axis: Axes, rows: Rows, column: str, scale: float = 1.0, injections: Mapping[str, float] | None = None
) -> list[tuple[str, str, float]]:
    """Draw a column of all arms over time.

    Parameters
    ----------
    axis : Axes
    rows : sequence of mapping
        With `arm`, `day` and the column; an empty text is no value.
    column : str
    scale : float
        Multiplies the column.
    injections : mapping of str to float [d], optional
        Day on which an arm is injected: its curve jumps there and is not joined to the days before.

    Returns
    -------
    list of (str, str, float)
        Name, colour and last value of every arm that was drawn.
    """
    ends = []
    for number, arm in enumerate(arms_of(rows)):
        mine = [row for row in rows if row["arm"] == arm and row[column] != ""]
        weeks = np.array([float(row["day"]) / 7 for row in mine])
        values = np.array([scale * float(row[column]) for row in mine])
        injected = (injections or {}).get(arm)
        gap = [] if injected is None else [int(np.searchsorted(weeks, injected / 7))]
        axis.plot(
            np.insert(weeks, gap, np.nan),
            np.insert(values, gap, np.nan),
            color=COLOURS[number % len(COLOURS)],
            marker=MARKERS[number % len(MARKERS)],
            ms=4,
            lw=1.8,
            label=arm if injected is None else f"{arm} (cement on day {injected:g})",
            clip_on=False,  # markers on day 0 stand on the axis
            zorder=3 - 0.05 * number,  # what arms share until an injection is of the first one
        )
        band = band_columns(column, {name for row in mine for name, value in row.items() if value != ""})
        if band is not None:
            low, high = (
                [scale * float(row[name]) if row[name] != "" else np.nan for row in mine] for name in band
            )
            since = weeks >= (injected or 0.0) / 7  # days before an injection are those of another arm
            axis.fill_between(
                weeks, low, high, color=COLOURS[number % len(COLOURS)], alpha=0.15, lw=0, where=since
            )
        if len(values):
            ends.append((arm, COLOURS[number % len(COLOURS)], float(values[-1])))
    axis.grid(alpha=0.25)
    axis.spines[["top", "right"]].set_visible(False)
    return ends


def weeks_axis(axis: Axes, last: float) -> None:
    """Square-root time: the first weeks, where most happens, get room."""
    axis.set_xscale("function", functions=(_root, np.square))
    ticks = [week for week in (0, 1, 2, 4, 8, 12, 18, 26, 52, 104, 208, 520) if week <= max(last, 1)]
    axis.xaxis.set_major_locator(FixedLocator(ticks))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda week, _: f"{week:g}"))
    axis.set_xlim(0, max(last, 1) * 1.03)
    axis.set_xlabel("weeks after fracture (square-root scale)", fontsize=9)


def _root(weeks: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(weeks, 0.0))
