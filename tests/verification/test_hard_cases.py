"""Problems that break solvers: they must converge to the truth, or be refused in plain words.

Contrast of moduli 1e6; slivers of about 2 degrees; nu = 0.45; a single element; parts that nothing holds; NaN.
"""

import numpy as np
import pytest

from vertebra.fem import Elasticity, NotConverged
from vertebra.fem.systems.platens import platen_supports
from vertebra.meshes.shapes import box


def pressed_box(order, divisions=(6, 6, 6), size=(6.0, 6.0, 6.0)):
    points, cells = box(size, divisions, order)
    lower, upper = np.flatnonzero(points[:, 2] == 0), np.flatnonzero(points[:, 2] == size[2])
    return points, cells, platen_supports(points, lower, upper, modes=("axial", "flexion"))


def compare_with_factorisation(problem, young, poisson, close=1e-6):
    """Iterate at the default tolerance and compare with a factorisation in the energy of each mode."""
    found = problem.solve(young, poisson, method="iterative")
    exact = problem.solve(young, poisson, method="direct")
    assert found.residual <= 1e-8
    np.testing.assert_allclose(np.diag(found.energy), np.diag(exact.energy), rtol=1e-8)
    scale = np.abs(exact.displacement).max(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(found.displacement / scale, exact.displacement / scale, atol=close)
    return found


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("where", ["scattered", "layer", "inclusion"])
def test_contrast_of_a_million(where, order):
    points, cells, supports = pressed_box(order, divisions=(5, 5, 5))
    middle = points[cells[:, :4]].mean(axis=1)
    soft = {
        "scattered": np.random.default_rng(2).random(len(cells)) < 0.4,
        "layer": np.abs(middle[:, 2] - 3.0) < 0.6,
        "inclusion": np.abs(middle - 3.0).max(axis=1) < 1.8,
    }[where]
    solution = compare_with_factorisation(
        Elasticity(points, cells, supports), np.where(soft, 1e-2, 1e4), 0.3, close=1e-3
    )
    assert solution.iterations < 150


@pytest.mark.parametrize("order", [1, 2])
def test_slivers(order):
    """A box flattened in its middle layer until its flattest angles are about 2 degrees."""
    points, cells, supports = pressed_box(order, divisions=(5, 5, 5))
    squeezed = np.interp(points[:, 2] / 6.0, [0, 0.4, 0.6, 1], [0, 0.497, 0.503, 1]) * 6.0
    points = np.column_stack([points[:, :2], squeezed])
    lowest = min_dihedral_degrees(points, cells)
    assert 1.0 < lowest < 2.5
    solution = compare_with_factorisation(Elasticity(points, cells, supports), 1000.0, 0.3)
    assert solution.iterations < 150


def min_dihedral_degrees(points, cells):
    corner = points[cells[:, :4]]
    normal = []
    for i in range(4):
        a, b, c = (corner[:, j] for j in range(4) if j != i)
        n = np.cross(b - a, c - a)
        n *= np.sign(np.einsum("mi,mi->m", n, a - corner[:, i]))[:, None]
        normal.append(n / np.linalg.norm(n, axis=1, keepdims=True))
    cosine = [-(normal[i] * normal[j]).sum(axis=1) for i in range(4) for j in range(i)]
    return np.degrees(np.arccos(np.clip(cosine, -1, 1))).min()


@pytest.mark.filterwarnings("ignore::vertebra.fem.cells.locking.LockingWarning")  # convergence, not accuracy
@pytest.mark.parametrize("order", [1, 2])
def test_nearly_incompressible(order):
    points, cells, supports = pressed_box(order, divisions=(5, 5, 5))
    solution = compare_with_factorisation(Elasticity(points, cells, supports), 1000.0, 0.45)
    assert solution.iterations < 100


@pytest.mark.parametrize("method", ["auto", "iterative", "direct"])
@pytest.mark.parametrize("order", [1, 2])
def test_single_element(order, method):
    """One tetrahedron on a rigid floor; its top is pushed, or loaded with the force that the push takes."""
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
    cells = np.array([[0, 1, 2, 3]])
    if order == 2:
        ends = np.array([[0, 1], [1, 2], [0, 2], [0, 3], [1, 3], [2, 3]])
        points = np.concatenate([points, points[ends].mean(axis=1)])
        cells = np.arange(10)[None]
    floor = points[:, 2] == 0
    supports = np.where(floor[:, None], 0.0, np.full(points.shape, np.nan))
    pushed = supports.copy()
    pushed[3] = [0.0, 0.0, -0.01]
    push = Elasticity(points, cells, pushed, method=method).solve(1000.0, 0.3)
    loads = np.zeros(points.shape)
    loads[3] = push.reaction[3]
    load = Elasticity(points, cells, supports, method=method).solve(1000.0, 0.3, loads)
    np.testing.assert_allclose(load.displacement, push.displacement, atol=1e-10)
    if order == 1:  # uniform strain e_zz = -0.01 with nothing sideways: F = M e A / 3
        M = 1000.0 * 0.7 / (1.3 * 0.4)
        assert push.reaction[3, 2] == pytest.approx(-M * 0.01 * 0.5 / 3)


def test_everything_held_is_solved_too():
    points, cells, _ = pressed_box(1, divisions=(1, 1, 1))
    solution = Elasticity(points, cells, 0.01 * points).solve(1000.0, 0.25)
    pressure = 0.01 * 1000.0 / (1 - 2 * 0.25)  # 3 K e
    np.testing.assert_allclose(solution.stress()[..., :3], pressure)
    assert solution.iterations == 0


def test_piece_that_nothing_holds_is_refused():
    points, cells, supports = pressed_box(1, divisions=(2, 2, 2))
    both = np.concatenate([points, points + np.array([20.0, 0, 0])])
    nothing = np.full((2, len(points), 3), np.nan)
    with pytest.raises(ValueError, match=r"6 of 6 rigid motions free .* 0 held unknowns"):
        Elasticity(
            both, np.concatenate([cells, cells + len(points)]), np.concatenate([supports, nothing], axis=1)
        )


@pytest.mark.parametrize(("nodes", "free"), [(0, 6), (1, 3), (2, 1)], ids=["nowhere", "point", "axis"])
def test_body_that_can_turn_is_refused(nodes, free):
    points, cells, _ = pressed_box(1, divisions=(2, 2, 2))
    supports = np.full(points.shape, np.nan)
    supports[np.flatnonzero((points[:, 0] == 0) & (points[:, 1] == 0))[:nodes]] = 0.0
    with pytest.raises(ValueError, match=f"leave {free} of 6 rigid motions free"):
        Elasticity(points, cells, supports)


@pytest.mark.parametrize("method", ["iterative", "direct"])
def test_pieces_that_hang_on_an_edge_do_not_pass_for_solved(method):
    """A hinge that no support check sees: the loaded piece can swing, so there is no equilibrium."""
    points, cells, supports = pressed_box(1, divisions=(2, 2, 2))
    shifted = points + np.array([6.0, 6.0, 0.0])  # shares the edge x = y = 6
    both, which = np.unique(np.concatenate([points, shifted]), axis=0, return_inverse=True)
    cells = np.concatenate([cells, cells + len(points)])
    cells = which.ravel()[cells]
    supports = np.full(both.shape, np.nan)
    supports[both[:, 0] == 0] = 0.0
    loads = np.zeros(both.shape)
    loads[(both == [12.0, 6.0, 6.0]).all(axis=1)] = [0.0, 1.0, 0.0]
    with pytest.raises((NotConverged, ValueError)):
        Elasticity(both, cells, supports, method=method).solve(1000.0, 0.3, loads)


def test_roller_supports_without_a_rigid_motion_are_accepted():
    """3-2-1: six held components, none twice."""
    points, cells, _ = pressed_box(1, divisions=(2, 2, 2))
    supports = np.full(points.shape, np.nan)
    for i in range(3):
        supports[points[:, i] == 0, i] = 0.0
    supports[points[:, 2] == 6, 2] = -0.1
    solution = Elasticity(points, cells, supports).solve(1000.0, 0.3)
    np.testing.assert_allclose(solution.stress()[..., 2], -1000.0 * 0.1 / 6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -5.0])
def test_modulus_that_is_no_modulus_is_refused(bad):
    points, cells, supports = pressed_box(1, divisions=(2, 2, 2))
    young = np.full(len(cells), 300.0)
    young[17] = bad
    with pytest.raises(ValueError, match=r"young is .* MPa in cell 17 .*expected E > 0"):
        Elasticity(points, cells, supports).solve(young, 0.3)


@pytest.mark.parametrize("bad", [np.nan, 0.5, -1.0])
def test_poisson_out_of_range_is_refused(bad):
    points, cells, supports = pressed_box(1, divisions=(2, 2, 2))
    poisson = np.full(len(cells), 0.3)
    poisson[5] = bad
    with pytest.raises(ValueError, match=r"poisson is .* in cell 5 .*expected -1 < nu < 0.5"):
        Elasticity(points, cells, supports).solve(300.0, poisson)
