"""Kernels of runs, each compiled by one of the processes that share a cache and the tests."""

import time

from vertebra.kernels.specialisation import named
from vertebra.studies.compiling.beginning import missing
from vertebra.studies.compiling.listed import read_list

LONGEST_S = 120
"""After which kernels of another process are not waited for any more: they are compiled where they are called."""


def compile_share(number, processes):
    """Compile every n-th listed kernel that is not on disk, and wait until the other processes have done the others."""
    names = [name for name, _ in read_list()]
    for name in missing(names[number::processes]):
        kernel, signature = named(name)
        kernel.compile(signature)
    end = time.monotonic() + LONGEST_S
    while missing(names) and time.monotonic() < end:
        time.sleep(0.1)
