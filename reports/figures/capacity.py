"""Curves for papers and for Python: capacity, service load and stiffness over the weeks, by matplotlib."""

import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..charts.axis import near_axis, tick_text
from ..charts.course import band_columns
from ..charts.labels import spread
from ..page.quantity import activity_name
from .curves import Rows, draw_arms, weeks_axis

PANELS = (
    ("service_N", 1e-3, "service load [kN]"),
    ("capacity_N", 1e-3, "capacity [kN]"),
    ("stiffness_N_per_mm", 1e-3, "stiffness [kN/mm]"),
)
_LABEL = 0.062
"""Distance of two labels as a share of the axis."""


def capacity_figure(
    rows: Rows,
    title: str,
    activities: Mapping[str, float] | None = None,
    injections: Mapping[str, float] | None = None,
) -> Figure:
    """Draw service load, capacity and stiffness of all arms side by side, each curve with its name at its end.

    Bands stand about curves where the rows have them. An axis begins above 0 where curves would be one line otherwise,
    and says so; service load and capacity share theirs.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `capacity.csv`.
    title : str
        Name of the scenario.
    activities : mapping of str to float [N], optional
        Loads drawn as thin lines behind the forces.
    injections : mapping of str to float [d], optional
        Day on which an arm is injected: its curve jumps there and is not joined to the days before.

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(13.5, 4.3), layout="constrained")
    axes = figure.subplots(1, 3)
    figure.suptitle(title, fontsize=12, parse_math=False)
    intact = next(row for row in rows if row["arm"] == "intact")
    for axis, (column, scale, label) in zip(axes, PANELS, strict=True):
        level = scale * float(intact[column])
        axis.axhline(level, color="black", ls="--", lw=1.2)
        ends = draw_arms(axis, rows, column, scale, injections)
        axis.set_ylabel(label, fontsize=10)
        _fit(axis, rows, column, scale)
        weeks_axis(axis, max(float(row["day"]) for row in rows) / 7)
        _name_ends(axis, [*ends, ("intact", "black", level)])
    for axis in axes[:2]:
        _draw_loads(axis, activities or {})
    return figure


def _fit(axis: Axes, rows: Rows, column: str, scale: float) -> None:
    """Set the ends of an axis."""
    shared = ("service_N", "capacity_N") if column.endswith("_N") else (column,)
    bands = [band_columns(name, rows[-1]) or () for name in shared]
    names = [*shared, *(name for pair in bands for name in pair)]
    values = [scale * float(row[name]) for row in rows for name in names if row.get(name, "") != ""]
    near = near_axis(values)
    low, high = (near.low, near.high) if near.low > 0 else (0.0, 1.06 * max(values))
    axis.set_ylim(low, high)
    if low > 0:
        axis.set_title(f"axis from {tick_text(low)}", fontsize=8, color="0.4", loc="left")


def save_figure(figure: Figure, file: Path) -> None:
    """Write a figure; the ending of the file says the format."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # a name in another script
        figure.savefig(file, dpi=150, metadata={"Date": None} if file.suffix == ".svg" else None)


def _name_ends(axis: Axes, ends: list[tuple[str, str, float]]) -> None:
    """Write names on the right of the last values, spread so that none covers another."""
    low, high = axis.get_ylim()
    places = spread([value for *_, value in ends], _LABEL * (high - low), low, high)
    for (name, colour, value), place in zip(ends, places, strict=True):
        axis.annotate(
            name,
            xy=(1.0, value),
            xytext=(1.03, place),
            xycoords=("axes fraction", "data"),
            textcoords=("axes fraction", "data"),
            color=colour,
            fontsize=9,
            fontweight="bold",
            va="center",
            annotation_clip=False,
            parse_math=False,
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.7, "shrinkA": 0, "shrinkB": 0},
        )


def _draw_loads(axis: Axes, activities: Mapping[str, float]) -> None:
    """Mark loads, each with its name above its line, or below where curves run close above."""
    low, top = axis.get_ylim()
    begins = [float(y) for line in axis.lines for y in np.asarray(line.get_ydata())[:4]]
    for name, load in activities.items():
        height = load * 1e-3
        if low < height < top:
            axis.axhline(height, color="0.6", lw=0.7, ls=":")
            crowded = any(0 <= y - height < 0.05 * (top - low) for y in begins)
            axis.annotate(
                activity_name(name),
                (0.01, height),
                xycoords=("axes fraction", "data"),
                va="top" if crowded else "bottom",
                fontsize=8,
                color="0.4",
            )
