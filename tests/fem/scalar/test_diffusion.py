"""Diffusion with growth on tetrahedra."""

import numpy as np
import pytest

from vertebra.fem.scalar.diffusion import Diffusion
from vertebra.meshes.shapes import box

NOTHING_HELD = slice(0, 0)


def bent_box(divisions=(3, 3, 3), order=1):
    """A unit cube with its inner nodes displaced: some dihedral angles are obtuse."""
    points, cells = box((1.0, 1.0, 1.0), divisions, order)
    if order == 1:
        inner = np.all((points > 1e-9) & (points < 1 - 1e-9), axis=1)
        reach = 0.2 / np.array(divisions)
        points[inner] += np.random.default_rng(5).uniform(-reach, reach, (inner.sum(), 3))
    return points, cells


def marked(points, held=NOTHING_HELD):
    mask = np.zeros(len(points), bool)
    mask[held] = True
    return mask


def test_a_closed_part_neither_gains_nor_loses():
    points, cells = bent_box()
    problem = Diffusion(points, cells, marked(points))
    n = np.random.default_rng(3).uniform(0, 1, len(points))
    D = np.random.default_rng(4).uniform(0, 1, len(cells))
    result = problem.evolve(n, problem.medium(D), 5.0, tolerance=1e-4)
    held_mass = result.values @ problem.mass
    assert held_mass == pytest.approx(np.full(len(result.days), held_mass[0]), rel=1e-6)
    assert np.ptp(result.values[-1]) < 0.2 * np.ptp(n)  # and it did spread


@pytest.mark.parametrize("growth", [0.0, 2.0])
def test_values_stay_between_the_first_ones_and_saturation(growth):
    points, cells = bent_box((5, 5, 5))
    held = points[:, 0] < 1e-9
    problem = Diffusion(points, cells, held)
    n = np.where(held, 1.0, 0.0)
    result = problem.evolve(n, problem.medium(0.02, growth), 8.0, tolerance=1e-3)
    assert result.values.min() >= 0
    assert result.values.max() <= 1
    assert result.cut < 1e-3
    total = result.values @ problem.mass
    assert np.all(np.diff(total) >= 0)
    assert total[-1] > 2 * total[0]


@pytest.mark.parametrize(
    ("growth", "source", "exact"),
    [
        (0.0, 0.3, lambda n, t: 1 - (1 - n) * np.exp(-0.3 * t)),
        (0.4, 0.0, lambda n, t: 1 / (1 + (1 / n - 1) * np.exp(-0.4 * t))),
        # u = 1 - n: u' = -u (r + s - r u), a logistic decay
        (0.4, 0.1, lambda n, t: 1 - 0.5 / (0.4 - (0.4 - 0.5 / (1 - n)) * np.exp(0.5 * t))),
    ],
)
def test_without_differences_every_node_follows_its_own_growth(growth, source, exact):
    points, cells = bent_box((1, 1, 1))
    problem = Diffusion(points, cells, marked(points))
    n = np.full(len(points), 0.1)
    result = problem.evolve(n, problem.medium(0.5, growth, source), 12.0, tolerance=1e-3)
    assert result.values[:, 0] == pytest.approx(exact(0.1, result.days), abs=1.5e-3)


def test_the_path_between_two_steps_is_straight_to_a_quarter_of_the_tolerance():
    points, cells = bent_box((1, 1, 1))
    problem = Diffusion(points, cells, marked(points))
    result = problem.evolve(np.zeros(len(points)), problem.medium(0.5, source=0.3), 12.0, tolerance=0.02)
    day = np.linspace(0, 12, 400)
    path = np.interp(day, result.days, result.values[:, 0])
    assert path == pytest.approx(1 - np.exp(-0.3 * day), abs=0.02 / 2.5)


def test_the_medium_may_change_on_the_way():
    points, cells = bent_box((1, 1, 1))
    problem = Diffusion(points, cells, marked(points))
    first = problem.evolve(np.zeros(len(points)), problem.medium(1.0, source=0.3), 2.0, tolerance=1e-4)
    second = problem.evolve(
        first.values[-1],
        problem.medium(1.0, source=0.1),
        5.0,
        tolerance=1e-4,
        first_step=first.next_step,
    )
    assert second.values[-1] == pytest.approx(1 - np.exp(-0.3 * 2 - 0.1 * 5), abs=1e-4)


def test_what_is_saturated_or_cut_off_costs_one_step():
    points, cells = bent_box((2, 2, 2))
    problem = Diffusion(points, cells, marked(points))
    full = problem.evolve(np.ones(len(points)), problem.medium(0.5, 1.0, 1.0), 300.0)
    assert full.days.tolist() == [0, 300]
    n = np.random.default_rng(1).uniform(0, 1, len(points))
    closed = problem.evolve(n, problem.medium(0.0), 300.0)
    assert np.array_equal(closed.values[-1], n)
    late = problem.evolve(n, problem.medium(0.5, source=1.0), 3650.0)
    assert late.days[-2] < 20


def test_only_the_corners_of_the_given_cells_change():
    points, cells = bent_box((2, 1, 1), order=2)
    left = cells[points[cells[:, :4]].mean(axis=1)[:, 0] < 0.5]
    problem = Diffusion(points, left, marked(points))
    n = problem.evolve(np.zeros(len(points)), problem.medium(0.5, source=0.3), 3.0).values[-1]
    corners = np.unique(left[:, :4])
    assert np.array_equal(np.flatnonzero(n), corners)
    assert problem.mass.sum() == pytest.approx(0.5)
    assert problem.to_nodes(np.full(len(left), 0.7)) == pytest.approx(np.full(len(corners), 0.7))


def test_errors_say_what_is_wrong():
    points, cells = bent_box((1, 1, 1))
    problem = Diffusion(points, cells, marked(points))
    with pytest.raises(ValueError, match="diffusivity has the value -1, expected 0 or more"):
        problem.medium(-1.0)
    with pytest.raises(ValueError, match="spans 0 to 2, expected 8 fractions"):
        problem.evolve(np.linspace(0, 2, 8), problem.medium(1.0), 1.0)
