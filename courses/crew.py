"""States that are finished side by side while a course goes on: one thread each, of those that the run may use."""

import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

import numba

Job = Callable[[], None]
T = TypeVar("T")
SWITCH_S = 5e-4
"""Longest time for which a thread keeps the interpreter while others wait for it: kernels last as long [s]."""


class _Waiting(NamedTuple):
    job: Job
    is_long: bool


def side_by_side(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Results of independent jobs in their order, as many at a time as the run may use threads."""
    found: dict[int, T] = {}

    def kept(number: int, job: Callable[[], T]) -> None:
        found[number] = job()

    with Crew() as crew:
        for number, job in enumerate(jobs):
            crew.hand_over(partial(kept, number, job))
    return [found[number] for number in range(len(jobs))]


class Crew:
    """Threads of a run, each of which does one job at a time.

    Jobs are independent of each other, so that it does not matter which is done first. Kernels that would share their
    rows among the threads run in one thread each as long as the crew is at work: jobs side by side use the processors
    better than parts of one kernel do. With one thread a job is done when it is handed over.

    The thread that hands over works as well: where more jobs wait than there are threads, it does the first of them
    that is short, so that it soon goes on with what the others will do next. After a job has failed no other one
    begins; the failure is raised at the next occasion.

    Attributes
    ----------
    threads : int
        Jobs that are done side by side at most.
    """

    def __init__(self):
        self.threads = numba.get_num_threads()
        self._changed = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._at_work = 0
        self._failure: BaseException | None = None
        self._done = False
        self._others: list[threading.Thread] = []
        self._interval = sys.getswitchinterval()

    def __enter__(self) -> Self:
        """Begin."""
        if self.threads > 1:
            numba.set_num_threads(1)
            sys.setswitchinterval(min(self._interval, SWITCH_S))
            self._others = [
                threading.Thread(target=self._work, name=f"vertebra-crew-{number}", daemon=True)
                for number in range(1, self.threads)
            ]
            for thread in self._others:
                thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End when everything is done; after an error when what has begun is."""
        try:
            while kind is None and self._finish_one():
                pass
        finally:
            with self._changed:
                self._done = True
                self._waiting.clear()
                self._changed.notify_all()
            for thread in self._others:
                thread.join()
            if self._others:
                numba.set_num_threads(self.threads)
                sys.setswitchinterval(self._interval)
        if kind is None:
            self._check()

    def hand_over(self, job: Job, *, is_long: bool = False) -> None:
        """Have a job done.

        Parameters
        ----------
        job : callable
        is_long : bool
            Whether it takes much longer than others.

        Raises
        ------
        Exception
            What this or an earlier job has raised.
        """
        self._check()
        if not self._others:
            job()
            return
        helped = None
        with self._changed:
            self._waiting.append(_Waiting(job, is_long))
            self._changed.notify()
            if len(self._waiting) > self.threads:
                helped = self._begin_short()
        if helped is not None:
            self._do(helped)
            self._check()

    def _begin_short(self) -> Job | None:
        """The first short job; a long one only where too many wait."""
        short = next((place for place, each in enumerate(self._waiting) if not each.is_long), None)
        if short is None and len(self._waiting) <= 2 * self.threads:
            return None
        return self._begin(short or 0)

    def _finish_one(self) -> bool:
        """Do the first job that waits; where there is none, wait for those at work. Whether anything is left."""
        with self._changed:
            while not self._waiting and self._at_work and self._failure is None:
                self._changed.wait()
            if not self._waiting or self._failure is not None:
                return False
            job = self._begin(0)
        self._do(job)
        return True

    def _work(self) -> None:
        """Do jobs until the end."""
        numba.set_num_threads(1)
        while True:
            with self._changed:
                while not self._waiting and not self._done:
                    self._changed.wait()
                if self._done:
                    return
                job = self._begin(0)
            self._do(job)

    def _begin(self, place: int) -> Job:
        self._at_work += 1
        return self._waiting.pop(place).job

    def _do(self, job: Job) -> None:
        try:
            job()
        except BaseException as error:
            with self._changed:
                self._failure = self._failure or error
                self._waiting.clear()
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure
