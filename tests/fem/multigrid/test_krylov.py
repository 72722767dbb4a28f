import numba
import numpy as np
import pytest
from scipy.sparse import bsr_array

import vertebra.fem.threads
from vertebra.fem import Elasticity
from vertebra.fem.multigrid.krylov import NotConverged, conjugate_gradients, multiply
from vertebra.meshes.shapes import box


@pytest.fixture
def matrix():
    A = np.random.default_rng(0).uniform(-1, 1, (30, 30))
    return A @ A.T + np.diag(np.linspace(0.1, 50, 30))


def solve(matrix, b, **options):
    def apply(A):
        return lambda x: (x.reshape(len(x), -1) @ A).reshape(x.shape)

    jacobi = np.diag(1 / np.diag(matrix))
    return conjugate_gradients(apply(matrix), apply(jacobi), b, np.zeros_like(b), **options)


def test_product_against_scipy():
    rng = np.random.default_rng(0)
    indptr, indices = np.array([0, 2, 3, 6], np.int32), np.array([0, 2, 1, 0, 1, 2], np.int32)
    values, x = rng.uniform(size=(6, 3, 3)), rng.uniform(size=(2, 3, 3))
    A = bsr_array((values, indices, indptr), shape=(9, 9)).toarray()
    np.testing.assert_allclose(multiply(indptr, indices, values, x), (x.reshape(2, 9) @ A.T).reshape(x.shape))


@pytest.mark.parametrize("threads", [1, 3])
def test_each_right_hand_side_converges(matrix, threads, monkeypatch):
    monkeypatch.setattr(vertebra.fem.threads, "LEAST_WORK", 1)
    monkeypatch.setattr(numba, "get_num_threads", lambda: threads)
    b = np.random.default_rng(1).uniform(size=(3, 10, 3)) * np.array([1, 1e-6, 1e6])[:, None, None]
    b[1, 3:] = 0
    x, convergence = solve(matrix, b, tolerance=1e-10)
    rest = b.reshape(3, -1) - x.reshape(3, -1) @ matrix
    assert (np.linalg.norm(rest, axis=1) <= 1e-10 * np.linalg.norm(b.reshape(3, -1), axis=1)).all()
    assert convergence.residuals[-1] <= 1e-10
    assert convergence.iterations > 0


def test_zero_right_hand_side_needs_no_iteration(matrix):
    x, convergence = solve(matrix, np.zeros((1, 10, 3)), tolerance=1e-8)
    assert convergence.iterations == 0
    assert (x == 0).all()


def test_ritz_value_finds_the_smallest_eigenvalue(matrix):
    scale = 1 / np.sqrt(np.diag(matrix))
    smallest = np.linalg.eigvalsh(matrix * np.outer(scale, scale))[0]
    _, convergence = solve(matrix, np.random.default_rng(2).uniform(size=(2, 10, 3)), tolerance=1e-12)
    assert convergence.smallest == pytest.approx(smallest, rel=1e-6)


def test_energy_bound_stops_early(matrix):
    b = np.random.default_rng(3).uniform(size=(2, 10, 3))
    _, full = solve(matrix, b, tolerance=1e-12)
    x, early = solve(matrix, b, tolerance=1e-12, energy=np.full(2, 1e-4))
    rest = b.reshape(2, -1) - x.reshape(2, -1) @ matrix
    assert early.iterations < full.iterations
    assert ((rest**2 / np.diag(matrix)).sum(axis=1) <= 1e-4).all()


def test_failure_carries_the_history(matrix):
    with pytest.raises(NotConverged, match="stopped after 3 iterations") as caught:
        solve(matrix, np.ones((1, 10, 3)), tolerance=1e-12, max_iterations=3)
    assert len(caught.value.residuals) >= 4


def test_the_limit_of_rounding_is_named():
    points, cells = box((20.0, 1.5, 2.0), (24, 2, 4), order=2)
    supports = np.full_like(points, np.nan)
    supports[points[:, 0] == 0] = 0
    loads = np.zeros_like(points)
    loads[np.argmax(points.sum(axis=1)), 2] = 3.0
    with pytest.raises(NotConverged, match="rounding sets this limit"):
        Elasticity(points, cells, supports, method="iterative").solve(1000.0, 0.3, loads, tolerance=1e-12)


@pytest.mark.parametrize("energy", [None, np.full(1, 1e-3)])
def test_negative_products_do_not_pass_for_small_ones(matrix, energy):
    b = np.random.default_rng(4).uniform(size=(1, 10, 3))

    def product(x):
        return (x.reshape(1, -1) @ matrix).reshape(x.shape)

    x, _ = conjugate_gradients(product, np.negative, b, np.zeros_like(b), tolerance=1e-10, energy=energy)
    assert np.linalg.norm(b - product(x)) <= 1e-10 * np.linalg.norm(b)
