"""Which executor suits a number of jobs on this machine."""

import numba

from .here import Here
from .job import Executor
from .processes import Processes

PROCESSORS = numba.get_num_threads()
"""Processors at hand."""


def executor_of(workers: int | None, jobs: int) -> Executor:
    """Executor for so many jobs: processes that share the processors at hand, or this process.

    Parameters
    ----------
    workers : int or None
        Processes at most; the processors at hand unless given.
    jobs : int
    """
    number = min(workers or PROCESSORS, max(jobs, 1))
    return Here() if number == 1 else Processes(number, max(1, PROCESSORS // number))
