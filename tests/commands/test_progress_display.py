"""Progress as it is shown: on a terminal, in a pipe, or not at all."""

import io
import re
import time

import numba
import numpy as np
import pytest
from rich.console import Console

from vertebra.commands.progress_display import COMPILING, display, time_left
from vertebra.courses.progress import Progress


def state(remaining_s=None, iterations=17):
    return Progress(3, 26, "conservative, vertebroplasty, day 28", iterations, remaining_s)


def compile_something():
    @numba.njit
    def thrice(values):
        return 3 * values

    thrice(np.ones(2))


def on_terminal(speak):
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=80, height=25)
    with display(False, console) as shown:
        speak(shown)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (0.4, ""),
        (4.2, "4 s left"),
        (42.0, "about 40 s left"),
        (300.0, "about 5 min left"),
        (9000.0, "about 2.5 h left"),
    ],
)
def test_a_time_left_is_as_coarse_as_it_is_known(seconds, said):
    assert time_left(seconds) == said


def test_quiet_is_silent(capsys):
    with display(True, Console(stderr=True)) as shown:
        shown.begin("mesh")
        shown.say("warning: x")
        shown.report(state())
    printed = capsys.readouterr()
    assert printed.out + printed.err == ""


def test_a_pipe_gets_plain_lines(capsys):
    said = ""
    with display(False, Console(stderr=True)) as shown:
        shown.begin("mesh")
        shown.say("warning: x")
        compile_something()
        compile_something()
        shown.report(state())
        shown.report(state(42.0))
        shown.report(state(iterations=0))
        shown.begin("tables")  # over before it is worth a line
        shown.begin("pictures")
        for _ in range(100):  # it lasts
            time.sleep(0.02)
            said += capsys.readouterr().err
            if "pictures" in said:
                break
    assert said.splitlines() == [
        "meshing",
        "warning: x",
        COMPILING,  # once
        "[3/26] conservative, vertebroplasty, day 28: 17 iterations",
        "[3/26] conservative, vertebroplasty, day 28: 17 iterations, about 40 s left",
        "[3/26] conservative, vertebroplasty, day 28",
        "pictures",
    ]


def test_a_refusal_stands_alone_in_a_pipe(capsys):
    def refused():
        with display(False, Console(stderr=True)) as shown:
            shown.begin("mesh")
            int("no number")

    with pytest.raises(ValueError, match="no number"):
        refused()
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_the_stage_then_states_with_the_time_left():
    def speak(shown):
        shown.begin("mesh")
        shown.say("warning: cement is near the endplate")
        shown.report(state(42.0))

    text = on_terminal(speak)
    assert "warning: cement is near the endplate" in text
    last = text.replace("\r", "\n").splitlines()
    assert any(re.search(r"day 28 .* 3/26 about 40 s left", line) for line in last)
    assert max(len(line) for line in last) <= 80
    assert "0/?" not in text


def test_a_terminal_says_what_it_does_after_the_last_state_without_a_time_left():
    def speak(shown):
        shown.report(state(42.0))
        shown.begin("pictures")

    last = [line for line in on_terminal(speak).replace("\r", "\n").splitlines() if line.strip()][-1]
    assert last.startswith("pictures")
    assert "left" not in last


def test_a_terminal_says_that_kernels_are_compiled(monkeypatch):
    heard = []

    def speak(shown):
        shown.begin("solve")
        shown.report(state(42.0))
        compile_something()

    import vertebra.commands.progress_display as module

    words = module._Words.render
    monkeypatch.setattr(
        module._Words, "render", lambda self, task: heard.append(words(self, task)) or heard[-1]
    )
    clock = module.compilation_clock

    def refreshing(notify):
        def both(is_running):
            notify(is_running)
            bar.refresh()

        return clock(both)

    bar = None
    made = module.Bar.__init__

    def keep(self, *arguments, **named):
        nonlocal bar
        bar = self
        made(self, *arguments, **named)

    monkeypatch.setattr(module.Bar, "__init__", keep)
    monkeypatch.setattr(module, "compilation_clock", refreshing)
    on_terminal(speak)
    said = [str(text) for text in heard]
    assert COMPILING in said
    assert said[-1] != COMPILING  # and when it is over
