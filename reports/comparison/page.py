"""One page about several runs: joint curves, differences, and what was asked otherwise."""

from collections.abc import Sequence
from pathlib import Path

from vertebra.records.tables import Row

from ..chapters.capacity import event_words
from ..chapters.differences import COMPARED, difference_table
from ..chapters.given import flat_values
from ..chapters.record import RunRecord
from ..charts.capacity import OF_CAPACITY, height_panels
from ..charts.course import panels_of
from ..page.blocks import Cell, Chapter, Heading, Table, Text, draw
from ..page.quantity import MISSING, quantity, signed, with_unit
from ..page.rendering import policy, render
from .joined import Joined

GENERATOR = "vertebra compare"
"""By which a page of ours is known."""


def write_comparison(folders: Sequence[Path], file: Path, against: str | None = None) -> Joined:
    """Write the page.

    Parameters
    ----------
    folders : sequence of Path
        Of finished runs.
    file : Path
    against : str, optional
        Arm that is subtracted, by its label; the first without cement unless given.

    Returns
    -------
    Joined

    Raises
    ------
    ValueError
        There is no such arm.
    """
    joined = Joined.of(folders)
    reference = joined.reference if against is None else against
    if against is not None and against not in joined.labels:
        message = f"{against!r} is no arm of these runs, expected one of {', '.join(joined.labels)}."
        raise ValueError(message)
    chapters = [_curves(joined), *_differences(joined, reference), _intact(joined), *_asked(joined)]
    page = render(
        "comparison.html.j2",
        title="Side by side: " + ", ".join(joined.names),
        sentence=sentence(joined, reference),
        chapters=chapters,
        generator=GENERATOR,
        policy=policy(),
    )
    file.write_text(page, encoding="utf-8")
    return joined


def sentence(joined: Joined, reference: str | None) -> str:
    """The largest difference at the last common visit, in one sentence."""
    rows = joined.follow_up
    if reference is None or not rows:
        return f"{len(joined.runs)} intact vertebrae side by side."
    week = max(float(row["week"]) for row in rows)
    at = {str(row["arm"]): float(row["service_N"]) for row in rows if float(row["week"]) == week}
    others = {arm: value - at[reference] for arm, value in at.items() if arm != reference}
    if not others:
        return f"One arm, {reference}."
    arm = max(others, key=lambda name: abs(others[name]))
    percent = signed(100 * others[arm] / at[reference], "%")
    more = "more" if others[arm] >= 0 else "less"
    return (
        f"In week {week:g} “{arm}” bears {with_unit(at[arm], 'N')} in service, {with_unit(abs(others[arm]), 'N')} "
        f"{more} ({percent}) than “{reference}” with {with_unit(at[reference], 'N')}: the largest difference."
    )


def _curves(joined: Joined) -> Chapter:
    rows = joined.capacity
    ends = [float(row[name]) for row in rows for name in ("service_N", "capacity_N")]
    held = (min(ends), max(ends)) if ends else ()
    panels = [
        panel
        for column, title, unit in OF_CAPACITY
        for panel in panels_of(rows, column, title, joined.arms, unit=unit, held=held if unit == "N" else ())
    ]
    panels += [panel for panel in height_panels(rows, [], joined.arms) if panel.lines]
    if not panels:
        return Chapter("curves", "Curves", [Text("No arms heal in these runs.")])
    words = event_words(joined.arms)
    return Chapter("curves", "Curves", [draw(panels), *([Text(words)] if words else [])])


def _differences(joined: Joined, reference: str | None) -> list[Chapter]:
    rows = joined.follow_up
    others = [arm for arm in joined.labels if arm != reference]
    if reference is None or not rows or not others:
        return []
    tables = [
        difference_table(rows, column, name, unit, reference, others) for column, name, unit in COMPARED
    ]
    words = f"Each arm minus {reference}. Differences below the resolution of the meshes are no differences."
    return [Chapter("differences", "Differences", [*tables, Text(words)])]


def _intact(joined: Joined) -> Chapter:
    body = []
    for name, run in zip(joined.names, joined.runs, strict=True):
        values = [quantity(float(run.intact[column]), unit) for column, _, unit in COMPARED]
        body.append(
            [Cell(name), *map(Cell, values), Cell(str(run.manifest.get("mesh", {}).get("unknowns", MISSING)))]
        )
    headings = [
        Heading("run"),
        *(Heading(title, unit=unit) for _, title, unit in COMPARED),
        Heading("unknowns"),
    ]
    return Chapter("intact", "The intact vertebra of each run", [Table(headings, body)])


def _asked(joined: Joined) -> list[Chapter]:
    """What was given in one run and otherwise in another."""
    given = [flat_values(_given(run)) for run in joined.runs]
    keys = list(dict.fromkeys(key for values in given for key in values))
    unlike = [
        key
        for key in keys
        if len({str(values.get(key)) for values in given}) > 1
        and not (key.startswith("arms.") and key.endswith(".name"))  # stands in the key
    ]
    if len(given) < 2 or not unlike:
        return []
    body = [[Cell(key), *(Cell(_written(values.get(key, MISSING))) for values in given)] for key in unlike]
    table = Table([Heading("key"), *map(Heading, joined.names)], body, style="words")
    return [Chapter("asked", "What was asked otherwise", [table])]


def _written(value: object) -> str:
    """Value of a key as people write it."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _given(run: RunRecord) -> Row:
    return run.manifest.get("given") or run.manifest["scenario"]
