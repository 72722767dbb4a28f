"""Marked moments and their names, which stand where they cover no curve and no other name."""

import itertools
from collections.abc import Sequence

from .elements import rule, text, title
from .panel import Line, Mark
from .plane import Plane

LETTER, ROW = 6.2, 11.0
"""Mean width of a letter of a name, and distance of two rows of names."""
_ROWS = 4
_STEP = 3.0
"""Distance at which curves are looked at."""
Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a name."""


def draw_marks(plane: Plane, taken: Sequence[Box] = ()) -> list[str]:
    """Rules of all marks of a panel, and their names.

    Parameters
    ----------
    plane : Plane
    taken : sequence of Box
        Where other names stand.

    Returns
    -------
    list of str
        SVG elements.
    """
    marks = plane.panel.marks
    curves = [place for line in plane.panel.lines for place in _places(line, plane)]
    rules = [plane.x(mark.x) for mark in marks]
    boxes = list(taken)
    out, names = [], []
    over = " on-stack" if plane.panel.stacks else ""
    for mark in marks:
        x = plane.x(mark.x)
        out.append(rule(f"mark {mark.style}{over}", (x, plane.top), (x, plane.bottom)))
        words, box = _best(mark, plane, curves, boxes, [other for other in rules if other != x])
        boxes.append(box)
        more = "" if words == mark.label else title(mark.label)
        names.append(text(f"mark {mark.style}{over}", box[0], box[3] - 2.0, words, more=more))
    return out + names


def _best(
    mark: Mark,
    plane: Plane,
    curves: Sequence[tuple[float, float]],
    boxes: Sequence[Box],
    rules: Sequence[float],
) -> tuple[str, Box]:
    """Name of a mark, cut to the room that it has, and the box that covers least; lower ones come first."""
    found = []
    for words, left, right in _beside(mark, plane):
        for row in range(_ROWS):
            for bottom in (plane.bottom - 3.0 - ROW * row, plane.top + ROW * (row + 1)):
                box = (left, bottom - ROW, right, bottom)
                hidden = sum(_inside(x, y, box) for x, y in curves)
                crossed = sum(left - 1.0 < x < right + 1.0 for x in rules)
                names = sum(_overlap(box, other) for other in boxes)
                cut = len(mark.label) - len(words)
                found.append((hidden + 4 * crossed + 100 * names + 3 * cut, row, len(found), words, box))
    *_, words, box = min(found)
    return words, box


def _beside(mark: Mark, plane: Plane) -> list[tuple[str, float, float]]:
    """Name on the right of the rule and on its left: words, left and right end."""
    x = plane.x(mark.x)
    out = []
    for room, side in ((plane.right - x - 4.0, 1), (x - plane.left - 4.0, -1)):
        letters = int(room / LETTER)
        if letters < 3:
            continue
        words = (
            mark.label
            if len(mark.label) <= letters
            else f"{mark.label[: letters - 1]}\N{HORIZONTAL ELLIPSIS}"
        )
        width = LETTER * len(words)
        begin = x + 4.0 if side > 0 else x - 4.0 - width
        out.append((words, begin, begin + width))
    return out


def _places(line: Line, plane: Plane) -> list[tuple[float, float]]:
    """Points of a curve, near enough to each other that none jumps over a name."""
    corners = [(plane.x(x), plane.y(y)) for x, y in zip(line.x, line.y, strict=True)]
    out = corners[:1]
    for (x0, y0), (x1, y1) in itertools.pairwise(corners):
        count = max(1, round(max(abs(x1 - x0), abs(y1 - y0)) / _STEP))
        out += [(x0 + (x1 - x0) * k / count, y0 + (y1 - y0) * k / count) for k in range(1, count + 1)]
    return out


def _inside(x: float, y: float, box: Box) -> bool:
    left, top, right, bottom = box
    return left - 3.0 < x < right + 3.0 and top - 2.0 < y < bottom + 2.0


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
