"""Charts of single states: elastic-plastic tests, and axial force together with bending."""

from collections.abc import Sequence

from vertebra.records.tables import Row

from .axis import even_axis
from .course import Arms
from .panel import Level, Line, Mark, Panel

CLINICAL_PERCENT = 1.9
"""Apparent strain at which the force is read besides its largest."""
_DASHES = ("", "6 3", "2 2.5", "8 3 2 3")
_BENDING = {
    "flexion": "moment [N m]: extension < 0 < flexion",
    "lateral": "moment [N m]: left < 0 < right",
}
_TITLES = {"flexion": "Axial force, flexion [N]", "lateral": "Axial force, lateral bending [N]"}


def pressing_panels(curves: Sequence[Row], rows: Sequence[Row], arms: Arms) -> list[Panel]:
    """One panel an arm: force against apparent strain on its days, with the capacity of each day.

    Parameters
    ----------
    curves : sequence of dict
        Rows of `load_displacement.csv`.
    rows : sequence of dict
        Rows of `capacity.csv`: their `capacity_N` are the levels.
    arms : Arms
    """
    capacity = {(row["arm"], row["day"]): float(row["capacity_N"]) for row in rows}
    y = even_axis(
        [float(row["force_N"]) for row in curves] + [capacity[row["arm"], row["day"]] for row in curves]
    )
    x = even_axis([float(row["strain_percent"]) for row in curves])
    out = []
    for arm in dict.fromkeys(str(row["arm"]) for row in curves):
        mine = [row for row in curves if row["arm"] == arm]
        lines, levels = [], []
        for number, day in enumerate(dict.fromkeys(row["day"] for row in mine)):
            points = [row for row in mine if row["day"] == day]
            strain = [float(row["strain_percent"]) for row in points]
            force = [float(row["force_N"]) for row in points]
            lines.append(
                Line(f"day {float(day):g}", arms.style(arm), strain, force, dash=_DASHES[number % 4])
            )
            levels.append(Level(f"capacity, day {float(day):g}", capacity[arm, day], "load"))
        mark = Mark(f"{CLINICAL_PERCENT:g} %", CLINICAL_PERCENT)
        marks = [mark] if x.high >= CLINICAL_PERCENT else []
        out.append(
            Panel(
                "Axial force [N]",
                "shortening over bone height [%]",
                x,
                y,
                lines,
                levels,
                marks,
                unit="N",
                about=arm,
                style=arms.style(arm),
            )
        )
    return out


def interaction_panels(rows: Sequence[Row], arms: Arms) -> list[Panel]:
    """One panel an arm and plane of bending: the vertebra bears what lies under a curve.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `interaction.csv`.
    arms : Arms
    """
    force = even_axis([float(row["axial_force_N"]) for row in rows])
    out = []
    for bending, x_title in _BENDING.items():
        column = f"{bending}_moment_Nm"
        among = [row for row in rows if row["bending"] == bending]
        wide = max(abs(float(row[column])) for row in among)
        x = even_axis([-wide, wide], count=6)
        unbroken = [row for row in among if row["arm"] == "intact"]
        for arm in arms.names or ("intact",):
            lines = _states(among, column, arm, arms) if arms.names else []
            lines += _states(unbroken, column, "intact", arms)
            about = arm if arms.names else ""
            out.append(
                Panel(
                    _TITLES[bending], x_title, x, force, lines, unit="N", about=about, style=arms.style(arm)
                )
            )
    return out


def _states(rows: Sequence[Row], column: str, arm: str, arms: Arms) -> list[Line]:
    lines = []
    mine = [row for row in rows if row["arm"] == arm]
    for number, day in enumerate(dict.fromkeys(row["day"] for row in mine)):
        points = [row for row in mine if row["day"] == day and row["method"] == "sections"]
        dash = _DASHES[number % 4]
        moment = [float(row[column]) for row in points]
        axial = [float(row["axial_force_N"]) for row in points]
        name = "intact" if arm == "intact" else f"day {float(day):g}"
        lines.append(Line(name, arms.style(arm), moment, axial, dash=dash, markers=False))
        tested = [row for row in mine if row["day"] == day and row["method"] == "test"]
        lines += [
            Line("", arms.style(arm), [float(row[column])], [float(row["axial_force_N"])]) for row in tested
        ]
    return lines
