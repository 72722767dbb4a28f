import numpy as np
import pytest

from vertebra.meshes.procedures.relaxation import Patch, _cell_shape, _node_energy, _solve, mean_ratios
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.shapes import box

REGULAR = np.array([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])[[0, 2, 1, 3]]
CELL = np.array([[0, 1, 2, 3]], np.int32)


def naive_mean_ratio(x):
    """12 (3 V)^(2/3) over the sum of squared edges, corner by corner."""
    volume = np.dot(x[1] - x[0], np.cross(x[2] - x[0], x[3] - x[0])) / 6
    return (
        12
        * (3 * volume) ** (2 / 3)
        / sum(np.dot(x[i] - x[j], x[i] - x[j]) for i in range(4) for j in range(i))
    )


def naive_own_ratio(x, was):
    """|T|^2 / (3 det T^(2/3)) of the map T from a cell as it was, inverted."""
    map_ = np.linalg.solve((was[1:] - was[0]), (x[1:] - x[0])).T
    return 3 * np.linalg.det(map_) ** (2 / 3) / np.sum(map_**2)


@pytest.fixture(scope="module")
def shaken():
    """A box of tetrahedra with shaken nodes."""
    points, cells = box((6.0, 6.0, 6.0), (3, 3, 3))
    return points + 0.2 * np.random.default_rng(2).uniform(-1, 1, points.shape), cells


def test_mean_ratio_is_one_for_the_regular_tetrahedron_and_that_of_the_formula_otherwise(shaken):
    assert mean_ratios(REGULAR, CELL) == pytest.approx(1)
    points, cells = shaken
    assert mean_ratios(points, cells) == pytest.approx([naive_mean_ratio(points[c]) for c in cells])


def test_cell_shape_is_the_inverse_of_the_naive_ratio_for_both_references(shaken):
    points, cells = shaken
    thin = np.arange(len(cells)) % 2 == 0
    patch = Patch.of(cells, points, thin)
    moved = points + 0.15 * np.random.default_rng(3).uniform(-1, 1, points.shape)
    spare, unused = np.empty(3), np.empty((3, 3))
    for cell, corners in enumerate(cells):
        found = _cell_shape(moved, corners, patch.form[cell], corners[0], spare, unused)
        x = moved[corners]
        assert found == pytest.approx(
            1 / (naive_own_ratio(x, points[corners]) if thin[cell] else naive_mean_ratio(x))
        )


def test_elimination_gives_what_numpy_gives():
    rng = np.random.default_rng(5)
    for a in (*rng.normal(size=(50, 3, 3)), np.array([[0.0, 1, 0], [0, 0, 2], [3, 0, 0]])):
        b = rng.normal(size=3)
        found = b.copy()
        _solve(a.copy(), found)
        assert found == pytest.approx(np.linalg.solve(a, b), rel=1e-9, abs=1e-12)


def test_derivatives_of_the_energy_are_those_of_differences(shaken):
    points, cells = shaken
    patch = Patch.of(cells, points, np.arange(len(cells)) % 2 == 0)
    node = 21
    here = patch.around[patch.start[node] : patch.start[node + 1]]
    rng = np.random.default_rng(4)
    rest = (rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), np.array([0.5, 2.0]), rng.normal(size=3), 0.3)

    def energy(x):
        at = points.copy()
        at[node] = x
        gradient, hessian = np.empty(3), np.empty((3, 3))
        value = _node_energy(at, patch.cells, patch.form, here, node, *rest, gradient, hessian)
        return value, gradient, hessian

    value, gradient, hessian = energy(points[node])
    direction = rng.normal(size=3)
    errors = []
    for step in (0.02, 0.01, 0.005):
        model = value + step * gradient @ direction + step**2 / 2 * direction @ hessian @ direction
        errors.append(abs(energy(points[node] + step * direction)[0] - model))
    assert errors[1] < 0.15 * errors[0]  # third order: an eighth
    assert errors[2] < 0.15 * errors[1]


def test_relaxed_nodes_go_to_their_plane_and_leave_cells_positive(shaken):
    points, cells = shaken
    patch = Patch.of(cells, points, np.zeros(len(cells), bool))
    inner = np.flatnonzero(np.all((points > 1) & (points < 5), axis=1))
    plane = np.repeat([[[0.0, 0.0, 3.0]]], len(inner), axis=0)
    normal = np.repeat([[[0.0, 0.0, 1.0]]], len(inner), axis=0)
    low = inner[points[inner, 2] < 3]
    chosen = np.isin(inner, low)
    weight = np.where(chosen, 50.0, 0.0)[:, None]
    home, anchor = points[inner], np.full(len(inner), 0.1)
    moved = patch.relaxed(points, inner, plane, normal, weight, home, anchor, 20)
    assert np.abs(moved[low, 2] - 3).max() < 0.2 < np.abs(points[low, 2] - 3).min()
    assert cell_volumes(moved, cells).min() > 0
    others = np.setdiff1d(np.arange(len(points)), inner)
    assert np.array_equal(moved[others], points[others])


def test_nodes_go_to_their_goal_only_as_far_as_cells_bear_it(shaken):
    points, cells = shaken
    patch = Patch.of(cells, points, np.zeros(len(cells), bool))
    node = np.array([21])
    near, far = points[node] + 0.05, points[node] + 5.0
    assert patch.gone(points, node, near, 0.2)[node] == pytest.approx(near)
    kept = patch.gone(points, node, far, 0.2)
    assert mean_ratios(kept, cells).min() >= min(0.2, mean_ratios(points, cells).min())
