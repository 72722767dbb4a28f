"""States that are finished side by side while a course goes on: one thread each, of those that the run may use."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

import numba

Job = Callable[[], None]
T = TypeVar("T")


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

    The thread that hands over works as well: where as many jobs wait as there are threads, it does the first of them.
    After a job has failed no other one begins; the failure is raised at the next occasion.

    Attributes
    ----------
    threads : int
        Jobs that are done side by side at most.
    """

    def __init__(self):
        self.threads = numba.get_num_threads()
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._at_work = 0
        self._failure: BaseException | None = None
        self._done = False
        self._others: list[threading.Thread] = []

    def __enter__(self) -> Self:
        """Begin."""
        if self.threads > 1:
            numba.set_num_threads(1)
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
            if kind is None:
                while self._help():
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
        if kind is None:
            self._check()

    def hand_over(self, job: Job) -> None:
        """Have a job done.

        Parameters
        ----------
        job : callable

        Raises
        ------
        Exception
            What this or an earlier job has raised.
        """
        self._check()
        if not self._others:
            job()
            return
        with self._changed:
            self._waiting.append(job)
            self._changed.notify()
            full = len(self._waiting) > self.threads
        if full:
            self._help()
            self._check()

    def _help(self) -> bool:
        """Do the first job that waits; where there is none, wait for those at work. Whether anything is left."""
        with self._changed:
            while not self._waiting and self._at_work and self._failure is None:
                self._changed.wait()
            if not self._waiting or self._failure is not None:
                return False
            job = self._begin()
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
                job = self._begin()
            self._do(job)

    def _begin(self) -> Job:
        self._at_work += 1
        return self._waiting.popleft()

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
