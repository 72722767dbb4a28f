"""Time that numba spends on compiling kernels, which happens on a first run only.

Kernels that come from the cache on disk raise no such event and count as no compilation.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from numba.core import event

_KIND = "numba:compile"


class CompilationClock(event.Listener):
    """Adds up the time in which at least one kernel is being compiled.

    Attributes
    ----------
    is_running : bool
        Whether a kernel is being compiled now.
    """

    def __init__(self, notify: Callable[[bool], None] = lambda is_running: None):
        self._notify = notify
        self._depth = 0
        self._began = self._spent = 0.0

    @property
    def is_running(self) -> bool:
        """Whether a kernel is being compiled now."""
        return self._depth > 0

    @property
    def seconds(self) -> float:
        """Time spent so far [s]."""
        return self._spent + (time.perf_counter() - self._began if self.is_running else 0.0)

    def on_start(self, event) -> None:
        """Note that a kernel begins to compile; kernels inside others count once."""
        self._depth += 1
        if self._depth == 1:
            self._began = time.perf_counter()
            self._notify(True)

    def on_end(self, event) -> None:
        """Note that it is done."""
        self._depth -= 1
        if self._depth == 0:
            self._spent += time.perf_counter() - self._began
            self._notify(False)


@contextmanager
def compilation_clock(
    notify: Callable[[bool], None] = lambda is_running: None,
) -> Iterator[CompilationClock]:
    """Clock of the compilations inside the block; `notify` is called when one begins (True) and ends."""
    clock = CompilationClock(notify)
    with event.install_listener(_KIND, clock):
        yield clock


_OF_PROCESS = CompilationClock()
event.register(_KIND, _OF_PROCESS)  # numba keeps its listeners per process, and so does this clock


def compiled_s() -> float:
    """Time that this process has spent on compiling so far [s]."""
    return _OF_PROCESS.seconds
