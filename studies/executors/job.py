"""A piece of work for an executor, and what comes of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Handler = Callable[[Any], Any]
"""Takes the content of a job; what it keeps between jobs belongs to the worker that calls it."""


@dataclass(frozen=True)
class Job:
    """A piece of work.

    Attributes
    ----------
    name : str
    group : str
        Jobs of one group are cheaper one after another in the same worker.
    content : object
        What the handler takes; it can be pickled.
    """

    name: str
    group: str
    content: Any


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Attributes
    ----------
    job : Job
    value : object
        What the handler returned; None where every worker died of the job.
    died : str
        How its workers died; empty otherwise.
    """

    job: Job
    value: Any
    died: str = ""


class Executor(Protocol):
    """Runs jobs and hands over what comes of them, in the order in which they end."""

    def run(self, jobs: Sequence[Job], make: Callable[[], Handler]) -> Iterator[Outcome]:
        """Run jobs; every worker makes its own handler. Ending the iteration early ends the workers."""
        ...
