import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.meshes.shapes import box


def column(order=1, divisions=(3, 3, 6), height=2.0, modes=1):
    points, cells = box((1.0, 1.0, height), divisions, order)
    supports = np.full((modes, *points.shape), np.nan)
    supports[:, points[:, 2] == 0] = 0
    supports[:, points[:, 2] == height] = np.random.default_rng(0).uniform(-0.1, 0.1, (modes, 1, 3))
    return points, cells, supports


def test_methods_agree():
    points, cells, supports = column(2, modes=2)
    young = 10 ** np.random.default_rng(1).uniform(0, 3, len(cells))
    problem = Elasticity(points, cells, supports)
    iterative = problem.solve(young, 0.3, tolerance=1e-11, method="iterative")
    direct = problem.solve(young, 0.3, method="direct")
    assert (iterative.method, direct.method) == ("iterative", "direct")
    assert iterative.iterations > 0
    assert direct.iterations == 0
    assert iterative.residual <= 1e-11
    np.testing.assert_allclose(iterative.displacement, direct.displacement, atol=1e-9)
    np.testing.assert_allclose(iterative.energy, direct.energy, rtol=1e-10)


def test_shapes_follow_the_axis_of_modes():
    points, cells, supports = column()
    one = Elasticity(points, cells, supports[0]).solve(1.0, 0.3)
    assert one.displacement.shape == one.reaction.shape == points.shape
    assert one.strain().shape == one.stress().shape == (len(cells), 1, 6)
    assert isinstance(one.energy, float)
    many = Elasticity(points, cells, supports).solve(1.0, 0.3)
    assert many.displacement.shape == (1, *points.shape)
    assert many.stress().shape == (1, len(cells), 1, 6)
    assert many.energy.shape == (1, 1)
    np.testing.assert_allclose(many.energy[0, 0], one.energy)


def test_loads_and_supports_superpose():
    points, cells, supports = column(modes=1)
    problem = Elasticity(points, cells, supports[0])
    still = Elasticity(points, cells, np.where(np.isnan(supports[0]), np.nan, 0.0))
    loads = np.random.default_rng(2).uniform(-1, 1, (2, *points.shape))
    both = problem.solve(100.0, 0.3, loads).displacement
    parts = [problem.solve(100.0, 0.3).displacement, still.solve(100.0, 0.3, loads).displacement]
    np.testing.assert_allclose(both, parts[0] + parts[1], atol=1e-12)


@pytest.mark.parametrize(("method", "tolerance"), [("iterative", 1e-6), ("direct", 1e-10)])
def test_reactions_balance(method, tolerance):
    points, cells, supports = column(2)
    young = np.where(points[cells].mean(axis=1)[:, 2] < 1, 8000.0, 5.0)
    loads = np.zeros(points.shape)
    loads[points[:, 0] == 1] = [0.3, 0.2, -0.5]
    solution = Elasticity(points, cells, supports[0], method=method).solve(young, 0.3, loads)
    top = solution.reaction[points[:, 2] == 2].sum(axis=0)
    np.testing.assert_allclose(
        solution.reaction.sum(axis=0) + loads.sum(axis=0), 0, atol=tolerance * np.abs(top).max()
    )
    free = np.isnan(supports[0])
    assert (solution.reaction[free] == 0).all()


def test_energy_is_the_work_of_the_supports():
    points, cells, supports = column(2)
    solution = Elasticity(points, cells, supports[0]).solve(100.0, 0.3)
    assert solution.energy == pytest.approx((solution.reaction * np.nan_to_num(supports[0])).sum(), rel=1e-9)


def test_stiffness_times_a_million_takes_the_same_iterations():
    points, cells, supports = column(2)
    young = 10 ** np.random.default_rng(3).uniform(0, 3, len(cells))
    problem = Elasticity(points, cells, supports[0], method="iterative")
    small, large = problem.solve(young, 0.3), problem.solve(1e6 * young, 0.3)
    assert small.iterations == large.iterations
    np.testing.assert_allclose(large.displacement, small.displacement, atol=1e-9)
    np.testing.assert_allclose(large.energy, 1e6 * small.energy, rtol=1e-9)


@pytest.mark.filterwarnings("ignore::vertebra.fem.cells.locking.LockingWarning")  # convergence, not accuracy
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("poisson", [0.3, 0.45])
def test_contrast_of_a_million_converges(order, poisson):
    points, cells, supports = column(order, (4, 4, 6))
    young = np.where(np.random.default_rng(4).uniform(size=len(cells)) < 0.3, 1e6, 1.0)
    solution = Elasticity(points, cells, supports[0], method="iterative").solve(young, poisson)
    assert solution.residual <= 1e-8


@pytest.mark.parametrize("order", [1, 2])
def test_slivers_converge(order):
    points, cells, supports = column(order, (4, 4, 6))
    points = points * [1.0, 1.0, 0.035]  # dihedral angles down to 2 degrees
    solution = Elasticity(points, cells, supports[0], method="iterative").solve(1000.0, 0.3)
    assert solution.residual <= 1e-8


@pytest.mark.parametrize("method", ["iterative", "direct"])
@pytest.mark.parametrize("order", [1, 2])
def test_single_element(order, method):
    points, cells = box(order=order)
    cells = cells[:1]
    used = np.unique(cells)
    points, cells = points[used], np.searchsorted(used, cells)
    supports = np.full(points.shape, np.nan)
    supports[points[:, 2] == 0] = 0
    supports[np.argmax(points[:, 2]), 2] = 0.1
    solution = Elasticity(points, cells, supports, method=method).solve(10.0, 0.3)
    assert solution.residual <= 1e-8


def test_everything_prescribed_needs_no_solver():
    points, cells = box()
    solution = Elasticity(points, cells, 0.01 * points).solve(100.0, 0.0)
    np.testing.assert_allclose(solution.stress()[..., :3], 1.0)


def test_held_in_part():
    points, cells = box((1.0, 1.0, 1.0), (2, 2, 2), 2)
    supports = np.full(points.shape, np.nan)
    for axis in range(3):
        supports[points[:, axis] == 0, axis] = 0
    supports[points[:, 2] == 1, 2] = -0.01
    for method in ("iterative", "direct"):
        solution = Elasticity(points, cells, supports, method=method).solve(100.0, 0.3, tolerance=1e-12)
        np.testing.assert_allclose(solution.stress()[..., 2], -1.0, rtol=1e-9)
        np.testing.assert_allclose(solution.displacement[:, 0], 0.003 * points[:, 0], atol=1e-11)


def test_results_repeat_exactly():
    points, cells, supports = column(2)
    young = 10 ** np.random.default_rng(5).uniform(0, 3, len(cells))
    first, second = (
        Elasticity(points, cells, supports, method="iterative").solve(young, 0.3).displacement
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_unknown_method_is_refused():
    points, cells, supports = column()
    with pytest.raises(ValueError, match="expected one of auto, iterative, direct"):
        Elasticity(points, cells, supports, method="magic")


def test_system_is_what_is_solved():
    points, cells, supports = column()
    problem = Elasticity(points, cells, supports)
    K, b = problem.system(100.0, 0.3)
    assert K.shape == (b.shape[1], b.shape[1])
    assert K.shape[0] == problem.n_unknowns
    x = np.linalg.solve(K.toarray(), b[0])
    field = problem.solve(100.0, 0.3, tolerance=1e-12).displacement[0]
    assert np.linalg.norm(x) == pytest.approx(
        np.linalg.norm(field[np.isnan(supports[0]).all(axis=1)]), rel=1e-9
    )
