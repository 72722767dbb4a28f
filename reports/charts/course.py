"""Curves over the weeks, one an arm: what all charts of time share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from vertebra.records.tables import Row

from ..page.quantity import activity_name
from .axis import near_axis, week_axis
from .panel import INTACT, QUIET, Level, Line, Mark, Panel

WEEKS = "weeks after fracture (square-root scale)"
TOGETHER = 4
"""Arms that share a panel; more stand in panels of their own."""
BANDS = (("p10", "p90"), ("low", "high"))
"""Endings of columns that bound a band, the first that a table has."""


@dataclass(frozen=True)
class Event:
    """Something that happens to an arm on a day.

    Attributes
    ----------
    arm : str
    day : float
    what : str
    """

    arm: str
    day: float
    what: str


@dataclass(frozen=True)
class Arms:
    """Arms of a result, their styles and what happens to them.

    Attributes
    ----------
    names : tuple of str
        Without the intact vertebra.
    injections : mapping of str to float [d]
        Day on which an arm is injected.
    events : tuple of Event
        What else happens, such as another fracture.
    """

    names: tuple[str, ...]
    injections: Mapping[str, float]
    events: tuple[Event, ...] = ()

    def style(self, arm: str) -> str:
        """Style of an arm's curves."""
        return INTACT if arm == INTACT else f"arm{self.names.index(arm) % 8}"

    def marks(self, arms: Iterable[str]) -> list[Mark]:
        """What is marked in a panel with these arms."""
        chosen = set(arms)
        filled = [arm for arm in self.injections if arm in chosen]
        marks = [
            Mark(
                "cement" if len(filled) == 1 else f"cement, {arm}", self.injections[arm] / 7, self.style(arm)
            )
            for arm in filled
        ]
        together: dict[float, list[str]] = {}
        for number, mark in enumerate(marks):
            together.setdefault(mark.x, []).append(str(number))
        joined = [
            marks[int(numbers[0])] if len(numbers) == 1 else Mark(f"cement, {len(numbers)} arms", week)
            for week, numbers in together.items()
        ]
        return joined + [
            Mark(each.what, each.day / 7, self.style(each.arm)) for each in self.events if each.arm in chosen
        ]


def band_columns(column: str, known: Iterable[str]) -> tuple[str, str] | None:
    """Columns that bound a column, where the table has them: `service_N` has `service_p10_N` and `service_p90_N`.

    Parameters
    ----------
    column : str
        Ends in its unit.
    known : iterable of str
        Columns of the table.
    """
    stem, _, unit = column.partition("_")
    names = set(known)
    for low, high in BANDS:
        pair = f"{stem}_{low}_{unit}", f"{stem}_{high}_{unit}"
        if names.issuperset(pair):
            return pair
    return None


def curves(
    rows: Sequence[Row], column: str, arm: str, arms: Arms, scale: float = 1.0, *, label: str | None = None
) -> list[Line]:
    """Curve of an arm, in two parts where it is injected: it jumps there.

    The part before an injection is left out where an arm without that injection shows it.

    Parameters
    ----------
    rows : sequence of dict
        With `arm`, `day` and the column; an empty text is no value.
    column : str
    arm : str
    arms : Arms
    scale : float
        Multiplies the column.
    label : str, optional
        The name of the arm unless given.

    Returns
    -------
    list of Line
    """
    mine = [row for row in rows if row["arm"] == arm and row.get(column, "") != ""]
    injected = arms.injections.get(arm)
    name = arm if label is None else label
    if injected is None:
        return [_line(mine, column, name, arms.style(arm), scale)] if mine else []
    before = [row for row in mine if float(row["day"]) < injected]
    after = [row for row in mine if float(row["day"]) >= injected]
    told = any(each != arm and arms.injections.get(each, float("inf")) > injected for each in arms.names)
    out = [] if told or not before else [_line(before, column, "", arms.style(arm), scale)]
    return [*out, _line(after, column, name, arms.style(arm), scale)] if after else out


def panels_of(
    rows: Sequence[Row],
    column: str,
    title: str,
    arms: Arms,
    *,
    scale: float = 1.0,
    unit: str = "",
    level: str | None = "intact",
    branches: Sequence[Row] = (),
    loads: Mapping[str, float] | None = None,
    held: Sequence[float] = (),
) -> list[Panel]:
    """One panel with all arms, or one an arm with the others behind it where they are many.

    Parameters
    ----------
    rows : sequence of dict
    column : str
    title : str
        With its unit.
    arms : Arms
    scale : float
        Multiplies the column.
    unit : str
        Of the scaled values.
    level : str, optional
        Label of the value of the intact vertebra, where the rows have it.
    branches : sequence of dict
        Rows of the same columns for fractures that never unite, drawn dotted.
    loads : mapping of str to float, optional
        Loads that are marked, in the scaled unit.
    held : sequence of float
        Values that the axis holds as well.

    Returns
    -------
    list of Panel
        Empty where no row has the column.
    """
    named = {
        arm: [*_branch(branches, column, arm, arms, scale), *curves(rows, column, arm, arms, scale)]
        for arm in arms.names
    }
    lines = [line for each in named.values() for line in each]
    levels = _intact(rows, column, scale, level)
    values = [value for line in lines for value in (*line.y, *line.low, *line.high)]
    values += [value for each in levels for value in (each.value, each.high) if value is not None]
    if not values:
        return []
    y = near_axis([*values, *held])
    shown_loads = [
        Level(activity_name(name), load, "load")
        for name, load in (loads or {}).items()
        if y.low <= load <= y.high
    ]
    x = week_axis(max((float(row["day"]) for row in rows), default=7) / 7)
    if len(arms.names) <= TOGETHER:
        return [Panel(title, WEEKS, x, y, lines, [*shown_loads, *levels], arms.marks(arms.names), unit=unit)]
    return [  # the second line of the title names the arm
        Panel(
            title,
            WEEKS,
            x,
            y,
            [*_quiet(named, arm), *(replace(line, label="") for line in named[arm])],
            levels,
            arms.marks([arm]),
            unit=unit,
            about=arm,
            style=arms.style(arm),
        )
        for arm in arms.names
        if named[arm]
    ]


def _branch(rows: Sequence[Row], column: str, arm: str, arms: Arms, scale: float) -> list[Line]:
    """Curve of an arm whose fracture never unites, from the day on which its cement, if any, is there."""
    begin = arms.injections.get(arm, 0.0)
    mine = [
        row for row in rows if row["arm"] == arm and row.get(column, "") != "" and float(row["day"]) >= begin
    ]
    if len(mine) < 2:
        return []
    weeks = [float(row["day"]) / 7 for row in mine]
    values = [scale * float(row[column]) for row in mine]
    return [Line("never united", arms.style(arm), weeks, values, dash="2 3", markers=False)]


def _quiet(named: Mapping[str, Sequence[Line]], arm: str) -> list[Line]:
    """Curves of the other arms, behind."""
    return [
        Line("", QUIET, line.x, line.y, markers=False)
        for other, lines in named.items()
        if other != arm
        for line in lines
        if not line.dash
    ]


def _intact(rows: Sequence[Row], column: str, scale: float, label: str | None) -> list[Level]:
    row = next((row for row in rows if row["arm"] == INTACT and row.get(column, "") != ""), None)
    if row is None or label is None:
        return []
    band = band_columns(column, (name for name, value in row.items() if value != ""))
    low, high = (None, None) if band is None else (scale * float(row[name]) for name in band)
    return [Level(label, scale * float(row[column]), INTACT, low, high)]


def _line(rows: Sequence[Row], column: str, label: str, style: str, scale: float) -> Line:
    band = band_columns(column, {name for row in rows for name, value in row.items() if value != ""})
    known = [row for row in rows if band and all(row.get(name, "") != "" for name in band)]
    low, high = ([scale * float(row[name]) for row in known] for name in band or ("", ""))
    weeks = [float(row["day"]) / 7 for row in rows]
    values = [scale * float(row[column]) for row in rows]
    return Line(label, style, weeks, values, low, high, [float(row["day"]) / 7 for row in known])
