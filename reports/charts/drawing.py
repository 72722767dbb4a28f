"""Panels to SVG.

Colours are classes, so that the page decides on light, dark and print (`charts.css`); a file of its own carries the
same rules with it.
"""

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from .axis import tick_text
from .elements import box, marker, path, rule, text, title
from .labels import spread
from .marks import Box, draw_marks
from .panel import INTACT, Line, Panel, Stack
from .plane import Plane

WIDTH, HEIGHT = 380.0, 262.0
SMALL = 290.0, 222.0
"""Width and height of panels of which many stand on a page."""
WIDE = 540.0, 280.0
"""Of panels of which two stand beside each other."""
LEFT, TOP, BOTTOM = 42.0, 30.0, 40.0
SECOND = 15.0
"""Height of the second line of a title."""
LETTER, LINE = 7.4, 13.0
"""Mean width of a letter and distance of two lines of a label."""
LABELS = 0.41
"""Share of the width that labels may take; what is cut off is under the mouse."""
GAP = 17.0
"""Least distance of two ticks that are named."""
SAMPLE = 16.0
"""Length of the piece of a curve before its name, where strokes alone set curves apart."""


def svg(panel: Panel, *, width: float = WIDTH, height: float = HEIGHT, tag: str = "") -> str:
    """One panel as an `<svg>` element.

    Parameters
    ----------
    panel : Panel
    width, height : float
        Of its coordinates; a page scales it.
    tag : str
        More attributes of the element.

    Returns
    -------
    str
    """
    letters = room(width)
    top = TOP + SECOND if panel.about else TOP
    plane = Plane(panel, LEFT, width - _right(panel, letters), top, height - BOTTOM)
    middle = max(0.5 * (plane.left + plane.right), 2.8 * len(panel.x_title))
    levels, names = _levels(panel, plane)
    whole = f"{panel.title}, {panel.about}" if panel.about else panel.title
    parts = [
        title(whole),
        text("panel-title", 4, 16, panel.title, more=_note(panel)),
        *_about(panel, width),
        *_grid(panel, plane),
        *(_stack(each, plane) for each in panel.stacks),
        *levels,
        *draw_marks(plane, names),
        *(_band(line, plane) for line in panel.lines if len(line.low)),
        *(part for line in panel.lines for part in _line(line, plane, panel.unit)),
        *_labels(panel, plane, letters),
        text("axis", middle, height - 5, panel.x_title, anchor="middle"),
    ]
    named = dict.fromkeys(each.label for each in (*panel.levels, *panel.lines, *panel.stacks) if each.label)
    about = escape(f"{whole}: {', '.join(named)}" if named else whole, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{about}"{tag}>{"".join(parts)}</svg>'
    )


def svg_file(panels: Sequence[Panel], across: int = 3) -> str:
    """All panels of a chart as the text of an SVG file.

    Parameters
    ----------
    panels : sequence of Panel
    across : int
        Panels in a row.
    """
    columns = min(across, len(panels))
    width, height = WIDTH * columns, HEIGHT * -(-len(panels) // columns)
    placed = []
    for number, panel in enumerate(panels):
        x, y = WIDTH * (number % columns), HEIGHT * (number // columns)
        placed.append(svg(panel, tag=f' x="{x:g}" y="{y:g}" width="{WIDTH:g}" height="{HEIGHT:g}"'))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}"><style>{style()}</style><rect class="paper" width="100%" height="100%"/>'
        f"{''.join(placed)}</svg>\n"
    )


@cache
def style() -> str:
    """Rules of all charts."""
    return files("vertebra.reports.charts").joinpath("charts.css").read_text(encoding="utf-8")


def room(width: float) -> int:
    """Letters that a label may have in a panel of a width."""
    return int(LABELS * width / LETTER)


def longest_name(panel: Panel) -> int:
    """Letters of the longest label."""
    return max((len(label) for label, *_ in _named(panel)), default=0)


def _right(panel: Panel, letters: int) -> float:
    """Room for labels on the right."""
    longest = min(longest_name(panel), letters)
    sample = SAMPLE + 4.0 if _by_strokes(panel) else 0.0
    return 10.0 + sample + LETTER * longest if longest else 14.0


def _by_strokes(panel: Panel) -> bool:
    """Whether curves differ by their strokes alone: several with names, all of one arm."""
    styles = [each.style for each in panel.lines if each.label and each.style != INTACT]
    return len(styles) > 1 and len(set(styles)) == 1


def _named(panel: Panel) -> list[tuple[str, str, float, float, str]]:
    """Label, style, last point and strokes of all curves, and of the level of the intact vertebra."""
    lines = [
        (each.label, each.style, each.x[-1], each.y[-1], each.dash)
        for each in panel.lines
        if each.label and len(each.x)
    ]
    levels = [
        (level.label, level.style, panel.x.high, level.value, "6 3")
        for level in panel.levels
        if level.style == INTACT and level.label
    ]
    return lines + levels


def _grid(panel: Panel, plane: Plane) -> list[str]:
    out = []
    for tick in panel.y.ticks:
        y = plane.y(tick)
        out.append(rule("grid", (plane.left, y), (plane.right, y)))
        out.append(text("tick", plane.left - 6, y + 3.6, tick_text(tick), anchor="end"))
    last = -GAP
    for tick in panel.x.ticks:
        x = plane.x(tick)
        out.append(rule("tick-mark", (x, plane.bottom), (x, plane.bottom + 4)))
        if x >= last + GAP:
            out.append(text("tick", x, plane.bottom + 15, tick_text(tick), anchor="middle"))
            last = x
    out.append(rule("base", (plane.left, plane.bottom), (plane.right, plane.bottom)))
    return out


def _note(panel: Panel) -> str:
    """Say it where a scale does not begin at 0."""
    return (
        "" if panel.y.low <= 0 else f'<tspan class="from" dx="6">axis from {tick_text(panel.y.low)}</tspan>'
    )


def _stack(each: Stack, plane: Plane) -> str:
    shape = plane.path([*each.x, *reversed(each.x)], [*each.high, *reversed(each.low)])
    return path(f"stack {each.style}", f"{shape}Z", about=each.label)


def _about(panel: Panel, width: float) -> list[str]:
    """Second line of the title, cut to the width of the panel."""
    if not panel.about:
        return []
    letters = int((width - 8.0) / LETTER)
    return [text(f"label {panel.style}", 4, 16 + SECOND, _cut(panel.about, letters), more=title(panel.about))]


def _cut(words: str, letters: int) -> str:
    return words if len(words) <= letters else f"{words[: letters - 1]}\N{HORIZONTAL ELLIPSIS}"


def _levels(panel: Panel, plane: Plane) -> tuple[list[str], list[Box]]:
    """Levels with the names of loads, and where those names stand."""
    out = []
    for level in panel.levels:
        y = plane.y(level.value)
        if level.low is not None and level.high is not None:
            top, bottom = plane.y(level.high), plane.y(level.low)
            out.append(box(f"band {level.style}", plane.left, top, plane.right - plane.left, bottom - top))
        out.append(rule(f"level {level.style}", (plane.left, y), (plane.right, y), level.label))
    loads = [level for level in panel.levels if level.style == "load" and level.label]
    wanted = [_beside(plane.y(level.value), plane) for level in loads]
    places = spread(wanted, 10.0, plane.top + 8, plane.bottom - 2)
    boxes = []
    for level, y in zip(loads, places, strict=True):
        out.append(text("load", plane.right - 3, y, level.label, anchor="end"))
        boxes.append((plane.right - 3 - 0.8 * LETTER * len(level.label), y - 9, plane.right - 3, y + 2))
    return out, boxes


def _beside(y: float, plane: Plane) -> float:
    """Base line of the name of a level: above it, below it at the top of the panel."""
    return y - 3 if y > plane.top + 11 else y + 10


def _band(line: Line, plane: Plane) -> str:
    shape = plane.path([*line.band_x, *reversed(line.band_x)], [*line.high, *reversed(line.low)])
    return path(f"band {line.style}", f"{shape}Z")


def _line(line: Line, plane: Plane, unit: str) -> list[str]:
    drawn = len(line.x) > 1
    out = [path(f"line {line.style}", plane.path(line.x, line.y), dash=line.dash)] if drawn else []
    if line.markers:
        number = int(line.style.removeprefix("arm")) if line.style.startswith("arm") else 0
        for x, y in zip(line.x, line.y, strict=True):
            about = f"{line.label}: {y:.4g}{unit and f' {unit}'} at {x:.3g}"
            out.append(marker(f"dot {line.style}", number, plane.x(x), plane.y(y), about))
    return out


def _labels(panel: Panel, plane: Plane, letters: int) -> list[str]:
    """Names at the ends of curves, spread so that none covers another."""
    named = [(label, kind, plane.x(x), plane.y(y), dash) for label, kind, x, y, dash in _named(panel)]
    places = spread([y for _, _, _, y, _ in named], LINE, plane.top, plane.bottom)
    out, begin, sample = [], plane.right + 8, _by_strokes(panel)
    for (label, kind, x, y, dash), place in zip(named, places, strict=True):
        at = begin
        if sample:
            out.append(path(f"line {kind}", f"M{at:.1f},{place:.1f}h{SAMPLE:g}", dash=dash))
            at += SAMPLE + 4
        elif abs(place - y) > 3 or x < plane.right - 4:
            out.append(path(f"leader {kind}", f"M{x + 4:.1f},{y:.1f}L{begin - 2:.1f},{place:.1f}"))
        out.append(text(f"label {kind}", at, place + 4, _cut(label, letters), more=title(label)))
    return out
