"""No collection of cyclic garbage while a kernel is compiled: it takes a tenth of the time and finds little."""

import gc

from numba.core import event


class _Pause(event.Listener):
    """Switches collection off from the first kernel that begins to compile to the last that ends."""

    def __init__(self):
        self._depth, self._was_on = 0, True

    def on_start(self, event) -> None:
        """Take a kernel that begins; those inside others count once."""
        if self._depth == 0:
            self._was_on = gc.isenabled()
            gc.disable()
        self._depth += 1

    def on_end(self, event) -> None:
        """Take a kernel that is done."""
        self._depth -= 1
        if self._depth == 0 and self._was_on:
            gc.enable()


event.register(
    "numba:compile", _Pause()
)  # numba compiles one kernel at a time, and keeps listeners per process
