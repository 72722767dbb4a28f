"""The hierarchy piece by piece against dense linear algebra, on a stiff skin around a soft core."""

import numba
import numpy as np
import pytest
from scipy.sparse import bsr_array

import vertebra.fem.multigrid.galerkin
import vertebra.fem.multigrid.vcycle
import vertebra.fem.threads
from vertebra.fem.cells.moduli import Moduli
from vertebra.fem.multigrid.aggregation import (
    block_norms,
    build_aggregates,
    build_tentative,
    find_strong,
    free_rigid_modes,
)
from vertebra.fem.multigrid.dense import dense_from_blocks, factorise_dense, solve_dense
from vertebra.fem.multigrid.galerkin import coarse_pattern, coarse_values
from vertebra.fem.multigrid.grouping import build_groups
from vertebra.fem.multigrid.krylov import conjugate_gradients
from vertebra.fem.multigrid.prolongator import (
    ProlongatorPattern,
    inverse_diagonal,
    largest_eigenvalue,
    prolongator_pattern,
    smooth_prolongator,
)
from vertebra.fem.multigrid.smoother import (
    enter_sweep,
    leave_sweep,
    sweep_backward,
    sweep_forward,
    take_lower,
)
from vertebra.fem.multigrid.sweep import sweep_pattern
from vertebra.fem.multigrid.transfer import Transfer, prolong, restrict
from vertebra.fem.multigrid.vcycle import Multigrid
from vertebra.fem.systems.pattern import rigid_modes
from vertebra.fem.systems.system import System
from vertebra.kernels.lanes import roomy
from vertebra.meshes.shapes import box


def stiff_skin(divisions=(4, 3, 4), order=1):
    points, cells = box((4.0, 3.0, 4.0), divisions, order)
    supports = np.full(points.shape, np.nan)
    supports[points[:, 2] == 0] = 0
    supports[points[:, 2] == 4] = [0, 0, -0.1]
    skin = points[cells].mean(axis=1)[:, 0] < 1
    return System(points, cells, supports), np.where(skin, 8000.0, 100.0)


def dense(indptr, indices, values):
    n, size = len(indptr) - 1, values.shape[1]
    return bsr_array((values, indices, indptr), shape=(n * size, n * size)).toarray()


@pytest.fixture(params=[1, 3])
def threads(request, monkeypatch):
    monkeypatch.setattr(vertebra.fem.threads, "LEAST_WORK", 1)
    monkeypatch.setattr(numba, "get_num_threads", lambda: request.param)
    return request.param


@pytest.fixture
def level():
    system, young = stiff_skin()
    values = system.stiffness(Moduli.read(young, 0.3, len(system.cells)))
    return system, system.pattern.indptr, system.pattern.indices, values


@pytest.fixture
def two_levels(level):
    system, indptr, indices, values = level
    strong = find_strong(indptr, indices, block_norms(indptr, indices, values), 0.05)
    aggregate, count = build_aggregates(indptr, indices, strong)
    modes = rigid_modes(system.points[system.pattern.node])
    tentative, coarse_modes = build_tentative(aggregate, count, modes)
    return strong, aggregate, count, modes, tentative, coarse_modes


def rows_of_four(x):
    """Vectors (k, r, 3) as the cycle holds them; the last number of a row must not matter."""
    return np.append(x, np.full((*x.shape[:2], 1), 7.0), axis=2).astype(np.float32)


def columns_of(x):
    return x[:, :, :3].reshape(len(x), -1).T


def dense_prolongator(pattern, P, n_coarse):
    n, size = len(pattern.indptr) - 1, P.shape[1]
    return bsr_array((P, pattern.indices, pattern.indptr), shape=(n * size, n_coarse * 6)).toarray()


def test_strong_couplings_against_norms(level, threads):
    _, indptr, indices, values = level
    norm = np.linalg.norm(values, axis=(1, 2))
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    diagonal = norm[rows == indices]
    expected = (norm > 0.05 * np.sqrt(diagonal[rows] * diagonal[indices])) | (rows == indices)
    norms = block_norms(indptr, indices, values)
    np.testing.assert_allclose(norms.block, norm, rtol=1e-6)
    np.testing.assert_array_equal(norms.diagonal, norms.block[rows == indices])
    np.testing.assert_array_equal(find_strong(indptr, indices, norms, 0.05), expected)


def test_aggregates_cover_and_are_connected(level, two_levels):
    _, indptr, indices, _ = level
    strong, aggregate, count, *_ = two_levels
    assert set(aggregate) == set(range(count))
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    for number in range(count):
        members = set(np.flatnonzero(aggregate == number))
        reached, front = set(), {min(members)}
        while front:
            reached |= front
            linked = indices[strong & np.isin(rows, list(front))]
            front = (set(linked) & members) - reached
        assert reached == members


def test_free_rigid_modes_are_zero_where_nodes_are_held(level):
    system = level[0]
    points = system.points[system.pattern.node]
    free = np.random.default_rng(0).integers(0, 2, points.shape).astype(float)
    ours = free_rigid_modes(points, free)
    np.testing.assert_allclose(ours, rigid_modes(points) * free[:, :, None], atol=1e-6)
    assert free_rigid_modes(points[:1], free[:1]).shape == (1, 3, 6)


def test_tentative_prolongator_carries_the_modes(two_levels):
    _, aggregate, count, modes, tentative, coarse = two_levels
    np.testing.assert_allclose(np.einsum("iac,icd->iad", tentative, coarse[aggregate]), modes, atol=1e-6)
    for number in range(count):
        T = tentative[aggregate == number].reshape(-1, 6)
        gram = T.T @ T
        np.testing.assert_allclose(gram, np.diag(np.diag(gram)), atol=1e-6)
        assert np.isclose(np.diag(gram), 1).sum() == np.linalg.matrix_rank(T)


def test_smoothed_prolongator_against_the_formula(level, two_levels):
    _, indptr, indices, values = level
    strong, aggregate, count, _, tentative, _ = two_levels
    inverse = inverse_diagonal(indptr, indices, values)
    pattern = prolongator_pattern(indptr, indices, strong, aggregate)
    P = smooth_prolongator((indptr, indices, values), strong, inverse, aggregate, tentative, 0.6, pattern)
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    A = np.where((strong & (rows != indices))[:, None, None], values, 0)
    A[rows == indices] = np.linalg.inv(inverse)
    A = dense(indptr, indices, A)
    T = np.zeros((len(A), 6 * count))
    D = np.zeros_like(A)
    for i, number in enumerate(aggregate):
        T[3 * i : 3 * i + 3, 6 * number : 6 * number + 6] = tentative[i]
        D[3 * i : 3 * i + 3, 3 * i : 3 * i + 3] = inverse[i]
    np.testing.assert_allclose(dense_prolongator(pattern, P, count), T - 0.6 * D @ A @ T, atol=1e-6)

    estimate = largest_eigenvalue(indptr, indices, values, strong, inverse, 100)
    assert estimate == pytest.approx(np.linalg.eigvals(D @ A).real.max(), rel=0.02)


@pytest.mark.parametrize("size", [3, 6])
def test_power_step_against_the_formula(level, two_levels, size, threads):
    _, indptr, indices, values = level
    strong = two_levels[0]
    if size == 6:
        F = np.random.default_rng(0).uniform(-1, 1, (3, 6))
        values = np.einsum("ac,pab,bd->pcd", F, values, F)
        values[np.repeat(np.arange(len(indptr) - 1), np.diff(indptr)) == indices] += 1e4 * np.eye(6)
    inverse = inverse_diagonal(indptr, indices, values)
    A = dense(indptr, indices, np.where(strong[:, None, None], values, 0))
    D = dense(np.arange(len(indptr)), np.arange(len(indptr) - 1), inverse)
    x = np.random.default_rng(0).uniform(-1, 1, len(A))
    y = D @ A @ x
    ours = largest_eigenvalue(indptr, indices, values, strong, inverse, 1)
    assert ours == pytest.approx(np.linalg.norm(y) / np.linalg.norm(x))
    ours = largest_eigenvalue(indptr, indices, values, strong, inverse, 2)
    assert ours == pytest.approx(np.linalg.norm(D @ A @ y) / np.linalg.norm(y))


def test_inverse_diagonal_leaves_out_couplings_where_a_block_is_singular(level):
    _, indptr, indices, values = level
    diagonal = np.flatnonzero(np.repeat(np.arange(len(indptr) - 1), np.diff(indptr)) == indices)
    values[diagonal[1]] = [[2, 2, 0], [2, 2, 0], [0, 0, 4]]
    inverse = inverse_diagonal(indptr, indices, values)
    np.testing.assert_array_equal(inverse[1], np.diag([0.5, 0.5, 0.25]))
    others = np.delete(np.arange(len(diagonal)), 1)
    product = inverse[others] @ values[diagonal[others]]
    np.testing.assert_allclose(product, np.broadcast_to(np.eye(3), product.shape), atol=1e-12)


@pytest.mark.parametrize("size", [3, 6])
def test_coarse_matrix_is_the_triple_product(level, two_levels, size, threads):
    _, indptr, indices, values = level
    strong, aggregate, count, *_ = two_levels
    if size == 6:  # any symmetric matrix on the same pattern
        F = np.random.default_rng(0).uniform(-1, 1, (3, 6))
        values = np.einsum("ac,pab,bd->pcd", F, values, F)
    pattern = prolongator_pattern(indptr, indices, strong, aggregate)
    P = roomy((len(pattern.indices), size, 6), np.float32)
    P[:] = np.random.default_rng(1).uniform(-1, 1, P.shape)
    coarse = coarse_pattern(indptr, indices, pattern, count)
    ours = dense(coarse.indptr, coarse.indices, coarse_values(indptr, indices, values, pattern, P, coarse))
    assert sorted(coarse.order) == list(range(count))
    theirs = dense_prolongator(pattern, P.astype(float), count)
    theirs = theirs.T @ dense(indptr, indices, values) @ theirs
    np.testing.assert_allclose(ours, theirs, atol=1e-11 * abs(theirs).max())


def test_coarse_rows_are_computed_in_clusters_of_neighbours(monkeypatch):
    """A chain of seven rows, three at a time; every row has a block in common with the next."""
    monkeypatch.setattr(vertebra.fem.multigrid.galerkin, "CLUSTER", 3)
    indptr = np.array([0, 2, 5, 8, 11, 14, 17, 19], np.int32)
    indices = np.array([0, 1, 0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5, 4, 5, 6, 5, 6], np.int32)
    identity = ProlongatorPattern(np.arange(8, dtype=np.int32), np.array([3, 0, 1, 2, 4, 5, 6], np.int32))
    pattern = coarse_pattern(indptr, indices, identity, 7)  # the chain is 3 0 1 2 4 5 6
    assert pattern.order.tolist() == [0, 1, 3, 2, 4, 5, 6]


def test_groups_join_the_strongest_pairs():
    indptr = np.array([0, 2, 5, 8, 10], np.int32)
    indices = np.array([0, 1, 0, 1, 2, 1, 2, 3, 2, 3], np.int32)
    weight = np.array([1, 0.9, 0.9, 1, 0.5, 0.5, 1, 0.8, 0.8, 1])
    norms = block_norms(indptr, indices, weight[:, None, None] * np.eye(3))
    assert build_groups(indptr, indices, norms, 0.2, 2).tolist() == [0, 0, 1, 1]
    assert build_groups(indptr, indices, norms, 0.2, 4).tolist() == [0, 0, 0, 0]
    assert build_groups(indptr, indices, norms, 0.85, 4).tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize("size", [3, 6])
def test_sweeps_against_triangular_solves(level, size, threads):
    _, indptr, indices, values = level
    if size == 6:
        F = np.random.default_rng(0).uniform(-1, 1, (3, 6))
        rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
        values = np.einsum("ac,pab,bd->pcd", F, values, F)
        values[rows == indices] += 1e4 * np.eye(6)
    group = build_groups(indptr, indices, block_norms(indptr, indices, values), 0.2, 3)
    pattern = sweep_pattern(indptr, indices, group, size)
    lower = take_lower(pattern, values)
    dofs = (3 * pattern.row[:, None] + np.arange(3)).ravel()
    A = dense(indptr, indices, values)[np.ix_(dofs, dofs)]
    member = np.repeat(np.arange(len(pattern.start) - 1), 3 * np.diff(pattern.start))
    assert len(pattern.parts) == threads + 1
    L, U = (np.where(below(member[:, None], member), A, 0) for below in (np.greater_equal, np.less_equal))
    b = rows_of_four(np.random.default_rng(1).uniform(-1, 1, (2, len(A) // 3, 3)))
    flat = columns_of(b).astype(float)
    x, residual = sweep_forward(lower, b)
    expected = np.linalg.solve(L, flat)
    scale = abs(expected).max()
    np.testing.assert_allclose(columns_of(x), expected, atol=1e-4 * scale)
    np.testing.assert_allclose(columns_of(residual), flat - A @ expected, atol=1e-3)
    start = 0.1 * x
    expected = 0.1 * expected + np.linalg.solve(U, flat - 0.1 * A @ expected)
    x = sweep_backward(lower, b, start)
    np.testing.assert_allclose(columns_of(x), expected, atol=1e-4 * abs(expected).max())


def test_parts_of_a_sweep_are_not_coupled(threads):
    system, _ = stiff_skin((8, 2, 2))
    indptr, indices = system.pattern.indptr, system.pattern.indices
    group = np.arange(len(indptr) - 1) // 2
    pattern = sweep_pattern(indptr, indices, group, 3)
    edges = pattern.start[[first for first, _ in pattern.parts[:-1]] + [pattern.parts[-1][0]]]
    part = np.searchsorted(edges, np.argsort(pattern.row), side="right")
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    i, j = part[rows], part[indices]
    assert set(part) >= set(range(1, threads + 1))
    assert ((i == j) | (i == threads + 1) | (j == threads + 1)).all()


@pytest.mark.parametrize("size", [3, 6])
def test_transfers_are_the_prolongator_and_its_transpose(level, two_levels, size, threads):
    _, indptr, indices, values = level
    strong, aggregate, count, *_ = two_levels
    pattern = prolongator_pattern(indptr, indices, strong, aggregate)
    P = roomy((len(pattern.indices), size, 6), np.float32)
    P[:] = np.random.default_rng(0).uniform(-1, 1, P.shape)
    groups = build_groups(indptr, indices, block_norms(indptr, indices, values), 0.2, 4)
    fine = sweep_pattern(indptr, indices, groups, size)
    coarse_row = np.arange(2 * count, dtype=np.int32).reshape(-1, 2)[::-1].ravel()
    transfer = Transfer(pattern, P, fine.place, np.argsort(coarse_row).astype(np.int32))
    dofs = [(3 * row[:, None] + np.arange(3)).ravel() for row in (fine.row, coarse_row)]
    expected = dense_prolongator(pattern, P, count)[np.ix_(*dofs)]
    rng = np.random.default_rng(1)
    x = rows_of_four(rng.uniform(-1, 1, (2, len(fine.row), 3)))
    y = restrict(transfer, x)
    np.testing.assert_allclose(columns_of(y), expected.T @ columns_of(x), atol=1e-3)
    z = x.copy()
    prolong(transfer, y, z)
    np.testing.assert_allclose(columns_of(z), columns_of(x) + expected @ columns_of(y), atol=1e-2)


def test_vectors_enter_and_leave_the_order_of_the_sweep(level):
    _, indptr, indices, values = level
    groups = build_groups(indptr, indices, block_norms(indptr, indices, values), 0.2, 4)
    pattern = sweep_pattern(indptr, indices, groups, 3)
    x = np.random.default_rng(1).integers(-99, 99, (2, len(pattern.row), 3)).astype(float)
    ordered = enter_sweep(pattern, x)
    np.testing.assert_array_equal(ordered[:, :, :3], x[:, pattern.row])
    np.testing.assert_array_equal(leave_sweep(pattern, ordered), x)


def test_dense_bottom_against_numpy(level):
    _, indptr, indices, values = level
    A = dense(indptr, indices, values)
    b = np.random.default_rng(0).uniform(size=(2, len(A)))
    x = solve_dense(factorise_dense(dense_from_blocks(indptr, indices, values)), b)
    np.testing.assert_allclose(x, np.linalg.solve(A, b.T).T, rtol=1e-8)


@pytest.mark.parametrize("order", [1, 2])
def test_cycle_is_symmetric_and_a_good_inverse(order, threads, monkeypatch):
    monkeypatch.setattr(vertebra.fem.multigrid.vcycle, "BOTTOM_ROWS", 4)
    system, young = stiff_skin((4, 3, 4) if order == 1 else (2, 2, 2), order)
    values = system.stiffness(Moduli.read(young, 0.3, len(system.cells)))
    cycle = Multigrid(system.pattern, system.points)
    cycle.refresh(values)
    n = len(system.pattern.node)
    assert len(cycle.n_rows) >= 1
    M = cycle.apply(np.eye(3 * n).reshape(3 * n, n, 3)).reshape(3 * n, -1)
    np.testing.assert_allclose(M, M.T, atol=1e-5 * abs(M).max())
    A = dense(system.pattern.indptr, system.pattern.indices, values)
    eigenvalues = np.linalg.eigvals(M @ A).real
    assert eigenvalues.max() < 1.001  # r . M r never exceeds the squared error in the energy norm
    assert eigenvalues.min() > 0.1


def test_refresh_keeps_aggregates_until_many_couplings_appear():
    system, young = stiff_skin()
    cycle = Multigrid(system.pattern, system.points)
    solve = [
        system.stiffness(Moduli.read(E, 0.3, len(young))) for E in (young, 3 * young, np.full_like(young, 9))
    ]
    cycle.refresh(solve[0])
    first = cycle._coarsenings[0]
    cycle.refresh(solve[1])
    assert cycle._coarsenings[0] is first
    cycle.refresh(solve[2])
    assert cycle._coarsenings[0] is not first


def test_smoother_of_a_softer_matrix_serves_with_the_old_coarse_levels():
    """A third of the cells a hundred times softer: positive definite still, and better than the old hierarchy."""
    system, young = stiff_skin((8, 6, 8))
    soft = young * np.where(np.random.default_rng(5).uniform(size=len(young)) < 1 / 3, 0.01, 1.0)
    stiff_values, values = (
        system.stiffness(Moduli.read(each, 0.3, len(system.cells))) for each in (young, soft)
    )
    b = np.random.default_rng(6).normal(size=(2, len(system.pattern.node), 3)) * system.pattern.free
    iterations = {}
    for name in ("old", "smoother", "whole"):
        cycle = Multigrid(system.pattern, system.points)
        cycle.refresh(stiff_values)
        if name == "smoother":
            cycle.refresh_smoother(values)
        elif name == "whole":
            cycle.refresh(values)
        image = cycle.apply(b)
        assert np.vdot(b[0], image[0]) > 0
        assert np.vdot(b[0], image[1]) == pytest.approx(np.vdot(b[1], image[0]), rel=1e-4)
        product = system.product(values)
        iterations[name] = conjugate_gradients(product, cycle.apply, b, np.zeros_like(b), tolerance=1e-6)[
            1
        ].iterations
    assert iterations["smoother"] <= 1.5 * iterations["whole"]
    assert iterations["smoother"] < 0.7 * iterations["old"]


def test_smoother_of_a_fresh_hierarchy_brings_all_levels():
    system, young = stiff_skin()
    values = system.stiffness(Moduli.read(young, 0.3, len(system.cells)))
    b = np.random.default_rng(7).normal(size=(1, len(system.pattern.node), 3)) * system.pattern.free
    first, second = (Multigrid(system.pattern, system.points) for _ in range(2))
    first.refresh(values)
    second.refresh_smoother(values)
    assert second.refreshes == 1
    np.testing.assert_array_equal(second.apply(b), first.apply(b))
