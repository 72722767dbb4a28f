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


_TEST_IN_STATES = 10.0
"""An elastic-plastic test is taken to last so many times a state until one has been timed."""


class Counter:
    """Counts finished states and estimates the time left from the median of those computed."""

    def __init__(self, total: int, done: int, report: Callable[[Progress], None], tests: int = 0):
        self.total, self.done, self.report = total, done, report
        self.tests = tests
        self.spent_s: list[float] = []
        self.tests_s: list[float] = []
        self.since = self.began = time.perf_counter()

    def testing(self, day: int, arms: Sequence[str]) -> None:
        """Report that the elastic-plastic test of a solved state begins: it takes much longer than the state."""
        self.began = time.perf_counter()
        text = f"{_name(arms, day)}, elastic-plastic test begins"
        self.report(Progress(self.done, self.total, text, 0, self._left()))

    def tested(self) -> None:
        """Note that the test has ended; its time is not that of the state."""
        took = time.perf_counter() - self.began
        self.tests_s.append(took)
        self.since += took
        self.tests -= 1

    def finished(self, day: int, arms: Sequence[str], iterations: int, said: str = "") -> None:
        """Report one solved state, which these arms share, and what else there is to say."""
        now = time.perf_counter()
        self.spent_s.append((now - self.since) / len(arms))
        self.since = now
        self.done += len(arms)
        text = f"{_name(arms, day)}{said}"
        self.report(Progress(self.done, self.total, text, iterations, self._left()))

    def _left(self) -> float:
        """Time that states and tests not yet done will take [s]."""
        spent = self.spent_s or [time.perf_counter() - self.since]
        a_test = median(self.tests_s) if self.tests_s else _TEST_IN_STATES * median(spent)
        return median(spent) * (self.total - self.done) + a_test * self.tests


def _name(arms: Sequence[str], day: int) -> str:
    return f"{', '.join(arms)}, day {day}"
