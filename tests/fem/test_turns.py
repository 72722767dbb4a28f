import os
import threading
import time

import pytest

from vertebra.fem.turns import Turns


def test_one_thread_at_a_time():
    turns, inside, most = Turns(), [0], [0]

    def work():
        for _ in range(20):
            with turns, turns:  # again by the same thread
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(1e-4)
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def in_a_copy(monkeypatch):
    """As after a fork, in another process."""
    other = os.getpid() + 1
    monkeypatch.setattr(os, "getpid", lambda: other)


def test_a_fork_between_solves_starts_afresh(monkeypatch):
    turns = Turns()
    with turns:
        pass
    in_a_copy(monkeypatch)
    with turns:
        pass


def test_a_fork_during_a_solve_is_refused_and_does_not_wait(monkeypatch):
    turns = Turns()
    with turns:
        in_a_copy(monkeypatch)
        with pytest.raises(RuntimeError, match="forked in the middle of a solve"):
            turns.__enter__()
        monkeypatch.undo()
