"""The beginning of a run: what it will call and is not compiled yet is given to helper processes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numba

from vertebra.kernels.ahead import helpers
from vertebra.kernels.disk import KernelCache
from vertebra.kernels.specialisation import named
from vertebra.scenarios.schema import Scenario

from .listed import listed

_PROCESSORS = numba.get_num_threads()


@contextmanager
def compiled_ahead(scenario: Scenario) -> Iterator[None]:
    """Compile the kernels of a scenario in processes beside this one while the block runs.

    There is one helper fewer than the scenario has threads. Nothing is started where all is compiled already or where
    compiled code cannot be kept.

    Parameters
    ----------
    scenario : Scenario
    """
    threads = min(scenario.solver.threads or 4, _PROCESSORS)
    with helpers(missing(listed(scenario)) if threads > 1 else (), threads - 1):
        yield


def missing(names: Sequence[str]) -> list[str]:
    """Those of some kernels that are not on disk and can be kept there.

    A name that the code does not know any more is left out: its kernel is compiled when it is called.
    """
    found = []
    for name in names:
        try:
            kernel, signature = named(name)
        except (ValueError, ImportError):
            continue
        cache: KernelCache = vars(kernel)["_cache"]
        if cache.cache_path is not None and not cache.holds(signature):
            found.append(name)
    return found
