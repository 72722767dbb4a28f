"""What the measurements ran on, and how fast its memory is.

A virtual machine may give memory that a program frees back to its host, and pays for touching it again: 0.4 GB/s beside
8 on memory that it still holds were found, so that a cold solve of a million unknowns took 7.5 s instead of 5.8. That
is a price of the host: solvers that are compared start on memory that was touched just before (`warm_memory`), of which
some may be gone again before they use it.
"""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from numba import njit, prange, set_num_threads


@njit(cache=True)
def _triad(a, b, c, s):
    """Set a = b + s c."""
    for i in range(a.size):
        a[i] = b[i] + s * c[i]


@njit(cache=True, parallel=True)
def _triad_threads(a, b, c, s):
    """Set a = b + s c on all threads."""
    for i in prange(a.size):
        a[i] = b[i] + s * c[i]


def bandwidth(threads: int, size: int = 5_000_000) -> float:
    """Memory bandwidth by the triad a = b + s c, best of eight [bytes/s]; 24 bytes an element."""
    a, b, c = np.zeros(size), np.ones(size), np.ones(size)
    if threads > 1:
        set_num_threads(threads)
    kernel = _triad if threads == 1 else _triad_threads
    best = np.inf
    for _ in range(9):  # the first one compiles
        start = time.perf_counter()
        kernel(a, b, c, 0.5)
        best = min(best, time.perf_counter() - start)
    return 24 * size / best


_TOUCH = """
import sys, time
import numpy as np
memory = np.empty(int(sys.argv[1]), np.uint8)
start = time.perf_counter()
memory[:] = 1
print(time.perf_counter() - start)
"""


def first_touch(size: int = 256_000_000) -> float:
    """Speed at which a new process fills memory that it never used [bytes/s]."""
    command = [sys.executable, "-c", _TOUCH, str(size)]
    return size / float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def warm_memory(size: int) -> None:
    """Fill memory [bytes] in a process that ends, at most half of what is free."""
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError):
        return
    first_touch(max(1, min(size, free // 2)))


LIBRARIES = ("numpy", "scipy", "numba", "vertebra", "pyamg", "scikit-fem", "pypardiso", "petsc4py", "ngsolve")


def processor() -> str:
    """Name of the processor."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":")[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def versions(names: Sequence[str] = LIBRARIES) -> str:
    """Versions of Python and of the named distributions, those that are installed."""
    found = [f"Python {platform.python_version()}"]
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def describe(threads: int, speed: float) -> str:
    """Two lines for the head of a report; speed in bytes/s."""
    first = f"{date.today()}  {processor()}  {threads} thread(s)  triad {speed / 1e9:.1f} GB/s"
    first += f"  first touch {first_touch() / 1e9:.1f} GB/s"
    try:
        first += f"  load average {os.getloadavg()[0]:.1f}"
    except (AttributeError, OSError):
        pass
    return f"{first}\n{versions()}"
