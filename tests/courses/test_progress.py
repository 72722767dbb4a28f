"""What a run says while it works."""

import pytest

from vertebra.courses import progress
from vertebra.courses.progress import Counter


@pytest.fixture
def clock(monkeypatch):
    """A clock that is moved by hand [s]."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    return now


def test_time_left_is_that_of_the_states_and_of_the_tests_still_to_come(clock):
    said = []
    counter = Counter(total=5, done=0, report=said.append, tests=2)
    clock[0] = 3.0
    counter.finished(0, ["a"], 10)
    clock[0] = 6.0
    counter.testing(7, ["b"])
    clock[0] = 46.0
    counter.tested()
    counter.finished(7, ["b"], 500, ", elastic-plastic test to 2000 N")
    first, begins, last = said
    assert (first.done, begins.done, last.done) == (1, 1, 2)
    assert begins.text == "b, day 7, elastic-plastic test begins"
    assert last.text == "b, day 7, elastic-plastic test to 2000 N"
    assert last.iterations == 500
    assert first.remaining_s > 4 * 3.0  # the tests are not forgotten before one has been timed
    assert last.remaining_s == pytest.approx(3 * 3.0 + 1 * 40.0)


def test_arms_that_share_a_state_share_its_time(clock):
    said = []
    counter = Counter(total=4, done=0, report=said.append)
    clock[0] = 6.0
    counter.finished(0, ["a", "b"], 10)
    assert said[0].text == "a, b, day 0"
    assert said[0].remaining_s == pytest.approx(2 * 3.0)
