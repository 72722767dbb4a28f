"""All states of a vertebra, with the threads that its scenario asks for."""

import warnings
from collections.abc import Callable

import numba

from vertebra.courses.day_state import Keeper
from vertebra.courses.progress import Progress
from vertebra.courses.states import solve_states
from vertebra.courses.vertebra import Vertebra
from vertebra.fem.cells.locking import LockingWarning
from vertebra.scenarios.schema import Scenario

_PROCESSORS = numba.get_num_threads()


def choose_threads(scenario: Scenario) -> int:
    """Set the number of threads: what is asked, else the processors at hand, at most 4."""
    threads = min(scenario.solver.threads or 4, _PROCESSORS)
    numba.set_num_threads(threads)
    return threads


def solve_all(vertebra: Vertebra, work: Keeper, report: Callable[[Progress], None]) -> None:
    """Solve and keep every state; the warnings of the anatomy report locking, with the names of regions.

    Raises
    ------
    NotConverged
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LockingWarning)
        solve_states(vertebra, work, report)
