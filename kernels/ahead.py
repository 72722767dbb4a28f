"""Kernels that helper processes compile while this process is at other work.

Helpers work from the end of the list and this process from its beginning, as it calls kernels, until they meet: nothing
is compiled twice, and this process waits only for a kernel that a helper is at. What helpers make reaches this process
through the files of the cache. A helper that cannot start, fails or dies leaves its kernels to this process.
"""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Condition, Thread
from typing import Any

from numba.core import config, event

from .process import start

_PROGRAM = "from vertebra.kernels.helper import serve; serve()"
_PATIENCE_S = 60.0
"""Time after which a kernel that a helper is at is compiled here all the same [s]."""


class _Shared:
    """Kernels that are waited for and those that helpers are at, by name."""

    def __init__(self):
        self._changed = Condition()
        self._waiting: list[str] = []
        self._taken: set[str] = set()
        self._is_on = False

    def begin(self, names: Sequence[str]) -> bool:
        """Set what waits to be compiled; False where that was done already, and nothing is changed."""
        with self._changed:
            if self._is_on:
                return False
            self._waiting, self._is_on = list(names), True
            return True

    def end(self) -> None:
        """Leave what waits to this process."""
        with self._changed:
            self._waiting, self._is_on = [], False

    def take_last(self) -> str | None:
        """Give a helper the kernel at the end of the list; None where nothing waits."""
        with self._changed:
            if not self._waiting:
                return None
            name = self._waiting.pop()
            self._taken.add(name)
            return name

    def give_back(self, name: str) -> None:
        """Note that a helper is not at a kernel any more: it is on disk, or will not come."""
        with self._changed:
            self._taken.discard(name)
            self._changed.notify_all()

    def wait_for(self, name: str) -> bool:
        """Take a kernel from the list, or wait until the helper that is at it has done; whether one was."""
        with self._changed:
            if name in self._waiting:
                self._waiting.remove(name)
            if name not in self._taken:
                return False
            with event.trigger_event("numba:compile", data={}):  # it is time spent on compiling
                self._changed.wait_for(lambda: name not in self._taken, _PATIENCE_S)
            return True


_SHARED = _Shared()
"""What this process shares with its helpers: there is one compiler, and one cache, in a process."""

if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_SHARED.__init__)  # the helpers are those of its parent


def wait_for(name: str) -> bool:
    """Take a kernel from what waits for helpers, or wait until the helper that is at it has done; whether one was.

    Parameters
    ----------
    name : str
        Kernel with types.
    """
    return _SHARED.wait_for(name)


@contextmanager
def helpers(names: Sequence[str], count: int) -> Iterator[None]:
    """Have kernels compiled by processes beside this one while the block runs; a block inside another starts none.

    Parameters
    ----------
    names : sequence of str
        Kernels with types, in the order in which they are called first.
    count : int
        Processes at most.
    """
    if not names or count < 1 or not _SHARED.begin(names):
        yield
        return
    started = [process for process in map(_start, range(min(count, len(names)))) if process is not None]
    drivers = [Thread(target=_drive, args=(process,), daemon=True) for process in started]
    for driver in drivers:
        driver.start()
    try:
        yield
    finally:
        _SHARED.end()
        for process, driver in zip(started, drivers, strict=True):
            process.kill()  # what it writes is whole or not there
            driver.join()


def _start(number: int) -> subprocess.Popen | None:
    """Start a helper; None where that is not possible."""
    settings: Any = config
    return start(_PROGRAM, {"NUMBA_CACHE_DIR": settings.CACHE_DIR} if settings.CACHE_DIR else {})


def _drive(process: subprocess.Popen) -> None:
    """Give a helper one kernel after another until none waits or it dies."""
    assert process.stdin is not None  # both are pipes
    assert process.stdout is not None
    is_alive = True
    while is_alive and (name := _SHARED.take_last()) is not None:
        try:
            process.stdin.write(f"{name}\n")
            process.stdin.flush()
            is_alive = bool(process.stdout.readline())
        except (OSError, ValueError):
            is_alive = False
        _SHARED.give_back(name)
    for pipe in (process.stdin, process.stdout):
        try:
            pipe.close()
        except OSError:
            pass
    process.wait()
