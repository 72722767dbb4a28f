"""Jobs in processes of this machine: threads are shared out, kernels compiled once, lost workers replaced."""

import os
import pickle
import queue
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from .job import Handler, Job, Outcome
from .worker import COMPILING, RAISED

_PROGRAM = "from vertebra.studies.executors.worker import serve; serve()"
_WARM_S = 6.0
"""Time in which a worker whose kernels are not compiled yet begins to compile [s]."""
_ATTEMPTS = 2
"""Workers that may die of a job before it counts as failed."""
_BEGINNINGS = 3
"""Workers in a row that may die without a job."""
_THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WorkersDiedError(RuntimeError):
    """Worker processes can not be started."""


@dataclass(eq=False)
class _Worker:
    """A process with the job it works on."""

    process: subprocess.Popen
    job: Job | None = None
    group: str = ""

    def send(self, content: Any) -> None:
        """Send something; a worker that has died is noticed by its answers."""
        assert self.process.stdin is not None  # it is a pipe
        try:
            self.process.stdin.write(pickle.dumps(content))
            self.process.stdin.flush()
        except OSError:
            return

    def end(self) -> None:
        """Kill the process: whatever it writes is whole or not there."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                pass


@dataclass(eq=False)
class Processes:
    """Executor with worker processes.

    Parameters
    ----------
    workers : int
        Processes at the same time, at most.
    threads : int
        Of each.
    """

    workers: int
    threads: int = 1
    _answers: "queue.Queue[tuple[_Worker, tuple[str, Any] | None]]" = field(
        default_factory=queue.Queue, init=False, repr=False
    )
    _alive: list[_Worker] = field(default_factory=list, init=False, repr=False)

    def run(self, jobs: Sequence[Job], make: Callable[[], Handler]) -> Iterator[Outcome]:
        """Run jobs; the first worker is alone as long as it compiles kernels, which the others then find on disk.

        Raises
        ------
        Exception
            What a handler raised.
        WorkersDiedError
        """
        waiting, attempts, deaths = list(jobs), dict.fromkeys((job.name for job in jobs), 0), 0
        alone = True
        try:
            while waiting or any(worker.job for worker in self._alive):
                allowed = 1 if alone else min(self.workers, len(waiting) + self._busy())
                while len(self._alive) < allowed:
                    self._start(make)
                for worker in self._alive:
                    if worker.job is None and waiting:
                        self._give(worker, waiting)
                try:
                    worker, answer = self._answers.get(timeout=_WARM_S if alone else None)
                except queue.Empty:
                    alone = False
                    continue
                if answer is None:
                    lost = self._bury(worker)
                    deaths += 1
                    if lost is None and deaths >= _BEGINNINGS:
                        message = (
                            f"worker processes end before they work (status {worker.process.returncode}). Compute "
                            "without them: --workers 1."
                        )
                        raise WorkersDiedError(message)
                    if lost is None:
                        continue
                    attempts[lost.name] += 1
                    if attempts[lost.name] < _ATTEMPTS:
                        waiting.insert(0, lost)
                    else:
                        yield Outcome(lost, None, died=_words(worker.process.returncode))
                    continue
                kind, value = answer
                if kind == COMPILING:
                    if alone:
                        worker, answer = self._first_answer()
                        alone = False
                        self._answers.put((worker, answer))
                    continue
                if kind == RAISED:
                    raise value
                done, worker.job, alone, deaths = worker.job, None, False, 0
                assert done is not None  # an answer belongs to a job
                yield Outcome(done, value)
        finally:
            for worker in self._alive:
                worker.end()
            self._alive.clear()

    def _busy(self) -> int:
        return sum(worker.job is not None for worker in self._alive)

    def _first_answer(self) -> tuple[_Worker, tuple[str, Any] | None]:
        """Answer of the only worker, when it has compiled what it needs."""
        while True:
            worker, answer = self._answers.get()
            if answer is None or answer[0] != COMPILING:
                return worker, answer

    def _start(self, make: Callable[[], Handler]) -> None:
        threads = dict.fromkeys(_THREADS, str(self.threads))
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | threads,
            start_new_session=True,  # Ctrl-C is for this process, which ends its workers
        )
        worker = _Worker(process)
        self._alive.append(worker)
        Thread(target=self._listen, args=(worker,), daemon=True).start()
        worker.send(make)

    def _listen(self, worker: _Worker) -> None:
        """Pass on what a worker answers; None when it has ended."""
        while True:
            try:
                assert worker.process.stdout is not None  # it is a pipe
                answer = pickle.load(worker.process.stdout)
            except Exception:  # a pipe cut short raises many things
                self._answers.put((worker, None))
                return
            self._answers.put((worker, answer))

    def _give(self, worker: _Worker, waiting: list[Job]) -> None:
        """Give a worker a job of the group it knows, else of one that no other worker is at."""
        taken = {other.group for other in self._alive if other is not worker}
        job = next((each for each in waiting if each.group == worker.group), None)
        job = job or next((each for each in waiting if each.group not in taken), waiting[0])
        waiting.remove(job)
        worker.job, worker.group = job, job.group
        worker.send(job.content)

    def _bury(self, worker: _Worker) -> Job | None:
        """Release a worker that has died; returns the job it was at."""
        worker.end()
        self._alive.remove(worker)
        return worker.job


def _words(status: int | None) -> str:
    """How a process ended."""
    if status is not None and status < 0:
        killed = ", as a system does that runs out of memory" if status == -9 else ""
        return f"its worker was killed by signal {-status}{killed}"
    return f"its worker ended with status {status}"
