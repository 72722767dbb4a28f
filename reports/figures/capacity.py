"""Curves for papers and for Python: capacity, service load and stiffness over the weeks, by matplotlib."""

import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..charts.labels import spread
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
        axis.set_ylim(0, 1.06 * scale * max(float(row[column]) for row in rows))
        weeks_axis(axis, max(float(row["day"]) for row in rows) / 7)
        _name_ends(axis, [*ends, ("intact", "black", level)])
    for axis in axes[:2]:
        _draw_loads(axis, activities or {})
    return figure


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
    top = axis.get_ylim()[1]
    begins = [float(y) for line in axis.lines for y in np.asarray(line.get_ydata())[:4]]
    for name, load in activities.items():
        height = load * 1e-3
        if height < top:
            axis.axhline(height, color="0.6", lw=0.7, ls=":")
            crowded = any(0 <= y - height < 0.05 * top for y in begins)
            axis.annotate(
                name.replace("_", " "),
                (0.01, height),
                xycoords=("axes fraction", "data"),
                va="top" if crowded else "bottom",
                fontsize=6.5,
                color="0.4",
            )
