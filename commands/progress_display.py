"""Progress of a long command: a line that moves on a terminal, plain lines elsewhere, nothing when quiet."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.table import Column
from rich.text import Text

from vertebra.courses.progress import Progress
from vertebra.kernels.compilation import compilation_clock
from vertebra.meshes.surface.tetwild import hearing_passes

COMPILING = "compiling kernels, first run only"
_STAGES = {"mesh": "meshing", "solve": "solving", "figure": "pictures"}
"""Stages of a run as a person calls them, where that is another word."""
_PATIENCE_S = 1.0
"""Time after which a stage is worth a line of its own [s]."""


@dataclass(frozen=True)
class Display:
    """How a long command speaks.

    Attributes
    ----------
    report : callable
        Takes a `Progress` after each state.
    say : callable
        Takes a line worth reading.
    begin : callable
        Takes the name of a stage that begins.
    """

    report: Callable[[Progress], None]
    say: Callable[[str], None]
    begin: Callable[[str], None]


@contextmanager
def display(quiet: bool, console: Console) -> Iterator[Display]:
    """Show progress while the block runs.

    Parameters
    ----------
    quiet : bool
        Show nothing.
    console : Console
        Of standard error.
    """
    if quiet:
        yield Display(lambda state: None, lambda text: None, lambda stage: None)
    elif console.is_terminal:
        with _on_terminal(console) as shown:
            yield shown
    else:
        with _in_lines() as shown:
            yield shown


def time_left(seconds: float | None) -> str:
    """A time left in words, rounded as coarsely as it is known; nothing below a second, or when unknown."""
    if seconds is None or seconds < 1:
        return ""
    if seconds < 10:
        return f"{seconds:.0f} s left"
    if seconds < 90:
        return f"about {5 * round(seconds / 5):.0f} s left"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} min left"
    return f"about {seconds / 3600:.1f} h left"


class _Count(ProgressColumn):
    """States done of all, once there are any."""

    def render(self, task: Task) -> Text:
        """Draw the column."""
        return Text("" if task.total is None else f"{task.completed:.0f}/{task.total:.0f}")


class _Left(ProgressColumn):
    """Time left, counted down between two reports, else the time spent on the stage."""

    def render(self, task: Task) -> Text:
        """Draw the column."""
        now = time.monotonic()
        until = task.fields["until"]
        left = "" if task.fields["compiling"] or until is None else time_left(until - now)
        return Text(left or _clock(now - task.fields["since"]))


def _clock(seconds: float) -> str:
    return f"{seconds // 60:.0f}:{seconds % 60:02.0f}"


class _Words(TextColumn):
    """What is being done, cut to the width that is left."""

    def __init__(self):
        super().__init__("", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"))

    def render(self, task: Task) -> Text:
        """Draw the column."""
        return Text(COMPILING if task.fields["compiling"] else task.description)


@contextmanager
def _on_terminal(console: Console) -> Iterator[Display]:
    columns = (_Words(), BarColumn(bar_width=14), _Count(), _Left(table_column=Column(min_width=17)))
    start = {"until": None, "since": time.monotonic(), "compiling": False}
    with Bar(*columns, console=console, expand=True, transient=True) as bar:
        task = bar.add_task("starting", total=None, **start)

        def begin(stage: str) -> None:
            bar.update(task, description=_STAGES.get(stage, stage), until=None, since=time.monotonic())

        def report(state: Progress) -> None:
            now = time.monotonic()
            until = None if state.remaining_s is None else now + state.remaining_s
            bar.update(task, description=state.text, total=state.total, completed=state.done, until=until)

        def say(text: str) -> None:
            bar.console.print(text, markup=False, soft_wrap=True)

        with (
            compilation_clock(lambda is_running: bar.update(task, compiling=is_running)),
            hearing_passes(lambda text: bar.update(task, description=text)),
        ):
            yield Display(report, say, begin)


class _Lines:
    """Plain lines. A stage is named when it lasts, or when something is said in it: a refusal stands alone."""

    def __init__(self):
        self._stage: str | None = None
        self._timer: Timer | None = None
        self._has_compiled = False

    def begin(self, stage: str) -> None:
        """Take a stage that begins."""
        self.close()
        self._stage = _STAGES.get(stage, stage)
        self._timer = Timer(_PATIENCE_S, self._name_stage)
        self._timer.daemon = True
        self._timer.start()

    def say(self, text: str) -> None:
        """Print a line, below the name of its stage."""
        self._name_stage()
        print(text, file=sys.stderr, flush=True)

    def report(self, state: Progress) -> None:
        """Print a line for a state."""
        iterations = "" if state.iterations == 0 else f"{state.iterations} iterations"
        more = ", ".join(part for part in (iterations, time_left(state.remaining_s)) if part)
        self.say(f"[{state.done}/{state.total}] {state.text}{f': {more}' if more else ''}")

    def compiling(self, is_running: bool) -> None:
        """Say once that kernels are compiled."""
        if is_running and not self._has_compiled:
            self._has_compiled = True
            self.say(COMPILING)

    def close(self) -> None:
        """Forget a stage that was over before it was named."""
        if self._timer is not None:
            self._timer.cancel()
        self._stage = None

    def _name_stage(self) -> None:
        stage, self._stage = self._stage, None
        if stage is not None:
            print(stage, file=sys.stderr, flush=True)


@contextmanager
def _in_lines() -> Iterator[Display]:
    lines = _Lines()
    try:
        with compilation_clock(lines.compiling), hearing_passes(lines.say):
            yield Display(lines.report, lines.say, lines.begin)
    finally:
        lines.close()
