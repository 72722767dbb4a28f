"""Worker processes: every job once, lost workers replaced, nothing left behind."""

import operator
import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from vertebra.studies.executors.here import Here
from vertebra.studies.executors.job import Job
from vertebra.studies.executors.processes import Processes

POSIX = pytest.mark.skipif(os.name != "posix", reason="sends signals")
SQUARE = partial(partial, pow, exp=2)
"""What every worker makes: a function of one number."""


def jobs(contents):
    return [Job(str(number), "one group", content) for number, content in enumerate(contents)]


@pytest.mark.parametrize("executor", [Here(), Processes(2)], ids=["here", "processes"])
def test_every_job_has_its_outcome(executor):
    found = {outcome.job.name: outcome.value for outcome in executor.run(jobs(range(7)), SQUARE)}
    assert found == {str(n): n * n for n in range(7)}


def test_what_a_handler_raises_reaches_the_caller():
    with pytest.raises(ZeroDivisionError):
        list(Processes(2).run(jobs([0]), partial(partial, operator.truediv, 1)))


@POSIX
def test_a_job_that_kills_its_workers_fails_and_the_others_go_on():
    """`os._exit` with a status other than 0 is what a kill by the system looks like."""
    work = [("_exit", 9), ("getpid",), ("getpid",)]
    outcomes = list(Processes(2).run(jobs(work), partial(partial, _call_of_os)))
    by_name = {outcome.job.name: outcome for outcome in outcomes}
    assert "ended with status 9" in by_name["0"].died
    assert all(by_name[name].value > 0 for name in ("1", "2"))


def _call_of_os(words):
    return getattr(os, words[0])(*words[1:])


KILLED = """
import sys
from functools import partial
import time
from vertebra.studies.executors.job import Job
from vertebra.studies.executors.processes import Processes
executor = Processes(2)
run = executor.run([Job("a", "", 0.0), Job("b", "", 60.0)], partial(partial, time.sleep))
next(run)
print(*(worker.process.pid for worker in executor._alive), flush=True)
next(run)
"""


@POSIX
def test_workers_end_with_the_process_that_started_them():
    with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True) as parent:
        pids = [int(word) for word in parent.stdout.readline().split()]
        parent.send_signal(signal.SIGKILL)
    assert pids
    end = time.monotonic() + 10
    while any(_lives(pid) for pid in pids):
        assert time.monotonic() < end, "a worker outlives its parent"
        time.sleep(0.05)


def _lives(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stream:
            return stream.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
