"""A worker process: takes jobs from its standard input, answers on its standard output.

It ends with the process that started it: when that one closes the pipe or dies, reading meets the end of the pipe.
"""

import os
import pickle
import queue
import sys
from threading import Thread
from typing import Any, BinaryIO

from vertebra.kernels.compilation import compilation_clock

DONE, RAISED, COMPILING = "done", "raised", "compiling"


def serve() -> None:
    """Work until the pipe ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever libraries print is no answer
    jobs: queue.Queue[Any] = queue.Queue()
    Thread(target=_read, args=(sys.stdin.buffer, jobs), daemon=True).start()
    handle = jobs.get()()

    def notify(is_running: bool) -> None:
        if is_running:
            _send(answers, COMPILING, None)

    with compilation_clock(notify):
        while True:
            content = jobs.get()
            try:
                value = handle(content)
            except BaseException as error:
                _send(answers, RAISED, _sendable(error))
            else:
                _send(answers, DONE, value)


def _read(stream: BinaryIO, jobs: "queue.Queue[Any]") -> None:
    """Take jobs as they come; end the process where no more can come."""
    while True:
        try:
            jobs.put(pickle.load(stream))
        except (EOFError, OSError, pickle.UnpicklingError):
            os._exit(0)


def _send(stream: BinaryIO, kind: str, value: Any) -> None:
    try:
        stream.write(pickle.dumps((kind, value)))
        stream.flush()
    except OSError:  # nobody listens any more
        os._exit(0)


def _sendable(error: BaseException) -> BaseException:
    """The error, or one in its words where it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
