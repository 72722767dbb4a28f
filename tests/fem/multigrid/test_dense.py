import numpy as np
import pytest
from scipy.sparse import random_array

from vertebra.fem.multigrid.dense import dense_from_blocks, factorise_dense, solve_dense


def spd(n, seed=0):
    root = np.random.default_rng(seed).normal(size=(n, n))
    return root @ root.T + n * np.eye(n)


@pytest.mark.parametrize("n", [1, 6, 43])
def test_solution_is_that_of_lapack(n):
    matrix, b = spd(n), np.random.default_rng(1).normal(size=(3, n))
    x = solve_dense(factorise_dense(matrix.copy()), b)
    np.testing.assert_allclose(x, np.linalg.solve(matrix, b.T).T, rtol=1e-10, atol=1e-12)


def test_shape_and_precision_of_the_right_hand_sides_are_kept():
    matrix = spd(12)
    b = np.random.default_rng(2).normal(size=(2, 4, 3)).astype(np.float32)
    x = solve_dense(factorise_dense(matrix.copy()), b)
    assert x.dtype == np.float32
    np.testing.assert_allclose(x.reshape(2, 12) @ matrix, b.reshape(2, 12), atol=1e-4)


def test_direction_without_stiffness_does_not_break_the_others():
    """A zero pivot, as an unused unknown leaves it, is replaced: the rest is solved as if it were not there."""
    matrix = spd(5)
    matrix[2], matrix[:, 2] = 0, 0
    b = np.array([[1.0, -2.0, 0.0, 3.0, 0.5]])
    x = solve_dense(factorise_dense(matrix.copy()), b)
    kept = [0, 1, 3, 4]
    np.testing.assert_allclose(
        x[0, kept], np.linalg.solve(matrix[np.ix_(kept, kept)], b[0, kept]), rtol=1e-10
    )
    assert x[0, 2] == 0


def test_blocks_land_where_scipy_puts_them():
    sparse = random_array((12, 12), density=0.3, rng=np.random.default_rng(3)).tobsr((3, 3))
    dense = dense_from_blocks(sparse.indptr, sparse.indices, np.ascontiguousarray(sparse.data))
    np.testing.assert_array_equal(dense, sparse.toarray())
