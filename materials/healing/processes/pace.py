"""The pace of healing: time that passes for the tissue on the days of the calendar."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pace:
    """A clock that runs with the calendar except on some days.

    passed(t) = t + sum_i (speed_i - 1) |[0, t] and [start_i, end_i]|

    Attributes
    ----------
    windows : tuple of (float, float, float)
        First day, last day [d] and speed [-] of each stretch; they increase and do not overlap.
    """

    windows: tuple[tuple[float, float, float], ...] = ()

    def __post_init__(self):
        """Refuse stretches that overlap or last no time, and a clock that stands."""
        before = 0.0
        for start, end, speed in self.windows:
            if not (before <= start < end < np.inf and 0 < speed < np.inf):
                message = (
                    f"healing has speed {speed:g} from day {start:g} to {end:g}, expected a positive speed on days "
                    f"that increase from {before:g} on. Sort the stretches and join those that overlap."
                )
                raise ValueError(message)
            before = end

    def passed(self, day):
        """Healing time that has passed by a day; of the shape of `day` [d]."""
        return day + sum((speed - 1) * np.clip(day - a, 0.0, b - a) for a, b, speed in self.windows)

    def day_of(self, passed):
        """Day of the calendar by which so much healing time has passed; the inverse of `passed` [d]."""
        if not self.windows:
            return passed
        days = np.array(sorted({0.0, *(edge for start, end, _ in self.windows for edge in (start, end))}))
        known = self.passed(days)
        return np.interp(passed, known, days) + np.maximum(passed - known[-1], 0.0)
