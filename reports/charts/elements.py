"""Elements of SVG: text, rules, paths and markers, coordinates to a tenth."""

from html import escape

MARKERS = ("circle", "square", "up", "diamond", "down", "plus", "cross", "bar")
"""Shapes of markers, one an arm."""
_SHAPES = {
    "circle": (-3.0, 0.0, "a3,3 0 1 0 6,0a3,3 0 1 0 -6,0"),
    "square": (-2.7, -2.7, "h5.4v5.4h-5.4z"),
    "up": (0.0, -3.6, "l3.5,6.2h-7z"),
    "down": (0.0, 3.6, "l3.5,-6.2h-7z"),
    "diamond": (0.0, -3.8, "l3.8,3.8l-3.8,3.8l-3.8,-3.8z"),
    "plus": (-1.0, -3.6, "h2v2.6h2.6v2h-2.6v2.6h-2v-2.6h-2.6v-2h2.6z"),
    "cross": (
        -3.2,
        -2.2,
        "l1,-1l2.2,2.2l2.2,-2.2l1,1l-2.2,2.2l2.2,2.2l-1,1l-2.2,-2.2l-2.2,2.2l-1,-1l2.2,-2.2z",
    ),
    "bar": (-3.6, -1.4, "h7.2v2.8h-7.2z"),
}


def text(style: str, x: float, y: float, words: str, *, anchor: str = "start", more: str = "") -> str:
    """Words at a place; `more` is markup behind them."""
    aligned = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}"{aligned}>{escape(words)}{more}</text>'


def rule(style: str, start: tuple[float, float], end: tuple[float, float], about: str = "") -> str:
    """Straight line between two points."""
    (x1, y1), (x2, y2) = start, end
    return (
        f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}">{title(about)}</line>'
    )


def path(style: str, shape: str, *, dash: str = "", about: str = "") -> str:
    """Path of a shape; `about` is shown under the mouse."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path class="{style}" d="{shape}"{dashes}>{title(about)}</path>'


def box(style: str, left: float, top: float, width: float, height: float) -> str:
    """Filled rectangle."""
    return f'<rect class="{style}" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def marker(style: str, number: int, x: float, y: float, about: str) -> str:
    """Marker of the arm of that number."""
    dx, dy, shape = _SHAPES[MARKERS[number % len(MARKERS)]]
    return path(style, f"M{x + dx:.1f},{y + dy:.1f}{shape}", about=about)


def title(words: str) -> str:
    """What is shown under the mouse."""
    return f"<title>{escape(words)}</title>" if words else ""
