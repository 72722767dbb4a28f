"""Helper processes compile what waits, from its end; where they fail, this process compiles."""

import os
import subprocess
import sys
import time
import warnings

import pytest

from vertebra.kernels import ahead

NAMES = ["first", "second", "third", "last"]
WORK = """\
import sys, time
for line in sys.stdin:
    with open({log!r}, "a") as log:
        log.write(line)
    time.sleep({seconds})
    print(flush=True)
"""
KERNEL = (
    "fem.multigrid.dense:_dense(array(int32, 1d, C), array(int32, 1d, C), array(float64, 3d, C), "
    "array(float64, 2d, C))"
)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Helpers that write down what they are given and take some time; returns what they have got so far."""
    log = tmp_path / "log"
    log.touch()

    def use(seconds=0.0, text=WORK):
        monkeypatch.setattr(ahead, "_PROGRAM", text.format(log=str(log), seconds=seconds))

    use()
    use.got = lambda: log.read_text().split()
    return use


def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_helper_works_from_the_end(program):
    with ahead.helpers(NAMES, 1):
        until(lambda: len(program.got()) == 4)
    assert program.got() == NAMES[::-1]


def test_this_process_takes_what_it_calls_and_no_helper_gets_it(program):
    program(seconds=0.3)
    with ahead.helpers(NAMES, 1):
        assert not ahead.wait_for("first")
        assert not ahead.wait_for("second")
        until(lambda: len(program.got()) == 2)
        assert ahead.wait_for("third")  # the helper is at it
        assert not ahead.wait_for("third")
    assert program.got() == ["last", "third"]


def test_several_helpers_share_the_list(program):
    program(seconds=0.1)
    with ahead.helpers(NAMES, 3):
        until(lambda: len(program.got()) == 4)
    assert sorted(program.got()) == sorted(NAMES)


def test_a_block_inside_another_starts_no_helpers(program):
    with ahead.helpers(NAMES[:2], 1):
        until(lambda: len(program.got()) == 2)
        with ahead.helpers(NAMES[2:], 1):
            assert not ahead.wait_for("last")
    assert program.got() == ["second", "first"]


@pytest.mark.parametrize("text", ["raise SystemExit(1)", "import sys; sys.stdin.readline()", "not Python"])
def test_what_a_dead_helper_was_given_is_left_to_this_process(program, text):
    program(text=text)
    with ahead.helpers(NAMES, 1):
        for name in NAMES:
            ahead.wait_for(name)  # ends
            assert not ahead.wait_for(name)


def test_helpers_that_cannot_start_leave_everything_to_this_process(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with ahead.helpers(NAMES, 2):
        assert not any(map(ahead.wait_for, NAMES))


def test_a_helper_that_hangs_is_not_waited_for_without_end(program, monkeypatch):
    monkeypatch.setattr(ahead, "_PATIENCE_S", 0.2)
    program(seconds=60)
    with ahead.helpers(NAMES[:1], 1):
        until(lambda: program.got() == ["first"])
        began = time.monotonic()
        ahead.wait_for("first")
        assert 0.1 < time.monotonic() - began < 20
    assert time.monotonic() - began < 20  # it is killed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
def test_a_forked_process_waits_for_no_helper(program):
    program(seconds=60)
    with ahead.helpers(NAMES, 1):
        until(lambda: program.got() == ["last"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python 3.12 warns of threads, which the parent has
            child = os.fork()
        if child == 0:
            os._exit(ahead.wait_for("last"))
        assert os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")
def test_what_a_helper_compiles_is_found_by_this_process(tmp_path):
    code = f"""
import time
import numpy as np
from vertebra.kernels.ahead import helpers
from vertebra.kernels.specialisation import named
kernel, signature = named({KERNEL!r})
assert not kernel._cache.holds(signature)
with helpers([{KERNEL!r}], 1):
    end = time.monotonic() + 60
    while not kernel._cache.holds(signature) and time.monotonic() < end:
        time.sleep(0.05)
dense = np.zeros((6, 6))
kernel(np.array([0, 1, 2], np.int32), np.array([0, 1], np.int32), np.ones((2, 3, 3)), dense)
assert dense.sum() == 18
assert sum(kernel.stats.cache_hits.values()) == 1 and not kernel.stats.cache_misses, kernel.stats
"""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
