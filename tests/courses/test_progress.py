"""What a run says while it works."""

import pytest

from vertebra.courses import compilation, progress
from vertebra.courses.compilation import CompilationClock
from vertebra.courses.progress import Counter


@pytest.fixture
def clock(monkeypatch):
    """A clock that is moved by hand [s], while nothing is compiled."""
    now = [0.0]
    monkeypatch.setattr(progress, "_working_s", lambda: now[0])
    return now


def test_time_left_is_that_of_the_states_and_of_the_tests_still_to_come(clock):
    said = []
    counter = Counter(total=5, done=0, report=said.append, solves=5, tests=2)
    for at in (3.0, 6.0):
        clock[0] = at
        counter.finished(0, ["a"], 10)
    assert said[-1].remaining_s is None  # no test has been timed
    clock[0] = 9.0
    with counter.test(7, ["b"]):
        clock[0] = 49.0
    counter.finished(7, ["b"], 500, ", elastic-plastic test to 2000 N")
    *_, begins, last = said
    assert (begins.done, last.done) == (2, 3)
    assert begins.text == "b, day 7, elastic-plastic test begins"
    assert last.text == "b, day 7, elastic-plastic test to 2000 N"
    assert last.iterations == 500
    assert last.remaining_s == pytest.approx(2 * 3.0 + 1 * 40.0)


def test_a_state_that_arms_share_is_solved_once(clock):
    said = []
    counter = Counter(total=7, done=0, report=said.append, solves=5)
    for at in (6.0, 12.0):
        clock[0] = at
        counter.finished(0, ["a", "b"], 10)
    assert (said[-1].text, said[-1].done) == ("a, b, day 0", 4)
    assert said[-1].remaining_s == pytest.approx(3 * 6.0)


def test_no_time_is_given_before_two_states_are_timed_nor_when_none_is_left(clock):
    said = []
    counter = Counter(total=3, done=0, report=said.append, solves=3)
    for at in (60.0, 61.0, 62.0):
        clock[0] = at
        counter.finished(0, ["a"], 10)
    first, second, last = (state.remaining_s for state in said)
    assert first is None
    assert second > 0
    assert last is None


def test_the_rate_follows_the_recent_states(clock):
    said = []
    counter = Counter(total=40, done=0, report=said.append, solves=40)
    for step in (*[10.0] * 8, *[1.0] * 8):
        clock[0] += step
        counter.finished(0, ["a"], 10)
    assert said[-1].remaining_s == pytest.approx(24 * 1.0)


def test_time_spent_on_compiling_is_no_time_of_a_state(monkeypatch):
    now, compiled = [0.0], [0.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(progress, "compiled_s", lambda: compiled[0])
    said = []
    counter = Counter(total=4, done=0, report=said.append, solves=4)
    for took, of_it in ((33.0, 30.0), (3.0, 0.0)):
        now[0] += took
        compiled[0] += of_it
        counter.finished(0, ["a"], 10)
    assert said[-1].remaining_s == pytest.approx(2 * 3.0)


def test_kernels_inside_kernels_count_once(monkeypatch):
    now, heard = [0.0], []
    monkeypatch.setattr(compilation.time, "perf_counter", lambda: now[0])
    clock = CompilationClock(heard.append)
    for at, step in enumerate((clock.on_start, clock.on_start, clock.on_end, clock.on_end)):
        now[0] = float(at)
        step(None)
    now[0] = 10.0
    assert (clock.seconds, clock.is_running, heard) == (3.0, False, [True, False])


def test_numba_is_heard_compiling_and_not_calling_what_is_compiled():
    import numba
    import numpy as np

    heard = []

    @numba.njit
    def twice(values):
        return 2 * values

    before = compilation.compiled_s()
    with compilation.compilation_clock(heard.append) as clock:
        twice(np.ones(3))
        assert heard == [True, False]
        twice(np.ones(4))
    assert heard == [True, False]
    assert 0 < clock.seconds <= compilation.compiled_s() - before + 1e-3
