"""Load over capacity of every activity at every visit, one panel per arm."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from vertebra.records.tables import ratio_column

from .curves import Rows, arms_of

_MAP = "RdBu_r"  # distinct for readers with any colour vision; numbers and bold type repeat it
_IN_A_ROW = 3
_DAILY = "daily_load"


def load_ratio_figure(
    rows: Rows,
    intact: Mapping[str, float],
    limit: float,
    injections: Mapping[str, float] | None = None,
) -> Figure:
    """Draw the ratios as coloured cells with their numbers.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `follow_up.csv`.
    intact : mapping of str to float [-]
        Ratio of each activity to the capacity of the intact vertebra; the rows of the panels, lightest first.
    limit : float [-]
        Ratio that is white; at and above it numbers are bold.
    injections : mapping of str to float [d], optional
        Day on which an arm is injected, named in its title.

    Returns
    -------
    Figure
    """
    names = [_DAILY, *sorted(intact, key=lambda name: intact[name])]
    arms = arms_of(rows)
    across = min(len(arms), _IN_A_ROW)
    down = -(-len(arms) // _IN_A_ROW)
    visits = max(sum(row["arm"] == arm for row in rows) for arm in arms)
    figure, axes, beside = _panels(down, across, visits + 1, names, max(map(len, arms)))
    scale = TwoSlopeNorm(limit, 0.0, 2 * limit)
    for axis in axes.flat[len(arms) :]:
        axis.set_visible(False)
    for axis, arm in zip(axes.flat, arms, strict=False):
        mine = [row for row in rows if row["arm"] == arm]
        values = np.array(
            [[intact.get(name, np.nan), *(float(row[ratio_column(name)]) for row in mine)] for name in names]
        )
        _draw_cells(axis, values, limit, scale)
        axis.set_xticks(range(len(mine) + 1), ["intact", *(_week(row) for row in mine)], fontsize=8)
        injected = (injections or {}).get(arm)
        axis.set_title(arm if injected is None else f"{arm}\ncement on day {injected:g}", fontsize=10)
        axis.set_xlabel("weeks after fracture", fontsize=9)
    for axis in axes[:, 0]:
        axis.set_yticks(range(len(names)), [name.replace("_", " ") for name in names], fontsize=8)
    bar = figure.colorbar(ScalarMappable(scale, _MAP), cax=beside, extend="max")
    bar.set_ticks([0, limit / 2, limit, 1.5 * limit, 2 * limit])
    bar.ax.set_yticklabels([f"{tick:.3g}" for tick in bar.get_ticks()], fontsize=8)
    bar.set_label(f"load / capacity [-]\nwhite: limit {limit:g}", fontsize=9)
    return figure


def _panels(
    down: int, across: int, columns: int, names: Sequence[str], longest_title: int
) -> tuple[Figure, np.ndarray, Axes]:
    """Empty figure, its panels and the place of the colour bar, sized so that words find room.

    All widths are known beforehand, which spares the automatic layout: half the time of the figure.
    """
    left = 0.2 + 0.075 * max(map(len, names))  # [inch], as all below
    width = max(0.5 * columns, 0.09 * longest_title)
    height = 0.34 * len(names)
    gap_x, gap_y, top, bottom, right = 0.25, 1.0, 0.5, 0.5, 1.15
    total_x = left + across * width + (across - 1) * gap_x + right
    total_y = bottom + down * height + (down - 1) * gap_y + top
    figure = Figure(figsize=(total_x, total_y))
    axes = figure.subplots(down, across, squeeze=False, sharey=True)
    figure.subplots_adjust(
        left=left / total_x,
        right=1 - right / total_x,
        bottom=bottom / total_y,
        top=1 - top / total_y,
        wspace=gap_x / width,
        hspace=gap_y / height,
    )
    tall = min(total_y - top - bottom, 4.0)
    beside = figure.add_axes(
        (1 - (right - 0.2) / total_x, 1 - (top + tall) / total_y, 0.16 / total_x, tall / total_y)
    )
    return figure, axes, beside


def _draw_cells(axis: Axes, values: np.ndarray, limit: float, scale: TwoSlopeNorm) -> None:
    """Cells with their numbers; those of the intact vertebra stand apart."""
    axis.imshow(values, cmap=_MAP, norm=scale, aspect="auto")
    for (line, column), value in np.ndenumerate(values):
        if np.isnan(value):
            continue
        red, green, blue, _ = colormaps[_MAP](min(float(scale(value)), 1.0))
        dark = (
            0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 < 0.18
        )  # relative luminance (WCAG)
        axis.text(
            column,
            line,
            f"{value:.2f}",
            ha="center",
            va="center",
            fontsize=8,
            color="white" if dark else "black",
            fontweight="bold" if value >= limit else "normal",
        )
    axis.axvline(0.5, color="black", lw=1.2)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)


def _week(row: Mapping[str, float | str]) -> str:
    return f"{row['week']:g}{'' if row['basis'] == 'computed' else '*'}"
