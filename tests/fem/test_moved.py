"""The same cells with their nodes at other places: answers are those of a new problem."""

import numpy as np
import pytest

from vertebra.fem import Elasticity
from vertebra.meshes.shapes import box

SIZE = (10.0, 10.0, 20.0)


def problem(order, squeeze):
    points, cells = box(SIZE, (4, 4, 8), order=order)
    points[:, 2] -= squeeze * np.sin(np.pi * points[:, 2] / SIZE[2]) * (1 + 0.1 * points[:, 0])
    supports = np.full_like(points, np.nan)
    supports[points[:, 2] == points[:, 2].min()] = 0.0
    supports[points[:, 2] >= SIZE[2] * (1 - 1e-9)] = [0.0, 0.0, -0.1]
    return points, cells, supports


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("prepared", [False, True])
def test_a_moved_problem_is_a_new_one(order, prepared):
    points, cells, supports = problem(order, 0.0)
    young = np.random.default_rng(1).uniform(50, 500, len(cells))
    base = Elasticity(points, cells, supports, method="iterative")
    if prepared:
        base.prepare(young, 0.3)
    points, cells, supports = problem(order, 1.5)
    new = Elasticity(points, cells, supports, method="iterative").solve(2 * young, 0.3)
    moved = base.moved(points, supports)
    found = moved.solve(2 * young, 0.3)
    assert found.energy == pytest.approx(new.energy, rel=1e-9)
    np.testing.assert_allclose(found.displacement, new.displacement, atol=1e-8)
    assert abs(found.iterations - new.iterations) <= 3
    before = base.solve(young, 0.3).energy
    points, cells, supports = problem(order, 0.0)
    assert before == pytest.approx(Elasticity(points, cells, supports).solve(young, 0.3).energy, rel=1e-9)


def test_what_has_been_solved_before_does_not_matter_to_what_is_moved_from_a_prepared_problem():
    points, cells, supports = problem(2, 0.0)
    base = Elasticity(points, cells, supports, method="iterative")
    base.prepare(100.0, 0.3)
    points, cells, supports = problem(2, 1.0)
    first, second = base.moved(points, supports), base.moved(points, supports)
    first.solve(1.0, 0.3)
    once, again = (each.solve(200.0, 0.3).displacement for each in (base.moved(points, supports), second))
    np.testing.assert_array_equal(once, again)


def test_other_supports_and_folded_cells_are_refused():
    points, cells, supports = problem(1, 0.0)
    base = Elasticity(points, cells, supports)
    loose = supports.copy()
    loose[0] = np.nan
    with pytest.raises(ValueError, match="other displacements of node 0"):
        base.moved(points, loose)
    with pytest.raises(ValueError, match="inverted or flat"):
        base.moved(points * [1, 1, -1], supports)
