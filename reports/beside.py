"""Pictures and scene of a run, drawn by a process beside it from the moment its fields are written.

Slices and the 3-D scene need the fields of all states and no table. What follows the last state, bands above all, takes
longer than they do.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from vertebra.kernels.process import start

from .scene.subject import Subject

_PROGRAM = "from vertebra.reports.helper import serve; serve()"


class Drawing:
    """Drawing of one run: begun when there are fields, written when there is everything.

    Parameters
    ----------
    process : subprocess.Popen or None
        Process that draws (`helper`); without one, or where it fails, this process draws when everything is there.
    """

    def __init__(self, process: subprocess.Popen[str] | None = None):
        self._process = process

    def begin(self, folder: Path, subject: Subject, *, pictures: bool) -> None:
        """Begin to draw the fields of a folder, in which tables and manifest are still to be written.

        Parameters
        ----------
        folder : Path
        subject : Subject
        pictures : bool
            Whether to draw slices.
        """
        self._send(json.dumps({"folder": str(folder), "subject": asdict(subject), "pictures": pictures}))

    def write(self, folder: Path, *, pictures: bool) -> None:
        """Write charts, pictures and page into the folder, which holds everything else now."""
        if self._send("") and self._is_answered():
            return
        from .files import write_report_files  # matplotlib takes a second, which the process has spent

        write_report_files(folder, pictures=pictures)

    def _send(self, line: str) -> bool:
        """Send a line to the process; whether that was possible."""
        if self._process is None:
            return False
        assert self._process.stdin is not None  # a pipe
        try:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            self._process = None
            return False
        return True

    def _is_answered(self) -> bool:
        """Wait for the answer; False where the process ends without one."""
        assert self._process is not None  # it was sent a line
        assert self._process.stdout is not None
        try:
            return bool(self._process.stdout.readline())
        except (OSError, ValueError):
            return False


@contextmanager
def drawing(*, beside: bool) -> Iterator[Drawing]:
    """Drawing of a run that goes on in the block.

    Parameters
    ----------
    beside : bool
        Whether a process of its own is worth its start, 2 s of processor time and 0.2 GB.
    """
    process = start(_PROGRAM) if beside else None
    try:
        yield Drawing(process)
    finally:
        if process is not None:
            process.kill()  # it has answered, or is not wanted any more
            for pipe in (process.stdin, process.stdout):
                try:
                    if pipe is not None:
                        pipe.close()
                except OSError:  # what was not sent
                    pass
            process.wait()
