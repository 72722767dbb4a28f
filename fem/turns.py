"""Lock of the state that a problem keeps from solve to solve: one thread at a time."""

import os
import threading
from typing import Self


class Turns:
    """Reentrant lock that cannot block a forked process.

    A process forked while a solve is running inherits a half-changed state and a lock that no thread will release:
    taking it there raises RuntimeError.
    """

    def __init__(self):
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._inside = 0

    def __enter__(self) -> Self:
        """Acquire the lock.

        Raises
        ------
        RuntimeError
            In a process that was forked in the middle of a solve.
        """
        if self._process != os.getpid():
            if self._inside:
                text = (
                    "this process was forked in the middle of a solve, whose unfinished state it has inherited: "
                    "make a new Elasticity here, or fork while nothing is being solved."
                )
                raise RuntimeError(text)
            self._process, self._lock = os.getpid(), threading.RLock()
        self._lock.acquire()
        self._inside += 1
        return self

    def __exit__(self, *_):
        """Release the lock."""
        self._inside -= 1
        self._lock.release()
