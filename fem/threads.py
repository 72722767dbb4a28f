"""Rows shared among threads: a kernel runs on consecutive ranges of rows, one thread each.

Kernels release the interpreter's lock and write only what belongs to their rows, so plain threads do: no layer of
numba's own is needed, nothing is compiled twice, and which thread runs first cannot change a result. The number of
threads is numba's (`numba.set_num_threads`).

A process that is forked starts threads of its own, for those of its parent do not come along; it waits with the fork
until no thread compiles.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import numba
import numpy as np
from numba.core.compiler_lock import global_compiler_lock

LEAST_WORK = 20_000
"""Entries (blocks, cells) below which a range is not worth a thread: waking one costs about 50 us."""


def share(weight: np.ndarray) -> list[tuple[int, int]]:
    """Split rows into consecutive ranges of about equal weight, at most one a thread.

    Parameters
    ----------
    weight : ndarray of int, shape (r + 1,)
        Running sum of each row's work, such as `indptr`.

    Returns
    -------
    list of (first, last)
        Some may be empty; together they are all rows in order.
    """
    edges = np.searchsorted(weight, _portions(int(weight[-1])))
    return list(pairwise([0, *(int(edge) for edge in edges), len(weight) - 1]))


def share_evenly(count: int) -> list[tuple[int, int]]:
    """Split `count` items of equal work into consecutive ranges, at most one a thread; as `share` does."""
    return list(pairwise([0, *_portions(count), count]))


def _portions(total: int) -> list[int]:
    """Work after which each next range begins."""
    parts = min(numba.get_num_threads(), max(1, total // LEAST_WORK))
    return [part * total // parts for part in range(1, parts)]


def run(kernel: Callable, ranges: list[tuple[int, int]], *arguments) -> list:
    """Call kernel(first, last, *arguments) for every range, each in its own thread; results in order."""
    if len(ranges) == 1:
        return [kernel(*ranges[0], *arguments)]
    later = [_pool(len(ranges) - 1).submit(kernel, *part, *arguments) for part in ranges[1:]]
    return [kernel(*ranges[0], *arguments), *(call.result() for call in later)]


@cache
def _pool(size: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(size, thread_name_prefix="vertebra")


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(
        before=global_compiler_lock.acquire,
        after_in_parent=global_compiler_lock.release,
        after_in_child=global_compiler_lock.release,
    )
    os.register_at_fork(after_in_child=_pool.cache_clear)
