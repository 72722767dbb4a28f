"""Charts of a study: curves of all cases, one small panel a case, results against what was varied."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from vertebra.records.columns import CAPACITY
from vertebra.records.tables import Row

from ..charts.axis import even_axis, near_axis, week_axis
from ..charts.course import WEEKS
from ..charts.panel import QUIET, Line, Panel
from ..page.blocks import Cell, Heading, Table
from ..page.quantity import MISSING, quantity
from .cases import INTACT, Cases, short, shown

COMPARED = ("service_N", "capacity_N", "stiffness_N_per_mm")
"""Columns that a page compares."""
_GROUPS_FROM, _GROUPS = 24, 12
"""Different values from which on results are grouped, and the number of groups."""
MOST_LINES = 8
"""Cases that have a colour of their own; of more the middle half is drawn as a band."""


def title_of(column: str) -> str:
    """Title of a panel of a column."""
    found = CAPACITY[column]
    return found.title[0].upper() + found.title[1:]


def curve_panels(cases: Cases) -> list[Panel]:
    """A panel for every column and arm that heals, with a line a case."""
    out = []
    for column, arm in product(COMPARED, cases.arms):
        courses = {number: _course(cases.of(number, arm), column) for number in cases.numbers}
        courses = {number: course for number, course in courses.items() if len(course[0]) > 1}
        if not courses:
            continue
        values = [value for _, course in courses.values() for value in course]
        last = max(week for weeks, _ in courses.values() for week in weeks)
        title = title_of(column) if len(cases.arms) == 1 else _with(title_of(column), arm)
        lines = _lines(cases, courses) if len(courses) <= MOST_LINES else _spread(courses)
        out.append(Panel(title, WEEKS, week_axis(last), near_axis(values), lines, unit=CAPACITY[column].unit))
    return out


def small_multiples(cases: Cases, at_most: int = 64) -> list[Panel]:
    """One small panel a case with the service load of all arms, on one scale."""
    column = "service_N"
    chosen = cases.numbers[:at_most]
    courses = {
        (number, arm): _course(cases.of(number, arm), column) for number in chosen for arm in cases.arms
    }
    courses = {key: course for key, course in courses.items() if len(course[0]) > 1}
    if not courses:
        return []
    y = near_axis([value for _, course in courses.values() for value in course])
    x = week_axis(max(week for weeks, _ in courses.values() for week in weeks))
    panels = []
    for number in chosen:
        lines = [
            Line(arm if len(cases.arms) > 1 else "", f"arm{place % 8}", *courses[number, arm], markers=False)
            for place, arm in enumerate(cases.arms)
            if (number, arm) in courses
        ]
        named = cases.label(number) if len(cases.keys) == 1 else f"{number:g}: {cases.label(number)}"
        panels.append(Panel(named, WEEKS, x, y, lines, unit="N"))
    return panels


def response_panels(cases: Cases) -> list[Panel]:
    """Results on the last day against every key that is a number; medians where other keys differ as well."""
    out = []
    for key, column in product(cases.numeric_keys, COMPARED):
        lines = []
        names = dict.fromkeys([*cases.arms, *([INTACT] if (cases.numbers[0], INTACT) in cases.last else [])])
        for place, arm in enumerate(names):
            points = [
                (float(row[key]), float(row[column]))
                for (_, name), row in cases.last.items()
                if name == arm and row[column] != ""
            ]
            if points:
                x, middle, low, high = _grouped(points)
                style = INTACT if arm == INTACT else f"arm{place % 8}"
                band = ((), (), ()) if np.array_equal(low, high) else (low, high, x)
                lines.append(Line(str(arm), style, x, middle, *band, markers=len(x) <= 24))
        if not lines:
            continue
        values = [value for line in lines for value in (*line.y, *line.low, *line.high)]
        places = [value for line in lines for value in line.x]
        title = _with(title_of(column), "last day")
        out.append(
            Panel(
                title,
                key,
                even_axis(places, from_zero=False),
                near_axis(values),
                lines,
                unit=CAPACITY[column].unit,
            )
        )
    return out


def response_surfaces(cases: Cases, at_most: int = 12) -> list[Table]:
    """Service load on the last day over two keys, where their values make a grid; the darker the larger."""
    out = []
    keys = [key for key in cases.keys if 1 < len(cases.values(key)) <= at_most]
    for number, down in enumerate(keys):
        for across in keys[number + 1 :]:
            for arm in cases.arms:
                rows = [row for (_, name), row in cases.last.items() if name == arm]
                table = _surface(rows, cases, down, across, arm)
                if table is not None:
                    out.append(table)
    return out


def _surface(rows: Sequence[Row], cases: Cases, down: str, across: str, arm: str) -> Table | None:
    found: dict[tuple[float | str, float | str], list[float]] = {}
    for row in rows:
        if row["service_N"] != "":
            found.setdefault((row[down], row[across]), []).append(float(row["service_N"]))
    places = list(product(cases.values(down), cases.values(across)))
    if sum(place in found for place in places) < 0.75 * len(places):
        return None
    means = {place: float(np.median(values)) for place, values in found.items()}
    low, high = min(means.values()), max(means.values())
    body = []
    for value in cases.values(down):
        cells = [Cell(shown(value))]
        for other in cases.values(across):
            mean = means.get((value, other))
            share = 0 if mean is None or high == low else round(100 * (mean - low) / (high - low))
            cells.append(
                Cell(MISSING) if mean is None else Cell(quantity(mean, "N"), strength=share, tone="under")
            )
        body.append(cells)
    headings = [
        Heading(short(down), down),
        *(Heading(shown(value), across) for value in cases.values(across)),
    ]
    named = f", {arm}" if len(cases.arms) > 1 else ""
    return Table(
        headings,
        body,
        f"Service load [N] on the last day{named}: {short(down)} down, {short(across)} across",
        "heat surface",
    )


def _course(rows: Sequence[Row], column: str) -> tuple[list[float], list[float]]:
    known = [row for row in rows if row[column] != ""]
    return [float(row["day"]) / 7 for row in known], [float(row[column]) for row in known]


def _lines(cases: Cases, courses) -> list[Line]:
    return [
        Line(cases.name(number), f"arm{place % 8}", weeks, values)
        for place, (number, (weeks, values)) in enumerate(courses.items())
    ]


def _spread(courses) -> list[Line]:
    """Every course in grey, the median with the band in which 80 % of the cases lie."""
    quiet = [Line("", QUIET, weeks, values, markers=False) for weeks, values in courses.values()]
    common = sorted(set.intersection(*(set(weeks) for weeks, _ in courses.values())))
    if len(common) < 2:
        return quiet
    table = np.array(
        [[dict(zip(*course, strict=True))[week] for week in common] for course in courses.values()]
    )
    low, middle, high = np.quantile(table, (0.1, 0.5, 0.9), axis=0)
    return [
        *quiet,
        Line("median, 80 %", "arm0", common, middle.tolist(), low.tolist(), high.tolist(), common),
    ]


def _grouped(
    points: Sequence[tuple[float, float]],
) -> tuple[list[float], list[float], list[float], list[float]]:
    """Median and 80 % of the results at every value; in a dozen groups where nearly all values differ."""
    order = np.array(sorted(points))
    different = np.unique(order[:, 0])
    parts = (
        [order[order[:, 0] == value] for value in different]
        if len(different) <= _GROUPS_FROM
        else np.array_split(order, _GROUPS)
    )
    x = [float(np.median(part[:, 0])) for part in parts]
    low, middle, high = (
        [float(np.quantile(part[:, 1], share)) for part in parts] for share in (0.1, 0.5, 0.9)
    )
    return x, middle, low, high


def _with(title: str, words: str) -> str:
    name, bracket, unit = title.partition(" [")
    return f"{name}, {words}{bracket}{unit}"
