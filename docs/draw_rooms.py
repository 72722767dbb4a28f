"""Draw the rooms of the code and the floors they stand on.

``python docs/draw_rooms.py`` writes `rooms.svg`. Floors come from the import contract in pyproject.toml, what a room
holds from its docstring, sub-rooms from its folders.
"""

import ast
import textwrap
import tomllib
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
PICTURE = DOCS / "rooms.svg"

WIDTH, MARGIN, GAP = 1000, 24, 12
FLOOR_X = 64  # rooms begin right of the arrow
TITLE, TEXT, LINE, PAD = 15, 12, 16, 12
LETTER = 6.3  # mean width of a letter of TEXT
COLOURS = ("#eef2f7", "#e3f1ec", "#fbf3e2", "#f6e9ee", "#e9e7f5")
INK, SOFT, EDGE = "#1f2a37", "#556070", "#b9c3cf"


def floors() -> list[list[str]]:
    """Rooms of every floor from the top one down, as the import contract has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = project["tool"]["importlinter"]["contracts"]
    return [[room.strip() for room in floor.split("|")] for floor in contract["layers"]]


def meaning(room: str) -> str:
    """First paragraph of the docstring of a room, or of a module that stands alone."""
    folder = ROOT / room
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].split())


def sub_rooms(room: str) -> list[str]:
    """Folders of code in a room."""
    return sorted(file.parent.name for file in (ROOT / room).glob("*/__init__.py"))


def text(x, y, words, *, size=TEXT, colour=INK, weight="normal", anchor="start") -> str:
    """One line of text."""
    style = f'font-size="{size}" fill="{colour}" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text x="{x:g}" y="{y:g}" {style}>{escape(words)}</text>'


def box(x, y, width, height, fill, radius=8) -> str:
    """A rounded rectangle."""
    size = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius}"'
    return f'<rect {size} fill="{fill}" stroke="{EDGE}"/>'


def lines_of(room: str, width: float) -> tuple[list[str], list[str]]:
    """What a room holds and the names of its sub-rooms, wrapped to a width."""
    letters = int((width - 2 * PAD) / LETTER)
    below = ", ".join(sub_rooms(room))
    return textwrap.wrap(meaning(room), letters), textwrap.wrap(below, letters)


def picture() -> str:
    """The picture as SVG."""
    drawn, y = [], MARGIN
    for number, rooms in enumerate(floors()):
        width = (WIDTH - MARGIN - FLOOR_X - GAP * (len(rooms) - 1)) / len(rooms)
        wrapped = [lines_of(room, width) for room in rooms]
        height = 2 * PAD + TITLE + max(LINE * (len(about) + len(below)) for about, below in wrapped)
        for place, (room, (about, below)) in enumerate(zip(rooms, wrapped, strict=True)):
            x = FLOOR_X + place * (width + GAP)
            drawn.append(box(x, y, width, height, COLOURS[number % len(COLOURS)]))
            drawn.append(text(x + PAD, y + PAD + TITLE - 3, room, size=TITLE, weight="bold"))
            for line, words in enumerate((*about, *below), start=1):
                colour = INK if line <= len(about) else SOFT
                drawn.append(text(x + PAD, y + PAD + TITLE - 1 + LINE * line, words, colour=colour))
        y += height + GAP
    end = y - GAP
    drawn.append(f'<path d="M36 {MARGIN} V{end - 8}" stroke="{SOFT}" stroke-width="1.5" fill="none"/>')
    drawn.append(f'<path d="M31 {end - 9} h10 l-5 9 z" fill="{SOFT}"/>')
    middle = (MARGIN + end) / 2
    label = text(
        0, 0, "rooms import from lower floors only, never from their own", colour=SOFT, anchor="middle"
    )
    drawn.append(f'<g transform="translate(26 {middle:g}) rotate(-90)">{label}</g>')
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {end + MARGIN:g}" width="{WIDTH}" '
        'font-family="Helvetica, Arial, sans-serif">'
    )
    background = f'<rect width="{WIDTH}" height="{end + MARGIN:g}" fill="#ffffff"/>'
    return "\n".join((head, background, *drawn, "</svg>", ""))


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
