"""Refuse to test another copy of the code than this checkout; make numpy strict."""

import os
from pathlib import Path

import numba
import numpy as np
import pytest

if "PYTEST_XDIST_WORKER" in os.environ:  # one thread for each of the processes that share the processors
    numba.set_num_threads(1)

import vertebra.fem

HERE = Path(__file__).resolve().parents[1]
LOADED = Path(vertebra.fem.__file__).resolve().parents[1]

if LOADED != HERE and "VERTEBRA_INSTALLED" not in os.environ:
    pytest.exit(f"vertebra is loaded from {LOADED}, not from {HERE}: run `pip install -e .` here", 4)


SLOW = ("verification", "checks", "studies", "test_face.py")
"""Whole runs and comparisons with theory: part of the suite, left out of the quick tier."""

MANY = 1000
"""Tests that call nearly all kernels between them."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.relative_to(HERE / "tests").parts[0] in SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _strict_numpy():
    with np.errstate(all="raise", under="ignore"):
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_thread_of_the_mesher():
    """Threads of fTetWild that wait for each other spin, on cores that other tests need."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "cpu_count", lambda: 1)
        yield


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(request):
    """Processes that share many tests share the kernels out as well, where none is compiled yet."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None or request.session.testscollected < MANY or numba.config.DISABLE_JIT:
        return
    from compiled_once import compile_share  # below the guard: it loads the whole package

    compile_share(int(worker.removeprefix("gw")), int(os.environ["PYTEST_XDIST_WORKER_COUNT"]))


@pytest.fixture(scope="session")
def shared_data():
    """Folder of real anatomy beside the project; skips where it is absent."""
    folder = HERE.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real anatomy is not here: {folder} does not exist")
    return folder


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """Folder of the finished coarse run of a bundled scenario; each is computed once, whoever asks first."""
    from coarse_runs import finished_run  # below the guard: it loads the whole package

    root = tmp_path_factory.getbasetemp()
    root = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "runs"
    root.mkdir(exist_ok=True)
    return lambda name: finished_run(root, name)
