"""Axes of charts: where values lie on paper, and which of them are named."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WEEK_TICKS = (0, 1, 2, 4, 8, 12, 18, 26, 52, 104, 208, 520)
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
NARROW = 0.55
"""Lowest over highest value from which an axis may begin above 0: curves that differ by tenths would be one line."""


@dataclass(frozen=True)
class Axis:
    """One axis.

    Attributes
    ----------
    low, high : float
        Ends, in the unit of the values.
    ticks : tuple of float
        Values that are named.
    shape : callable
        Increasing function of the values that is even along the paper.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    shape: Callable[[float], float] = float

    def share(self, value: float) -> float:
        """Place of a value along the axis: 0 at its low end, 1 at its high one."""
        begin, end = self.shape(self.low), self.shape(self.high)
        return (self.shape(value) - begin) / (end - begin)


def week_axis(last: float) -> Axis:
    """Weeks after the fracture on a square-root scale: the first ones, where most happens, get room.

    Parameters
    ----------
    last : float [weeks]

    Returns
    -------
    Axis
    """
    end = max(last, 1.0)
    return Axis(0.0, end, tuple(float(week) for week in WEEK_TICKS if week <= end + 0.2), _root)


def near_axis(values: Sequence[float]) -> Axis:
    """Axis from 0, or from a round value below all where they lie close together.

    Parameters
    ----------
    values : sequence of float
        At least one.
    """
    low, high = min(values), max(values)
    close = high - low > 1e-3 * high > 0 and low > NARROW * high
    return even_axis(
        [low - 0.25 * (high - low), high + 0.02 * high] if close else values, from_zero=not close
    )


def even_axis(values: Sequence[float], *, from_zero: bool = True, count: int = 5) -> Axis:
    """Axis with round ends and ticks around values.

    Parameters
    ----------
    values : sequence of float
        At least one.
    from_zero : bool
        Whether 0 is on the axis.
    count : int
        About so many ticks.

    Returns
    -------
    Axis
    """
    low, high = min(values), max(values)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-12 * max(abs(high), 1.0):
        low, high = low - 0.5, high + 0.5
        if from_zero and min(values) >= 0:
            low, high = 0.0, max(high, 1.0)
    step = _round_step((high - low) / count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Axis(first * step, last * step, tuple(step * number for number in range(first, last + 1)))


def tick_text(value: float) -> str:
    """Name of a tick: no more digits than it needs."""
    return f"{0.0 if abs(value) < 1e-12 else value:.6g}"


def _round_step(wanted: float) -> float:
    power = 10.0 ** math.floor(math.log10(wanted))
    return power * next(step for step in _STEPS if step * power >= wanted * (1 - 1e-9))


def _root(week: float) -> float:
    return math.sqrt(max(week, 0.0))
