"""What a run says while it works."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from .compilation import compiled_s


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
    remaining_s : float or None [s]
        Time that the states and tests still to come will take, from those timed in this run; None as long as not
        every kind of them has been timed, and when none is left. What is written afterwards is not in it.
    """

    done: int
    total: int
    text: str
    iterations: int
    remaining_s: float | None


_TIMED = 2
"""States that must have been timed: the first one also prepares the solver."""
_RECENT = 7
"""States from which the rate is taken: later ones often start from the solutions of earlier ones."""


class Counter:
    """Counts finished states and estimates the time left from those timed in this run.

    Parameters
    ----------
    total, done : int
        States of the run, states found finished; a state of several arms counts for each of them.
    report : callable
        Called after each state.
    solves : int
        States to be solved; one that arms share is one.
    tests : int
        Elastic-plastic tests to be made.
    threads : int
        States that may be finished side by side: a test then holds up the others by its share of the time.
    """

    def __init__(
        self,
        total: int,
        done: int,
        report: Callable[[Progress], None],
        solves: int,
        tests: int = 0,
        threads: int = 1,
    ):
        self.total, self.done, self.report = total, done, report
        self.solves, self.tests, self.threads = solves, tests, threads
        self.solves_s: list[float] = []
        self.tests_s: list[float] = []
        self.since = _working_s()
        self._one_by_one = threading.Lock()

    @contextmanager
    def test(self, day: int, arms: Sequence[str]) -> Iterator[None]:
        """Report that the elastic-plastic test of a solved state begins, and note when it has ended.

        It takes much longer than the state, and its time is not that of the state.
        """
        began = _working_s()
        text = f"{_name(arms, day)}, elastic-plastic test begins"
        with self._one_by_one:
            self.report(Progress(self.done, self.total, text, 0, self._left()))
        yield
        with self._one_by_one:
            took = (_working_s() - began) / self.threads
            self.tests_s.append(took)
            self.since += took
            self.tests -= 1

    def finished(self, day: int, arms: Sequence[str], iterations: int, said: str = "") -> None:
        """Report one solved state, which these arms share, and what else there is to say."""
        with self._one_by_one:
            now = _working_s()
            self.solves_s.append(max(now - self.since, 0.0))
            self.since = now
            self.solves -= 1
            self.done += len(arms)
            text = f"{_name(arms, day)}{said}"
            self.report(Progress(self.done, self.total, text, iterations, self._left()))

    def _left(self) -> float | None:
        """Time that states and tests not yet done will take [s]; None before all kinds have been timed."""
        if self.solves <= 0 and self.tests <= 0:
            return None
        if (self.solves > 0 and len(self.solves_s) < _TIMED) or (self.tests > 0 and not self.tests_s):
            return None
        left = 0.0
        if self.solves > 0:
            left += median(self.solves_s[-_RECENT:]) * self.solves
        if self.tests > 0:
            left += median(self.tests_s) * self.tests
        return left


def _working_s() -> float:
    """Wall time without what was spent on compiling kernels [s]."""
    return time.perf_counter() - compiled_s()


def _name(arms: Sequence[str], day: int) -> str:
    return f"{', '.join(arms)}, day {day}"
