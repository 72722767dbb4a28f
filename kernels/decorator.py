"""The decorator of all kernels."""

from collections.abc import Callable
from typing import Any

import numba

from .disk import KernelCache
from .stamp import source_of


def njit(**options) -> Callable[[Callable], Any]:
    """Decorate a function that is compiled when it is first called; takes the options of `numba.njit`.

    `cache=True` keeps the compiled code on disk. A function with `inline="always"` becomes part of the kernels that
    call it, as if it were written there. Kernels let other threads of Python run meanwhile (`nogil`). No entry for C
    is made: kernels are called from Python and from kernels.
    """
    kept = options.pop("cache", False)
    given: dict[str, Any] = {"nogil": True, "no_cfunc_wrapper": True} | options

    def decorate(function):
        kernel: Any = numba.njit(**given)(function)
        if kernel is not function:  # the same where compilation is switched off
            source_of(function)
            if kept:
                kernel._cache = KernelCache(kernel)
        return kernel

    return decorate
