"""One page about a study: curves, small multiples, responses, and the table of its cases."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from vertebra.records.columns import CAPACITY
from vertebra.records.tables import Row
from vertebra.records.whole_files import write_text

from ..page.blocks import Block, Cell, Chapter, Folded, Heading, Table, Tables, Text, draw
from ..page.quantity import quantity, with_unit
from ..page.rendering import policy, render
from .cases import INTACT, Cases, short, shown
from .panels import curve_panels, response_panels, response_surfaces, small_multiples

GENERATOR = "vertebra sweep"
_LISTED = 200
"""Rows of the table that a page shows; the rest is in `cases.csv`."""


def write_study_page(
    file: Path, title: str, keys: Sequence[str], rows: Sequence[Row], more: Sequence[Chapter] = ()
) -> None:
    """Write the page.

    Parameters
    ----------
    file : Path
    title : str
    keys : sequence of str
        In which cases differ.
    rows : sequence of dict
        Of `cases.csv`.
    more : sequence of Chapter
        Before the table of cases.
    """
    done = [row for row in rows if row["status"] == "done"]
    failed = [row for row in rows if row["status"] != "done"]
    cases = Cases(tuple(keys), done)
    chapters = [*(_charts(cases) if done else []), *more, *_table(cases), *_failures(failed, keys)]
    page = render(
        "comparison.html.j2",
        title=title,
        sentence=sentence(cases, len(failed)),
        chapters=chapters,
        generator=GENERATOR,
        policy=policy(),
    )
    write_text(file, page)


def sentence(cases: Cases, failed: int) -> str:
    """How many cases there are, and between which the service load lies in the end."""
    counted = f"{len(cases.numbers)} cases" + (f", {failed} failed" if failed else "")
    if not cases.rows:
        return f"{counted}: no results."
    parts = []
    for arm in cases.arms:
        values = [
            float(row["service_N"])
            for (_, name), row in cases.last.items()
            if name == arm and row["service_N"] != ""
        ]
        if values:
            name = "" if arm == INTACT else f" of {arm}"
            parts.append(f"{with_unit(min(values), 'N')} to {with_unit(max(values), 'N')}{name}")
    return f"{counted}. Service load on the last day: {'; '.join(parts)}."


def _charts(cases: Cases) -> list[Chapter]:
    chapters = []
    curves = curve_panels(cases)
    if curves:
        chapters.append(Chapter("curves", "Curves", [draw(curves)]))
    responses: list[Block] = []
    panels = response_panels(cases)
    if panels:
        responses.append(draw(panels))
        if len(cases.keys) > 1:
            words = "Lines are medians over the cases of a value; bands hold 80 % of them."
            responses.append(Text(words, tone="note"))
    surfaces = response_surfaces(cases)
    if surfaces:
        responses.append(Tables(surfaces))
    if responses:
        chapters.append(Chapter("responses", "Responses", responses))
    small = small_multiples(cases)
    if len(small) > 1:
        chapters.append(
            Chapter("cases", "Case by case", [Text("Service load, all on one scale."), draw(small, "small")])
        )
    return chapters


def _table(cases: Cases) -> list[Chapter]:
    """What was given and what comes of it on the last day, one row a case and arm."""
    columns = [
        CAPACITY[name]
        for name in ("capacity_N", "capacity_ratio", "service_N", "stiffness_N_per_mm", "height_mm")
    ]
    body = []
    for (number, arm), row in cases.last.items():
        if arm == INTACT and arm not in cases.arms:
            continue
        values = [
            "" if row[column.name] == "" else quantity(float(row[column.name]), column.unit)
            for column in columns
        ]
        given = [shown(row[key]) for key in cases.keys]
        body.append(
            [
                Cell(f"{number:g}"),
                *map(Cell, given),
                Cell(arm),
                Cell(f"{float(row['day']):g}"),
                *map(Cell, values),
            ]
        )
    if not body:
        return []
    headings = [
        Heading("case"),
        *(Heading(short(key), key) for key in cases.keys),
        Heading("arm"),
        Heading("day"),
        *(Heading(column.heading or column.name, column.meaning, column.shown_unit) for column in columns),
    ]
    blocks: list[Block] = [Table(headings, body[:_LISTED])]
    if len(body) > _LISTED:
        blocks.append(Text(f"{len(body) - _LISTED} rows more stand in cases.csv."))
    return [Chapter("table", "Inputs and results", [Folded("On the last day", blocks)])]


def _failures(rows: Sequence[Mapping[str, float | str]], keys: Sequence[str]) -> list[Chapter]:
    if not rows:
        return []
    body = [
        [
            Cell(f"{float(row['case']):g}"),
            Cell(", ".join(shown(row[key]) for key in keys)),
            Cell(str(row["error"])),
        ]
        for row in rows
    ]
    table = Table([Heading("case"), Heading("values"), Heading("why it failed")], body, style="words")
    return [Chapter("failed", "Cases that failed", [table])]
