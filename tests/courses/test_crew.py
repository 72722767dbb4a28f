"""Jobs side by side: order, threads, failures."""

import threading

import numba
import pytest

from vertebra.courses.crew import Crew, side_by_side

TWO = pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="needs two threads")


@pytest.fixture
def threads():
    """Sets the number of threads of the run."""
    before = numba.get_num_threads()
    yield numba.set_num_threads
    numba.set_num_threads(before)


@pytest.mark.parametrize("count", [1, pytest.param(2, marks=TWO)])
def test_results_come_in_the_order_of_their_jobs(threads, count):
    threads(count)
    assert side_by_side([lambda n=n: n * n for n in range(20)]) == [n * n for n in range(20)]
    assert numba.get_num_threads() == count


@TWO
def test_two_jobs_are_done_at_once_with_a_thread_each(threads):
    threads(2)
    meet = threading.Barrier(2, timeout=20)

    def job():
        meet.wait()
        return threading.get_ident(), numba.get_num_threads()

    (first, own), (second, other) = side_by_side([job, job])
    assert first != second
    assert own == other == 1


def test_with_one_thread_a_job_is_done_when_it_is_handed_over(threads):
    threads(1)
    done = []
    with Crew() as crew:
        crew.hand_over(lambda: done.append(threading.get_ident()))
        assert done == [threading.get_ident()]


@pytest.mark.parametrize("count", [1, pytest.param(2, marks=TWO)])
def test_after_a_failure_no_job_begins(threads, count):
    threads(count)
    begun = []

    def fails():
        raise OSError(28, "no space")

    def hand_over_all():
        with Crew() as crew:
            crew.hand_over(fails)
            for number in range(100):
                crew.hand_over(lambda number=number: begun.append(number))

    with pytest.raises(OSError, match="no space"):
        hand_over_all()
    assert len(begun) < 100
    assert numba.get_num_threads() == count


@TWO
def test_who_hands_over_helps_with_short_jobs_and_leaves_long_ones_to_others(threads):
    threads(2)
    release, done = threading.Event(), []

    def job(name):
        if name == "first":
            release.wait(20)
        done.append((name, threading.current_thread() is threading.main_thread()))

    with Crew() as crew:
        for name in ("first", "long a", "long b", "short"):
            crew.hand_over(lambda name=name: job(name), is_long=name != "short")
        assert done == [("short", True)]
        release.set()
    assert {name for name, _ in done} == {"first", "long a", "long b", "short"}


@TWO
def test_an_error_of_the_one_who_hands_over_waits_for_what_has_begun(threads):
    threads(2)
    begun, finish, done = threading.Event(), threading.Event(), []

    def slow():
        begun.set()
        finish.wait(20)
        done.append(True)

    def interrupted():
        with Crew() as crew:
            crew.hand_over(slow)
            assert begun.wait(20)
            finish.set()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == [True]
