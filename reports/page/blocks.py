"""What chapters of a page consist of, before it is HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vertebra.records.column import Column
from vertebra.records.tables import Row

from ..charts.drawing import HEIGHT, SMALL, WIDE, WIDTH, longest_name, room, svg
from ..charts.panel import Panel
from .quantity import shown


@dataclass(frozen=True)
class Text:
    """A paragraph; `tone` is empty, `note` or `caution`."""

    words: str
    tone: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class Charts:
    """Panels beside each other, as many in a row as there is room for; `size` is empty, `small` or `wide`."""

    drawings: Sequence[str]
    size: str = ""
    kind: str = "charts"


@dataclass(frozen=True)
class Legend:
    """Names of filled areas, by style."""

    entries: Sequence[tuple[str, str]]
    kind: str = "legend"


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text : str
    second : str
        A smaller second line.
    tone : str
        Class of the cell.
    strength : int [%]
        How strongly it is coloured.
    """

    text: str
    second: str = ""
    tone: str = ""
    strength: int = 0


@dataclass(frozen=True)
class Heading:
    """Heading of a column; `meaning` is shown under the mouse."""

    text: str
    meaning: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    headings : sequence of Heading
    rows : sequence of sequence of Cell
        The first cell of each is its heading.
    caption : str
    style : str
        `numbers`, `words` or `heat`.
    """

    headings: Sequence[Heading]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    style: str = "numbers"
    kind: str = "table"


@dataclass(frozen=True)
class Tables:
    """Tables beside each other where there is room."""

    tables: Sequence[Table]
    kind: str = "tables"


@dataclass(frozen=True)
class Picture:
    """A picture that lies within the page."""

    source: str
    words: str
    kind: str = "picture"


@dataclass(frozen=True)
class Code:
    """Text as it stands in a file."""

    text: str
    kind: str = "code"


@dataclass(frozen=True)
class Scene:
    """The place of the 3-D scene."""

    kind: str = "scene"


@dataclass(frozen=True)
class Folded:
    """Blocks that open on request."""

    summary: str
    blocks: Sequence["Block"]
    kind: str = "folded"


Block = Text | Charts | Legend | Table | Tables | Picture | Code | Scene | Folded


@dataclass(frozen=True)
class Chapter:
    """A chapter with its heading, its anchor, and its name in the contents."""

    anchor: str
    title: str
    blocks: Sequence[Block]
    short: str = ""


def draw(panels: Sequence[Panel], size: str | None = None) -> Charts:
    """Panels as drawings of a size of `Charts`.

    Unless it is given, three stand in a row, two of four panels with long names, and four of many panels.
    """
    if size is None:
        size = "small" if len(panels) == 4 or len(panels) > 6 else ""
        longest = max((longest_name(panel) for panel in panels), default=0)
        if size and longest > room(SMALL[0]):
            size = "wide" if len(panels) == 4 else ""
    width, height = {"small": SMALL, "wide": WIDE}.get(size, (WIDTH, HEIGHT))
    return Charts([svg(panel, width=width, height=height) for panel in panels], size)


def number_table(rows: Sequence[Row], columns: Sequence[Column], caption: str = "") -> Table:
    """Table of the given columns, numbers in the style of the page.

    Parameters
    ----------
    rows : sequence of dict
    columns : sequence of Column
        Those that no row has are left out.
    caption : str
    """
    present = [column for column in columns if any(row.get(column.name, "") != "" for row in rows)]
    return Table(
        [heading(column) for column in present],
        [[Cell(shown(row.get(column.name, ""), column)) for column in present] for row in rows],
        caption,
    )


def turned(table: Table) -> Table:
    """Table with its rows as columns, for few rows of many values; the last column says what each value means."""
    first, *others = table.headings
    columns = list(zip(*table.rows, strict=True))
    return replace(
        table,
        headings=[Heading(first.text), *(Heading(cell.text) for cell in columns[0]), Heading("")],
        rows=[
            [
                Cell(f"{each.text} [{each.unit}]" if each.unit else each.text),
                *cells,
                Cell(each.meaning, tone="meaning"),
            ]
            for each, cells in zip(others, columns[1:], strict=True)
        ],
    )


def word_table(headings: Sequence[str], rows: Sequence[Mapping[str, object]]) -> Table:
    """Table of texts, by the names of their columns."""
    return Table(
        [Heading(text) for text in headings],
        [[Cell(str(row[key])) for key in headings] for row in rows],
        style="words",
    )


def heading(column: Column) -> Heading:
    """Heading of a column with its unit and meaning."""
    return Heading(column.heading or column.name.replace("_", " "), column.meaning, column.shown_unit)
