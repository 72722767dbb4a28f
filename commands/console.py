"""Terminals that commands print to; made when they are needed, because rich takes time to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def out_console() -> Console:
    """Standard output."""
    from rich.console import Console

    return Console(highlight=False)


def err_console() -> Console:
    """Standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)
