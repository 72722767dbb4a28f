"""What one panel of a chart shows, before it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from .axis import Axis

INTACT, QUIET = "intact", "quiet"
"""Styles of lines beside those of arms, which are `arm0`, `arm1`, ..."""


@dataclass(frozen=True)
class Line:
    """A curve.

    Attributes
    ----------
    label : str
        Stands at its end; empty for a curve without a label.
    style : str
        `intact`, `quiet` or `arm<number>`.
    x, y : sequence of float
    low, high, band_x : sequence of float
        Band about the curve, and where along x it is known; empty without one.
    dash : str
        Pattern of strokes; empty for a full line.
    markers : bool
        Whether every value is marked.
    """

    label: str
    style: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    band_x: Sequence[float] = ()
    dash: str = ""
    markers: bool = True


@dataclass(frozen=True)
class Level:
    """A value that is marked across the panel, such as that of the intact vertebra.

    Attributes
    ----------
    label : str
    value : float
    style : str
        `intact` or `load`.
    low, high : float, optional
        Band about it.
    """

    label: str
    value: float
    style: str = INTACT
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Mark:
    """A moment that is marked, such as an injection or another fracture.

    Attributes
    ----------
    label : str
    x : float
    style : str
        Of the arm to which it happens.
    """

    label: str
    x: float
    style: str = QUIET


@dataclass(frozen=True)
class Stack:
    """One layer of a stacked area.

    Attributes
    ----------
    label : str
    style : str
        `tissue-<name>`.
    x, low, high : sequence of float
    """

    label: str
    style: str
    x: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True)
class Panel:
    """One panel.

    Attributes
    ----------
    title : str
        What is drawn, with its unit in square brackets.
    x_title : str
    x, y : Axis
    lines, levels, marks, stacks : sequence
        Drawn in the order stacks, levels, marks, lines.
    unit : str
        Behind values under the mouse.
    about : str
        Second line of the title, such as the arm that a panel of its own shows.
    style : str
        Of that line.
    """

    title: str
    x_title: str
    x: Axis
    y: Axis
    lines: Sequence[Line] = ()
    levels: Sequence[Level] = ()
    marks: Sequence[Mark] = ()
    stacks: Sequence[Stack] = ()
    unit: str = ""
    about: str = ""
    style: str = INTACT
