"""Curves a person reads: capacity, service load and stiffness over the weeks, and the tissue behind them."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

Rows = Sequence[Mapping[str, float | str]]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
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
    arms = list(dict.fromkeys(str(row["arm"]) for row in rows if row["arm"] != "intact"))
    for axis, (column, scale, label) in zip(axes, PANELS, strict=True):
        axis.axhline(scale * float(intact[column]), color="0.35", ls="--", lw=1.2, label="intact")
        for number, arm in enumerate(arms):
            mine = [row for row in rows if row["arm"] == arm]
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
            )
        axis.set_title(label, fontsize=10)
        axis.set_ylim(0, 1.06 * scale * max(float(row[column]) for row in rows))
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
        _weeks_axis(axis, max(float(row["day"]) for row in rows) / 7)
    _draw_loads(axes[0], activities or {})
    axes[0].legend(loc="lower right", fontsize=8, frameon=True, framealpha=0.9, edgecolor="none")
    return figure


def tissue_figure(rows: Rows, title: str, injections: Mapping[str, float] | None = None) -> Figure:
    """Draw the mean volume fractions of the fracture zone, one panel an arm.

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
        _weeks_axis(axis, weeks[-1])
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
    top = axis.get_ylim()[1]
    for name, load in activities.items():
        if load * 1e-3 < top:
            axis.axhline(load * 1e-3, color="0.6", lw=0.7, ls=":")
            axis.annotate(
                name.replace("_", " "),
                (0.01, load * 1e-3),
                xycoords=("axes fraction", "data"),
                va="bottom",
                fontsize=6.5,
                color="0.4",
            )


def _weeks_axis(axis: Axes, last: float) -> None:
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
