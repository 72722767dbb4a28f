"""Threads and forked processes get the numbers of one process and one thread.

The stiffness grows with E, and so does the force at a given displacement: each field of moduli has its own.
"""

import multiprocessing
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import vertebra.fem.threads
from vertebra.fem import Elasticity
from vertebra.meshes.shapes import box

POINTS, CELLS = box((10.0, 10.0, 20.0), (4, 4, 8), order=2)
TOP = POINTS[:, 2] == 20.0
FIELDS = [np.random.default_rng(i).uniform(50, 500, len(CELLS)) for i in range(3)]


def problem():
    supports = np.full_like(POINTS, np.nan)
    supports[POINTS[:, 2] == 0.0] = 0.0
    supports[TOP] = [0.0, 0.0, -0.1]
    return Elasticity(POINTS, CELLS, supports, method="iterative")


def force(solution):
    return solution.reaction[TOP, 2].sum()


@pytest.fixture(scope="module")
def truth():
    return [force(problem().solve(young, 0.3)) for young in FIELDS]


@pytest.fixture(autouse=True)
def _two_threads(monkeypatch):
    """Kernels share even this little work."""
    monkeypatch.setattr(vertebra.fem.threads, "LEAST_WORK", 100)


def in_threads(solve):
    """What solve(i) gives for every field, each in a thread of its own."""
    found = [None] * len(FIELDS)

    def work(i):
        found[i] = solve(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(FIELDS))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    return found


def test_threads_share_one_problem(truth):
    shared = problem()
    for _ in range(3):
        found = in_threads(lambda i: force(shared.solve(FIELDS[i], 0.3)))
        assert found == pytest.approx(truth, rel=1e-6)


def test_threads_have_problems_of_their_own(truth):
    found = in_threads(lambda i: force(problem().solve(FIELDS[i], 0.3)))
    assert found == pytest.approx(truth, rel=1e-6)


def test_threads_follow_histories_on_one_problem(truth):
    shared = problem()
    found = in_threads(
        lambda i: force(shared.trajectory([(FIELDS[i], 0.3), (2 * FIELDS[i], 0.3)], energy_tolerance=1e-6)[1])
    )
    assert found == pytest.approx([2 * each for each in truth], rel=1e-6)


def test_a_stepper_notices_that_another_solve_took_the_hierarchy():
    """Its certificate rests on the moduli of the hierarchy; those of another solve would certify a wrong error."""
    shared = problem()
    stepper = shared.stepper(energy_tolerance=1e-5)
    stepper.solve(FIELDS[0], 0.3)
    shared.solve(np.where(np.arange(len(CELLS)) % 2, 1e-3, 1e3) * FIELDS[1], 0.3)
    later = FIELDS[0] * np.where(
        np.arange(len(CELLS)) % 7, 1.0, 1.05
    )  # too near for a refresh of its own accord
    solution = stepper.solve(later, 0.3)
    np.testing.assert_allclose(stepper._cycle._at.mu, later / 2.6)
    exact = problem().solve(later, 0.3, tolerance=1e-12)
    assert force(solution) == pytest.approx(force(exact), rel=1e-8)
    difference = solution.displacement - exact.displacement
    energy = np.vdot(difference, shared._system.internal(exact._moduli, difference[None])[0])
    assert np.sqrt(energy / exact.energy) <= solution.certificate <= 1e-5


needs_fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="no fork on this system"
)


@needs_fork
def test_a_process_forked_after_a_solve_solves(truth):
    """In a process of its own, so that a hang ends with it and no thread of the tests is forked."""
    code = f"""
import os, sys, warnings
warnings.simplefilter("ignore")  # of threads that a fork leaves behind
sys.path.insert(0, {os.path.dirname(__file__)!r})
import test_concurrency as t
import vertebra.fem.threads
vertebra.fem.threads.LEAST_WORK = 100
shared = t.problem()
first = t.force(shared.solve(t.FIELDS[0], 0.3))
assert not vertebra.fem.threads.numba.get_num_threads() > 1 or vertebra.fem.threads._pool.cache_info().currsize
child = os.fork()
if not child:
    old, new = t.force(shared.solve(t.FIELDS[1], 0.3)), t.force(t.problem().solve(t.FIELDS[2], 0.3))
    print(old, new, flush=True)
    os._exit(0)
status = os.waitpid(child, 0)[1]
print(first, t.force(shared.solve(t.FIELDS[1], 0.3)), status)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    old, new, first, second, status = map(float, done.stdout.split())
    assert [first, old, new] == pytest.approx(truth, rel=1e-6)
    assert second == pytest.approx(truth[1], rel=1e-6)
    assert status == 0


@needs_fork
def test_a_process_forked_during_a_solve_is_told_so():
    code = f"""
import os, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, {os.path.dirname(__file__)!r})
import test_concurrency as t
shared = t.problem()
def consume(index, solution):
    if index == 0:
        child = os.fork()
        if not child:
            try:
                shared.solve(t.FIELDS[1], 0.3)
            except RuntimeError as error:
                print(error, flush=True)
            os._exit(0)
        os.waitpid(child, 0)
shared.trajectory([(t.FIELDS[0], 0.3)] * 2, consume=consume)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert "forked in the middle of a solve" in done.stdout
    assert "make a new Elasticity" in done.stdout
