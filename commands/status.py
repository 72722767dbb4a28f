"""Exit status of every way in which a command can end, and what is printed for it.

0 done; 1 `verify` or `validate` missed what must hold; 2 the input is wrong; 3 the computation failed; 130
interrupted.
"""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from vertebra.scenarios.error import ScenarioError

FAULT = 1
"""Exit status when something that must hold is missed."""
INTERRUPTED = 130


class ComputationError(Exception):
    """The solver gave up."""


class NoMeshError(Exception):
    """The mesher gave up; nothing was written."""


@contextmanager
def solving(file: Path | None = None) -> Iterator[None]:
    """Call a solver or a mesher that gives up a failed computation; `file` is the scenario's."""
    from vertebra.fem import NotConverged
    from vertebra.meshes.surface.tetwild import MeshingFailed

    try:
        yield
    except NotConverged as error:
        raise ComputationError(*error.args) from error
    except MeshingFailed as error:
        message = f"{file}: mesh.surface: {error}" if file else str(error)
        raise NoMeshError(message) from error


def status_of(error: BaseException) -> int:
    """Print why a command ended and return its exit status.

    Raises
    ------
    BaseException
        The error itself, when it is unforeseen and VERTEBRA_TRACEBACK is set.
    """
    match error:
        case typer.TyperException():
            return _wrong_command(error)
        case ScenarioError():
            complain(f"error: {error}")
            return 2
        case NoMeshError():
            complain(f"failed: {error}")
        case ComputationError():
            complain(
                f"failed: {error}", "Finished states are kept; correct the cause and go on with --resume."
            )
        case OSError() | MemoryError():
            reason = str(error) or "not enough memory"
            complain(f"failed: {reason}", "Finished states are kept; make room and go on with --resume.")
        case typer.Abort() | KeyboardInterrupt():
            return interrupted()
        case _ if "VERTEBRA_TRACEBACK" in os.environ:
            raise error
        case _:
            _unforeseen(error)
    return 3


def interrupted() -> int:
    """Say that the user stopped the command; returns the exit status."""
    complain("interrupted: finished states are kept; the same command with --resume goes on.")
    return INTERRUPTED


def complain(*lines: str) -> None:
    """Print lines to standard error."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)


def _wrong_command(error: typer.TyperException) -> int:
    """Say what is wrong with the words of the command, and where they are explained."""
    context = getattr(error, "ctx", None)
    command = "vertebra" if context is None else context.command_path
    text = error.format_message()
    complain(
        f"error: {text}{'' if text.endswith(('.', '?')) else '.'} `{command} --help` explains the command."
    )
    return 2


def _unforeseen(error: BaseException) -> None:
    """One line, not a traceback, for a fault of the program."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    complain(
        f"failed: {type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})",
        "This is a fault of vertebra, not of your input. Finished states are kept. Please report it with the "
        "scenario and with what the same command prints after `export VERTEBRA_TRACEBACK=1`.",
    )
