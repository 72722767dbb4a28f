"""Curves a person reads: capacity, service load and stiffness over the weeks, and the tissue behind them."""

import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .curves import Rows, draw_arms, weeks_axis

TISSUES = {
    "host": ("host bone, undamaged share", "#8c6d46"),
    "granulation": ("haematoma, granulation", "#b2182b"),
    "fibrous": ("fibrous tissue", "#ef8a62"),
    "cartilage": ("cartilage", "#92c5de"),
    "woven": ("woven bone", "#fdd49e"),
    "remodelled": ("remodelled bone", "#d8b365"),
    "cement": ("cement", "#999999"),
}
PANELS = (
    ("capacity_N", 1e-3, "capacity [kN]"),
    ("service_N", 1e-3, "service load, 0.68 % shortening [kN]"),
    ("stiffness_N_per_mm", 1e-3, "stiffness [kN/mm]"),
)
_LABEL = 0.05
"""Height of a label as a share of the axis."""


def capacity_figure(
    rows: Rows,
    title: str,
    activities: Mapping[str, float] | None = None,
    injections: Mapping[str, float] | None = None,
) -> Figure:
    """Draw capacity, service load and stiffness of all arms side by side.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `capacity.csv`.
    title : str
        Name of the scenario.
    activities : mapping of str to float [N], optional
        Loads drawn as thin lines under the capacity.
    injections : mapping of str to float [d], optional
        Day on which an arm is injected: its curve jumps there and is not joined to the days before.

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(11.0, 4.1), layout="constrained")
    axes = figure.subplots(1, 3)
    figure.suptitle(title, fontsize=12, parse_math=False)
    intact = next(row for row in rows if row["arm"] == "intact")
    for axis, (column, scale, label) in zip(axes, PANELS, strict=True):
        axis.axhline(scale * float(intact[column]), color="0.35", ls="--", lw=1.2, label="intact")
        draw_arms(axis, rows, column, scale, injections)
        axis.set_title(label, fontsize=10)
        axis.set_ylim(0, 1.06 * scale * max(float(row[column]) for row in rows))
        weeks_axis(axis, max(float(row["day"]) for row in rows) / 7)
    _draw_loads(axes[0], activities or {})
    axes[0].legend(loc="lower right", fontsize=8, frameon=True, framealpha=0.9, edgecolor="none")
    return figure


def tissue_figure(rows: Rows, title: str, injections: Mapping[str, float] | None = None) -> Figure:
    """Draw the mean volume fractions of the fracture zone, one panel per arm.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `tissue.csv`.
    title : str
        Title of the figure.
    injections : mapping of str to float [d], optional
        Day on which an arm is injected: cement is there at once.

    Returns
    -------
    Figure
    """
    arms = list(dict.fromkeys(str(row["arm"]) for row in rows))
    figure = Figure(figsize=(11.0, 3.4), layout="constrained")
    figure.suptitle(title, fontsize=12, parse_math=False)
    axes = figure.subplots(1, len(arms), squeeze=False, sharey=True)[0]
    for axis, arm in zip(axes, arms, strict=True):
        mine = [row for row in rows if row["arm"] == arm]
        injected = (injections or {}).get(arm)
        if injected is not None:  # the mixture of the days before stays until the injection
            before = [row for row in mine if float(row["day"]) < injected][-1:]
            after = [row for row in mine if float(row["day"]) >= injected]
            mine = [*mine[: -len(after)], *({**row, "day": injected} for row in before), *after]
        weeks = [float(row["day"]) / 7 for row in mine]
        shares = [[100 * float(row[name]) for row in mine] for name in TISSUES]
        axis.stackplot(
            weeks,
            shares,
            colors=[colour for _, colour in TISSUES.values()],
            labels=[label for label, _ in TISSUES.values()],
            lw=0.3,
            edgecolor="white",
        )
        axis.set_title(arm, fontsize=10)
        axis.set_ylim(0, 100)
        weeks_axis(axis, weeks[-1])
    axes[0].set_ylabel("volume of the fracture zone [%]", fontsize=9)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside right center", fontsize=8, frameon=False)
    return figure


def save_figure(figure: Figure, file: Path) -> None:
    """Write a figure; the ending of the file says the format."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # a name in another script
        figure.savefig(file, dpi=150, metadata={"Date": None} if file.suffix == ".svg" else None)


def _draw_loads(axis: Axes, activities: Mapping[str, float]) -> None:
    """Mark loads, each with its name above its line, or below where curves run close above."""
    top = axis.get_ylim()[1]
    begins = [float(y) for line in axis.lines for y in np.asarray(line.get_ydata())[:4]]
    for name, load in activities.items():
        height = load * 1e-3
        if height < top:
            axis.axhline(height, color="0.6", lw=0.7, ls=":")
            crowded = any(0 <= y - height < _LABEL * top for y in begins)
            axis.annotate(
                name.replace("_", " "),
                (0.01, height),
                xycoords=("axes fraction", "data"),
                va="top" if crowded else "bottom",
                fontsize=6.5,
                color="0.4",
            )
