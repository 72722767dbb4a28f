from itertools import pairwise

import numba
import numpy as np
import pytest

import vertebra.fem.threads
from vertebra.fem.threads import run, share, share_evenly


@pytest.fixture
def two_threads(monkeypatch):
    monkeypatch.setattr(vertebra.fem.threads, "LEAST_WORK", 1)
    monkeypatch.setattr(numba, "get_num_threads", lambda: 2)


def test_ranges_cover_all_rows_in_order(two_threads):
    for weight in ([0], [0, 5], [0, 1, 2, 3, 10], [0, 9, 9, 9, 10]):
        ranges = share(np.array(weight))
        assert [ranges[0][0], ranges[-1][1]] == [0, len(weight) - 1]
        assert all(a[1] == b[0] for a, b in pairwise(ranges))


def test_work_is_halved(two_threads):
    assert share(np.arange(11)) == share_evenly(10) == [(0, 5), (5, 10)]


def test_little_work_is_not_shared(monkeypatch):
    monkeypatch.setattr(numba, "get_num_threads", lambda: 2)
    assert share(np.arange(11)) == [(0, 10)]


def test_results_come_in_order_and_errors_are_raised():
    assert run(lambda first, last, x: x[first:last].sum(), [(0, 2), (2, 3)], np.arange(3)) == [1, 2]
    with pytest.raises(ZeroDivisionError):
        run(lambda first, last: 1 // (1 - first), [(0, 1), (1, 2)])
