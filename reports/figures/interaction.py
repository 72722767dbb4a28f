"""Interaction curves: axial force against bending moment on key days, all arms."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .curves import COLOURS, Rows

PANELS = {
    "flexion": "moment of flexion [N m]: extension < 0 < flexion",
    "lateral": "moment of lateral bending [N m]: left < 0 < right",
}
_STYLES = ("-", "--", "-.", ":")
_LINES_MM = (-20.0, -10.0, 0.0, 10.0, 20.0)


def interaction_figure(rows: Rows, title: str = "Axial force and bending that the vertebra bears") -> Figure:
    """Draw one curve per arm and day: the vertebra bears what lies under it.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `interaction.csv`.
    title : str

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(10.4, 4.9), layout="constrained")
    axes = figure.subplots(1, len(PANELS), sharey=True, width_ratios=(1.35, 1))
    figure.suptitle(title, fontsize=12)
    arms = list(dict.fromkeys(str(row["arm"]) for row in rows))
    ordered = [*(arm for arm in arms if arm != "intact"), *(arm for arm in arms if arm == "intact")]
    colour = dict(zip(ordered, COLOURS, strict=False)) | {"intact": COLOURS[-1]}
    for axis, (bending, label) in zip(axes, PANELS.items(), strict=True):
        _draw_panel(axis, [row for row in rows if row["bending"] == bending], bending, colour)
        axis.set_xlabel(label, fontsize=9)
    axes[0].set_ylabel("axial force [kN]", fontsize=9)
    handles = [_entry(rows, arm, day, colour) for arm, day in _states(rows)]
    if any(row["method"] == "test" for row in rows):
        handles.append(
            Line2D([], [], color="0.3", ls="", marker="o", ms=5, mfc="none", label="elastic-plastic test")
        )
    handles.append(Line2D([], [], color="0.7", lw=0.8, ls=":", label="eccentricity of the force [mm]"))
    figure.legend(handles=handles, loc="outside right upper", fontsize=8, frameon=False)
    return figure


def _states(rows: Rows) -> list[tuple[str, float]]:
    return list(dict.fromkeys((str(row["arm"]), float(row["day"])) for row in rows))


def _style(rows: Rows, arm: str, day: float) -> str:
    days = sorted({float(row["day"]) for row in rows if row["arm"] == arm})
    return _STYLES[days.index(day) % len(_STYLES)]


def _entry(rows: Rows, arm: str, day: float, colour) -> Line2D:
    return Line2D(
        [], [], color=colour.get(arm, "0.5"), ls=_style(rows, arm, day), lw=1.8, label=f"{arm}, day {day:g}"
    )


def _draw_panel(axis: Axes, rows: Rows, bending: str, colour) -> None:
    moment = f"{bending}_moment_Nm"
    for arm, day in _states(rows):
        mine = [row for row in rows if row["arm"] == arm and float(row["day"]) == day]
        curve, tests = ([row for row in mine if row["method"] == method] for method in ("sections", "test"))
        shade = colour.get(arm, "0.5")
        axis.plot(
            [float(row[moment]) for row in curve],
            [1e-3 * float(row["axial_force_N"]) for row in curve],
            color=shade,
            ls=_style(rows, arm, day),
            lw=1.8,
        )
        axis.plot(
            [float(row[moment]) for row in tests],
            [1e-3 * float(row["axial_force_N"]) for row in tests],
            color=shade,
            ls="",
            marker="o",
            ms=5,
            mfc="none",
        )
    top = 1.12e-3 * max(float(row["axial_force_N"]) for row in rows)
    wide = 1.1 * float(np.max([abs(float(row[moment])) for row in rows]))
    for eccentricity in _LINES_MM:
        end = top if abs(eccentricity) * top <= wide else wide / abs(eccentricity)
        axis.plot([0, eccentricity * end], [0, end], color="0.7", lw=0.8, ls=":", zorder=0)
        axis.annotate(
            f"{eccentricity:g}",
            (0.97 * eccentricity * end, 0.97 * end),
            fontsize=7,
            color="0.45",
            ha="center",
            backgroundcolor="white",
        )
    axis.set_xlim(-wide, wide)
    axis.set_ylim(0, top)
    axis.grid(alpha=0.25)
    axis.spines[["top", "right"]].set_visible(False)
