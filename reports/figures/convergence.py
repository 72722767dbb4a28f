"""Values against element size, with what they tend to: one panel a state and quantity."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .curves import COLOURS, Rows

LABELS = {
    "capacity_N": ("capacity [kN]", 1e-3),
    "stiffness_N_per_mm": ("stiffness [kN/mm]", 1e-3),
    "service_N": ("service load [kN]", 1e-3),
    "ultimate_N": ("ultimate load, elastic-plastic [kN]", 1e-3),
}
_LEAST_SPAN = 0.03
"""Of the value, on either side of it: so that small differences look small."""
Fit = tuple[Callable[[np.ndarray], np.ndarray], float, float]


def convergence_figure(rows: Rows, fits: Mapping[tuple[str, int, str], Fit], title: str) -> Figure:
    """Draw every quantity of every state over the element size.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of `convergence.csv`: `arm`, `day`, `quantity`, `element_mm`, `value`.
    fits : mapping
        By arm, day and quantity: the fitted curve, its value at element size 0, and the uncertainty of that.
    title : str
        Name of the scenario.

    Returns
    -------
    Figure
    """
    states = list(dict.fromkeys((str(row["arm"]), int(row["day"])) for row in rows))
    quantities = list(dict.fromkeys(str(row["quantity"]) for row in rows))
    figure = Figure(figsize=(3.6 * len(quantities), 0.9 + 1.9 * len(states)), layout="constrained")
    figure.suptitle(f"{title}: mesh convergence", fontsize=12, parse_math=False)
    axes = figure.subplots(len(states), len(quantities), squeeze=False, sharex=True)
    for line, (arm, day) in enumerate(states):
        for axis, quantity in zip(axes[line], quantities, strict=True):
            mine = [row for row in rows if (row["arm"], row["day"], row["quantity"]) == (arm, day, quantity)]
            if not mine:  # a test that this state did not have
                axis.set_axis_off()
                continue
            label, scale = LABELS[quantity]
            _draw(axis, mine, fits[arm, day, quantity], scale, COLOURS[line % len(COLOURS)])
            axis.set_title(f"{arm}, day {day}: {label}", fontsize=8.5, parse_math=False)
    for axis in axes[-1]:
        axis.set_xlabel("element size in the core [mm]", fontsize=9)
    figure.legend(
        *axes[0, 0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=3,
        fontsize=8,
        frameon=False,
    )
    return figure


def _draw(axis: Axes, rows: Sequence[Mapping[str, float | str]], fit: Fit, scale: float, colour: str) -> None:
    curve, limit, uncertainty = fit
    size = np.array([float(row["element_mm"]) for row in rows])
    value = scale * np.array([float(row["value"]) for row in rows])
    limit, uncertainty = scale * limit, scale * uncertainty
    fine = np.linspace(0, size.max(), 60)
    axis.axhspan(limit - uncertainty, limit + uncertainty, color=colour, alpha=0.12, lw=0)
    axis.plot(fine, scale * curve(fine), color=colour, lw=1.1, ls="--", label="fit")
    axis.plot(size, value, color=colour, marker="o", ms=5, ls="none", label="computed")
    axis.errorbar(
        0,
        limit,
        yerr=uncertainty,
        color=colour,
        marker="D",
        ms=4.5,
        capsize=4,
        lw=1.3,
        clip_on=False,
        label="extrapolated, with uncertainty",
    )
    reach = max(_LEAST_SPAN * abs(limit), 1.15 * uncertainty, 1.15 * float(np.abs(value - limit).max()))
    axis.set_ylim(limit - reach, limit + reach)
    axis.set_xlim(0, 1.08 * size.max())
    axis.yaxis.set_major_locator(MaxNLocator(5))
    axis.tick_params(labelsize=8)
    axis.grid(alpha=0.25)
    axis.spines[["top", "right"]].set_visible(False)
