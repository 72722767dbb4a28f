"""Why a case failed: kept in words, so that the rest of a study goes on."""

import traceback
from collections.abc import Callable
from pathlib import Path

from vertebra.fem import NotConverged
from vertebra.meshes.surface.tetwild import MeshingFailed
from vertebra.scenarios.error import ScenarioError


def failure_of(compute: Callable[[], None]) -> str:
    """Compute something; return why it failed, or nothing.

    Parameters
    ----------
    compute : callable

    Raises
    ------
    OSError
        Files cannot be written: the next case would fail alike.
    """
    try:
        compute()
    except (ScenarioError, NotConverged, MeshingFailed) as error:
        return one_line(error)
    except MemoryError as error:
        return f"not enough memory: {one_line(error)}" if str(error) else "not enough memory"
    except OSError:
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {one_line(error)} ({Path(place.filename).name}, line {place.lineno})"
    return ""


def one_line(error: BaseException) -> str:
    """Message of an error in one line; never empty."""
    return " ".join(str(error.args[0] if error.args else error).split()) or type(error).__name__
