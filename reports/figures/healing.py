"""Healing over the weeks: what drives it, how far it has come, what the fracture feels, the height of the body."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from .curves import Rows, draw_arms, weeks_axis

PANELS = (
    ("perfusion", 100, "perfusion of the broken bone [%]"),
    ("inflammation", 100, "acute inflammation [%]"),
    ("mineral_maturity", 100, "mineral maturity [%]"),
    ("tissues_above_10_percent", 1, "tissues above 10 % each [number]"),
    ("bridged_share", 100, "bridged by mineral [%]"),
    ("interfragmentary_strain_percent", 1, "interfragmentary strain, standing [%]"),
    ("daily_load_N", 1, "daily load [N]"),
    ("height_anterior_ratio", 100, "anterior height [% of intact]"),
    ("wedge_angle_deg", 1, "wedge angle [degree]"),
)
"""Column of `healing.csv`, scale, title."""


def healing_figure(rows: Rows, title: str, injections: Mapping[str, float] | None = None) -> Figure:
    """Draw the measures of healing of all arms side by side.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `healing.csv`.
    title : str
        Title of the figure.
    injections : mapping of str to float [d], optional
        Day on which an arm is injected.

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(15.0, 5.6), layout="constrained")
    figure.suptitle(title, fontsize=12, parse_math=False)
    axes = figure.subplots(2, 5)
    last = max(float(row["day"]) for row in rows) / 7
    for axis, (column, scale, label) in zip(axes.flat[:-1], PANELS, strict=True):
        draw_arms(axis, rows, column, scale, injections)
        axis.set_title(label, fontsize=10)
        if scale == 100:
            axis.set_ylim(0, 103)
        else:
            axis.set_ylim(bottom=0)
        weeks_axis(axis, last)
    for axis in axes[0, :-1]:
        axis.set_xlabel("")
    axes[-1, -1].axis("off")
    axes[-1, -1].legend(*axes[0, 0].get_legend_handles_labels(), loc="center", fontsize=9, frameon=False)
    return figure
