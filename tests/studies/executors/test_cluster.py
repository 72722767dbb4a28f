"""A Dask cluster on this machine: every job once, also when a worker is killed; errors and addresses."""

import operator
import os
import signal
import time
from functools import partial

import pytest

from vertebra.scenarios.error import ScenarioError
from vertebra.studies.executors import cluster as module
from vertebra.studies.executors.cluster import Cluster
from vertebra.studies.executors.job import Job

distributed = pytest.importorskip("distributed", reason="Dask, extra `cluster`, is not installed")
pytestmark = pytest.mark.filterwarnings("default")  # of its own event loops


def jobs(contents):
    return [Job(str(number), "one group", content) for number, content in enumerate(contents)]


def test_every_job_has_its_outcome():
    found = {outcome.job.name: outcome.value for outcome in Cluster("local", 2).run(jobs(range(5)), squares)}
    assert found == {str(n): n * n for n in range(5)}


squares = partial(partial, pow, exp=2)


def test_what_a_handler_raises_reaches_the_caller():
    with pytest.raises(ZeroDivisionError):
        list(Cluster("local", 1).run(jobs([0]), partial(partial, operator.truediv, 1)))


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_jobs_of_a_worker_that_is_killed_run_again(tmp_path):
    def die_once(mark):  # sent to workers by value, as those may not know this file
        if mark.endswith("1") and not os.path.exists(mark):
            with open(mark, "w", encoding="ascii"):
                pass
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.1)
        return "done"

    work = [str(tmp_path / f"{number}") for number in range(4)]
    outcomes = {
        each.job.name: each for each in Cluster("local", 2).run(jobs(work), partial(partial, die_once))
    }
    assert {each.value for each in outcomes.values()} == {"done"}
    assert all(each.died == "" for each in outcomes.values())


def test_workers_of_this_machine_that_are_all_lost_are_begun_again(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_LOOK_S", 0.5)
    clusters = []

    def slowly(mark):
        time.sleep(0.5)
        return mark

    class Watched(distributed.LocalCluster):
        def __init__(self, **options):
            super().__init__(**options)
            clusters.append(self)

    monkeypatch.setattr(distributed, "LocalCluster", Watched)
    work = [str(tmp_path / f"{number}") for number in range(3)]
    outcomes = Cluster("local", 1).run(jobs(work), partial(partial, slowly))
    found = [next(outcomes).job.name]
    clusters[0].scale(0)  # as when the processes that watch them die, too
    found += [outcome.job.name for outcome in outcomes]
    assert sorted(found) == ["0", "1", "2"]


def test_an_address_without_a_scheduler_is_refused(monkeypatch):
    monkeypatch.setattr(module, "_CONNECT_S", 1)
    with pytest.raises(ScenarioError, match=r"--scheduler tcp://127\.0\.0\.1:1: found no scheduler there"):
        list(Cluster("tcp://127.0.0.1:1").run(jobs([1]), squares))
