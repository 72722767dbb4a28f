"""Panels to SVG.

Colours are classes, so that the page decides on light, dark and print (`charts.css`); a file of its own carries the same
rules with it.
"""

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from .axis import tick_text
from .labels import spread
from .panel import Line, Panel

WIDTH, HEIGHT = 380.0, 262.0
LEFT, TOP, BOTTOM = 42.0, 30.0, 40.0
LETTER, LINE = 6.7, 13.0
"""Mean width of a letter and distance of two lines of a label."""
SMALL = 290.0, 222.0
"""Width and height of panels of which many stand on a page."""
LONGEST = 16
"""Letters of a label; the rest is under the mouse."""
MARKERS = ("circle", "square", "up", "diamond", "down", "plus", "cross", "bar")


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
    right = _right(panel)
    plane = _Plane(panel, LEFT, width - right, TOP, height - BOTTOM)
    parts = [
        f'<title>{escape(panel.title)}</title><text class="panel-title" x="4" y="16">{escape(panel.title)}{_note(panel)}</text>',
        *_grid(panel, plane),
        *(_stack(each, plane) for each in panel.stacks),
        *_levels(panel, plane),
        *_marks(panel, plane),
        *(_band(line, plane) for line in panel.lines if len(line.low)),
        *(_line(line, plane, panel.unit) for line in panel.lines),
        *_labels(panel, plane, width),
        f'<text class="axis" x="{0.5 * (plane.left + plane.right):.1f}" y="{height - 5:.1f}" '
        f'text-anchor="middle">{escape(panel.x_title)}</text>',
    ]
    names = ", ".join(
        dict.fromkeys(each.label for each in (*panel.levels, *panel.lines, *panel.stacks) if each.label)
    )
    about = escape(f"{panel.title}: {names}", quote=True)
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
    rows = -(-len(panels) // columns)
    placed = [
        svg(
            panel,
            tag=f' x="{WIDTH * (number % columns):g}" y="{HEIGHT * (number // columns):g}" width="{WIDTH:g}" '
            f'height="{HEIGHT:g}"',
        )
        for number, panel in enumerate(panels)
    ]
    whole = f"0 0 {WIDTH * columns:g} {HEIGHT * rows:g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{whole}" width="{WIDTH * columns:g}" '
        f'height="{HEIGHT * rows:g}"><style>{style()}</style><rect class="paper" width="100%" height="100%"/>'
        f"{''.join(placed)}</svg>\n"
    )


@cache
def style() -> str:
    """Rules of all charts."""
    return files(__package__).joinpath("charts.css").read_text(encoding="utf-8")


class _Plane:
    """Place of values on paper."""

    def __init__(self, panel: Panel, left: float, right: float, top: float, bottom: float):
        self.panel, self.left, self.right, self.top, self.bottom = panel, left, right, top, bottom

    def x(self, value: float) -> float:
        return self.left + (self.right - self.left) * self.panel.x.share(value)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * self.panel.y.share(value)

    def path(self, x: Sequence[float], y: Sequence[float]) -> str:
        return "L".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in zip(x, y, strict=True))


def _right(panel: Panel) -> float:
    """Room for labels on the right."""
    labels = [
        each.label for each in (*panel.lines, *(level for level in panel.levels if level.style == "intact"))
    ]
    longest = max((len(_short(label)) for label in labels), default=0)
    return 10.0 + LETTER * longest if longest else 14.0


def _grid(panel: Panel, plane: _Plane) -> list[str]:
    out = []
    for tick in panel.y.ticks:
        y = plane.y(tick)
        out.append(
            f'<line class="grid" x1="{plane.left:.1f}" x2="{plane.right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        out.append(
            f'<text class="tick" x="{plane.left - 6:.1f}" y="{y + 3.6:.1f}" text-anchor="end">{tick_text(tick)}</text>'
        )
    for tick in panel.x.ticks:
        x = plane.x(tick)
        out.append(
            f'<line class="tick-mark" x1="{x:.1f}" x2="{x:.1f}" y1="{plane.bottom:.1f}" y2="{plane.bottom + 4:.1f}"/>'
        )
        out.append(
            f'<text class="tick" x="{x:.1f}" y="{plane.bottom + 15:.1f}" text-anchor="middle">{tick_text(tick)}</text>'
        )
    out.append(
        f'<line class="base" x1="{plane.left:.1f}" x2="{plane.right:.1f}" y1="{plane.bottom:.1f}" y2="{plane.bottom:.1f}"/>'
    )
    return out


def _note(panel: Panel) -> str:
    """Say it where a scale does not begin at 0."""
    return (
        "" if panel.y.low <= 0 else f'<tspan class="from" dx="6">axis from {tick_text(panel.y.low)}</tspan>'
    )


def _stack(each, plane: _Plane) -> str:
    path = plane.path([*each.x, *reversed(each.x)], [*each.high, *reversed(each.low)])
    return f'<path class="stack {each.style}" d="M{path}Z"><title>{escape(each.label)}</title></path>'


def _levels(panel: Panel, plane: _Plane) -> list[str]:
    out = []
    for level in panel.levels:
        y = plane.y(level.value)
        if level.low is not None and level.high is not None:
            top, bottom = plane.y(level.high), plane.y(level.low)
            out.append(
                f'<rect class="band {level.style}" x="{plane.left:.1f}" y="{top:.1f}" '
                f'width="{plane.right - plane.left:.1f}" height="{bottom - top:.1f}"/>'
            )
        out.append(
            f'<line class="level {level.style}" x1="{plane.left:.1f}" x2="{plane.right:.1f}" y1="{y:.1f}" y2="{y:.1f}">'
            f"<title>{escape(level.label)}</title></line>"
        )
    named = [level for level in panel.levels if level.style == "load" and level.label]
    places = spread([plane.y(level.value) - 3 for level in named], 10.0, plane.top + 8, plane.bottom - 2)
    out += [
        f'<text class="load" x="{plane.right - 3:.1f}" y="{y:.1f}" text-anchor="end">{escape(level.label)}</text>'
        for level, y in zip(named, places, strict=True)
    ]
    return out


def _marks(panel: Panel, plane: _Plane) -> list[str]:
    out = []
    for number, mark in enumerate(panel.marks):
        x, y = plane.x(mark.x), plane.bottom - 6 - 11 * (number % 3)
        anchor, at = ("start", x + 4) if x < 0.62 * plane.right else ("end", x - 4)
        out.append(
            f'<line class="mark {mark.style}" x1="{x:.1f}" x2="{x:.1f}" y1="{plane.top:.1f}" y2="{plane.bottom:.1f}"/>'
            f'<text class="mark {mark.style}" x="{at:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(mark.label)}</text>'
        )
    return out


def _band(line: Line, plane: _Plane) -> str:
    path = plane.path([*line.x, *reversed(line.x)], [*line.high, *reversed(line.low)])
    return f'<path class="band {line.style}" d="M{path}Z"/>'


def _line(line: Line, plane: _Plane, unit: str) -> str:
    dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    out = (
        [f'<path class="line {line.style}" d="M{plane.path(line.x, line.y)}"{dash}/>']
        if len(line.x) > 1
        else []
    )
    if line.markers:
        number = int(line.style.removeprefix("arm")) if line.style.startswith("arm") else 0
        for x, y in zip(line.x, line.y, strict=True):
            words = f"{line.label}: {y:.4g} {unit} at {x:.3g}".strip()
            shape = _marker(MARKERS[number % len(MARKERS)], plane.x(x), plane.y(y))
            out.append(f'<path class="dot {line.style}" d="{shape}"><title>{escape(words)}</title></path>')
    return "".join(out)


def _marker(kind: str, x: float, y: float, r: float = 3.0) -> str:
    match kind:
        case "circle":
            return f"M{x - r:.1f},{y:.1f}a{r},{r} 0 1 0 {2 * r},0a{r},{r} 0 1 0 {-2 * r},0"
        case "square":
            return f"M{x - 2.7:.1f},{y - 2.7:.1f}h5.4v5.4h-5.4z"
        case "up":
            return f"M{x:.1f},{y - 3.6:.1f}l3.5,6.2h-7z"
        case "down":
            return f"M{x:.1f},{y + 3.6:.1f}l3.5,-6.2h-7z"
        case "diamond":
            return f"M{x:.1f},{y - 3.8:.1f}l3.8,3.8l-3.8,3.8l-3.8,-3.8z"
        case "plus":
            return f"M{x - 1:.1f},{y - 3.6:.1f}h2v2.6h2.6v2h-2.6v2.6h-2v-2.6h-2.6v-2h2.6z"
        case "cross":
            return f"M{x - 3.2:.1f},{y - 2.2:.1f}l1,-1l2.2,2.2l2.2,-2.2l1,1l-2.2,2.2l2.2,2.2l-1,1l-2.2,-2.2l-2.2,2.2l-1,-1l2.2,-2.2z"
        case _:
            return f"M{x - 3.6:.1f},{y - 1.4:.1f}h7.2v2.8h-7.2z"


def _labels(panel: Panel, plane: _Plane, width: float) -> list[str]:
    """Names at the ends of lines and of the level of the intact vertebra, spread so that none covers another."""
    named = [
        (line.label, line.style, plane.x(line.x[-1]), plane.y(line.y[-1]))
        for line in panel.lines
        if line.label and len(line.x)
    ]
    named += [
        (level.label, level.style, plane.right, plane.y(level.value))
        for level in panel.levels
        if level.style == "intact" and level.label
    ]
    places = spread([y for *_, y in named], LINE, plane.top, plane.bottom)
    out = []
    for (label, style_, x, y), place in zip(named, places, strict=True):
        begin = plane.right + 8
        if abs(place - y) > 3 or x < plane.right - 4:
            out.append(
                f'<path class="leader {style_}" d="M{x + 4:.1f},{y:.1f}L{begin - 2:.1f},{place:.1f}"/>'
            )
        out.append(
            f'<text class="label {style_}" x="{begin:.1f}" y="{place + 4:.1f}">{escape(_short(label))}<title>{escape(label)}</title></text>'
        )
    return out


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"
