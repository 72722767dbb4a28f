"""One thread at a time: the lock of what is kept from solve to solve."""

import os
import threading
from typing import Self


class Turns:
    """Lock that a thread may take again while it has it, and that does not hang a forked process.

    A process that is forked while another of its threads is inside gets a copy that nobody will finish: taking the
    copy raises RuntimeError.
    """

    def __init__(self):
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._inside = 0

    def __enter__(self) -> Self:
        """Wait for the turn."""
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
        """Pass on the turn."""
        self._inside -= 1
        self._lock.release()
