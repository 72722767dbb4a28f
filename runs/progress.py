"""What a run says while it works."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Progress:
    """One more state is finished.

    Attributes
    ----------
    done, total : int
        States finished, states of the run.
    text : str
        Arm and day.
    iterations : int
        Of the solver; 0 for a factorisation, or where the solutions of other days sufficed.
    remaining_s : float
        Estimate from the states computed so far [s].
    """

    done: int
    total: int
    text: str
    iterations: int
    remaining_s: float


class Counter:
    """Counts finished states and estimates the time left from the median of those computed."""

    def __init__(self, total: int, done: int, report: Callable[[Progress], None]):
        self.total, self.done, self.report = total, done, report
        self.spent_s: list[float] = []
        self.since = time.perf_counter()

    def finished(self, day: int, arms: Sequence[str], iterations: int) -> None:
        """Report one solved state, which these arms share."""
        now = time.perf_counter()
        self.spent_s.append((now - self.since) / len(arms))
        self.since = now
        self.done += len(arms)
        left = median(self.spent_s) * (self.total - self.done)
        text = f"{', '.join(arms)}, day {day}"
        self.report(Progress(self.done, self.total, text, iterations, left))
