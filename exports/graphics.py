"""Whether this machine can draw in 3-D by itself.

Without a GL library the first picture of VTK is a segmentation fault that no `except` catches. So a process of its own
tries one, once.
"""

import subprocess
import sys
from functools import cache

_TRIAL = (
    "import pyvista; plotter = pyvista.Plotter(off_screen=True, window_size=(32, 32)); "
    "plotter.add_mesh(pyvista.Sphere()); plotter.screenshot(None)"
)
_LONGEST_S = 120.0


class MissingGraphicsError(RuntimeError):
    """There is no library that draws in 3-D."""


def require_graphics() -> None:
    """Make sure that VTK can draw here.

    Raises
    ------
    MissingGraphicsError
        It cannot; the message names the package to install.
    """
    reason = _what_fails()
    if reason:
        message = (
            f"3-D windows need an OpenGL library, and a trial of one {reason}. Install the Debian package libegl1 (or "
            "libosmesa6). The scene in report.html and `vertebra view DIR` need none: a browser draws them."
        )
        raise MissingGraphicsError(message)


@cache
def _what_fails() -> str:
    """How a trial picture ended; empty where it was drawn."""
    try:
        child = subprocess.run(
            [sys.executable, "-c", _TRIAL], capture_output=True, timeout=_LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired:
        return f"did not end within {_LONGEST_S:g} s"
    return "" if child.returncode == 0 else f"ended with status {child.returncode}"
