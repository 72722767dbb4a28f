"""A command with a fault at a chosen point: `python -m benchmarks.faults.injected FAULT NUMBER FOLDER WORDS...`.

Points are what the command does to files below a folder: opening one to write, renaming, removing, making a folder.
They are numbered from 1 on; at the chosen one the process is killed, interrupted, or the system refuses. The number of
points that were passed is printed at the end.
"""

import errno
import os
import signal
import sys
from pathlib import Path
from typing import Any

_WRITES = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "os.truncate")
NONE, KILL, FULL, READ_ONLY, INTERRUPT, MEMORY = "none", "kill", "full", "read-only", "interrupt", "memory"
FAULTS = (KILL, FULL, READ_ONLY, INTERRUPT, MEMORY)


class Fault:
    """Counts points and lets the fault happen; what the system refuses, it goes on refusing.

    Attributes
    ----------
    passed : int
        Points so far.
    """

    def __init__(self, kind: str, at: int, folder: Path):
        """Take the fault, the number of its point, and the folder that is watched."""
        self._kind, self._at, self._folder = kind, at, str(folder.resolve())
        self.passed = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """See an event of the interpreter (`sys.addaudithook`)."""
        if event not in _WRITES or not self._concerns(event, arguments):
            return
        self.passed += 1
        if self._kind == NONE or self.passed < self._at:
            return
        if self._kind in (FULL, READ_ONLY):
            if event in ("open", "os.mkdir", "os.rename"):  # room to remove something there is always
                code = errno.ENOSPC if self._kind == FULL else errno.EROFS
                raise OSError(code, os.strerror(code))
        elif self.passed == self._at:
            self._happen()

    def _happen(self) -> None:
        if self._kind == KILL:
            os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        if self._kind == INTERRUPT:
            raise KeyboardInterrupt
        raise MemoryError

    def _concerns(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open":
            path, mode, flags = arguments
            writes = any(letter in (mode or "") for letter in "wax+") or (flags or 0) & (
                os.O_WRONLY | os.O_RDWR
            )
            return bool(writes) and self._is_inside(path)
        return any(self._is_inside(path) for path in arguments[:2])

    def _is_inside(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self._folder)


def main() -> None:
    """Run a command with a fault."""
    from vertebra.commands.cli import status

    kind, at, folder, *words = sys.argv[1:]
    fault = Fault(kind, int(at), Path(folder))
    sys.addaudithook(fault)
    code = status(words)
    print(f"points: {fault.passed}", flush=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
