"""Curves of the elastic-plastic tests: force against apparent strain, with the capacity beside each."""

import numpy as np
from matplotlib.figure import Figure

from .curves import COLOURS, MARKERS, Rows

CLINICAL_PERCENT = 1.9
"""Apparent strain at which the force is read besides its largest."""


def virtual_test_figure(curves: Rows, rows: Rows, title: str = "Elastic-plastic test") -> Figure:
    """Draw one curve per arm and day, and its capacity as a level of the same colour.

    Parameters
    ----------
    curves : sequence of mapping
        Rows of `load_displacement.csv`.
    rows : sequence of mapping
        Rows of `capacity.csv`: their `capacity_N` are the levels.
    title : str

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(8.2, 4.4), layout="constrained")
    axis = figure.subplots()
    axis.set_title(title, fontsize=12)
    capacity = {(row["arm"], row["day"]): 1e-3 * float(row["capacity_N"]) for row in rows}
    tested = list(dict.fromkeys((row["arm"], row["day"]) for row in curves))
    for number, (arm, day) in enumerate(tested):
        mine = [row for row in curves if (row["arm"], row["day"]) == (arm, day)]
        colour = COLOURS[number % len(COLOURS)]
        axis.plot(
            [float(row["strain_percent"]) for row in mine],
            [1e-3 * float(row["force_N"]) for row in mine],
            color=colour,
            marker=MARKERS[number % len(MARKERS)],
            ms=3.5,
            lw=1.8,
            label=f"{arm}, day {float(day):g}",
        )
        axis.axhline(capacity[arm, day], color=colour, ls="--", lw=1.1)
    axis.plot([], [], color="0.35", ls="--", lw=1.1, label="capacity")
    axis.axvline(CLINICAL_PERCENT, color="0.6", ls=":", lw=0.9)
    axis.annotate(
        f"{CLINICAL_PERCENT:g} %", (CLINICAL_PERCENT, 0), fontsize=7, color="0.4", ha="left", va="bottom"
    )
    top = max([1e-3 * float(row["force_N"]) for row in curves] + [capacity[key] for key in tested])
    axis.set_ylim(0, 1.08 * top)
    axis.set_xlim(0, 1.02 * float(np.max([float(row["strain_percent"]) for row in curves])))
    axis.set_xlabel("apparent strain: shortening over bone height [%]", fontsize=9)
    axis.set_ylabel("axial force [kN]", fontsize=9)
    axis.grid(alpha=0.25)
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(loc="lower right", fontsize=8, frameon=True, framealpha=0.9, edgecolor="none")
    return figure
