"""Thick cylinder and thick sphere under inner pressure; theory in `checks/lame.py`."""

import numpy as np
import pytest

from vertebra.checks.theory.lame import (
    HEIGHT,
    a,
    b,
    cylinder,
    cylinder_displacement,
    octant,
    p,
    sphere_displacement,
)
from vertebra.fem.cells.loads import quadrature_points


def test_formulae_give_the_textbook_numbers():
    assert cylinder_displacement(np.array([a, b])) == pytest.approx([0.019067, 0.012133], abs=1e-6)
    assert sphere_displacement(np.array([a, b])) == pytest.approx([0.0080, 0.0030], abs=1e-6)


def relative_error(points, radius, solution, exact):
    """Size of each node's error over the largest displacement; a cylinder's axis is z."""
    outward = points * [1, 1, 0] if exact is cylinder_displacement else points
    error = solution.displacement - (exact(radius) / radius)[:, None] * outward
    return np.sqrt((error**2).sum(axis=1)) / exact(a)


def rms(values):
    return np.sqrt((values**2).mean())


def hoop(points, cells, solution, axis):
    """Hoop stress at the quadrature points, and their radius; `axis` is 2 for cylinders, None for spheres."""
    at = quadrature_points(points, cells)
    around = np.stack([-at[..., 1], at[..., 0], np.zeros(at.shape[:2])], axis=-1)
    around /= np.sqrt((around**2).sum(axis=-1, keepdims=True))
    x, y, _ = np.moveaxis(around, -1, 0)
    stress = np.moveaxis(solution.stress(), -1, 0)
    flat = at[..., :2] if axis == 2 else at
    radius = np.sqrt((flat**2).sum(axis=-1))
    return radius, x * x * stress[0] + y * y * stress[1] + 2 * x * y * stress[5]


def fitted_order(errors, counts):
    return -np.polyfit(np.log(counts), np.log(errors), 1)[0]


def test_cylinder_with_quadratic_elements():
    points, cells, radius, solution = cylinder((8, 12, 1), 2)
    assert relative_error(points, radius, solution, cylinder_displacement).max() < 1e-3
    r, stress = hoop(points, cells, solution, 2)
    A = p * a**2 / (b**2 - a**2)
    assert np.abs(stress - A * (1 + b**2 / r**2)).max() < 0.02 * A * (1 + b**2 / a**2)


@pytest.mark.parametrize(("order", "counts", "accurate"), [(1, (6, 12, 18), 5e-3), (2, (3, 6, 12), 2e-5)])
def test_cylinder_converges(order, counts, accurate):
    """Displacement of order k + 1 in the mean, energy of order 2 k."""
    solved = [cylinder((n, 2 * n, 1), order) for n in counts]
    errors = [
        rms(relative_error(points, radius, *rest, cylinder_displacement))
        for points, _, radius, *rest in solved
    ]
    assert errors[-1] < accurate
    assert fitted_order(errors, counts) == pytest.approx(order + 1, abs=0.25)
    work = p * cylinder_displacement(a) * a * np.pi / 2 * HEIGHT
    missing = [1 - solution.energy / work for *_, solution in solved]
    assert min(missing) > 0, "displacement elements under load store too little energy"
    assert fitted_order(missing, counts) == pytest.approx(2 * order, abs=0.25)


def test_sphere_with_quadratic_elements():
    points, cells, radius, solution = octant(4, 2)
    error = relative_error(points, radius, solution, sphere_displacement)
    assert error.max() < 0.01
    assert rms(error) < 1e-3
    r, stress = hoop(points, cells, solution, None)
    A = p * a**3 / (b**3 - a**3)
    assert np.abs(stress - A * (1 + b**3 / (2 * r**3))).max() < 0.05 * A * (1 + b**3 / (2 * a**3))


@pytest.mark.parametrize(("order", "counts"), [(1, (4, 6, 8)), (2, (2, 3, 4))])
def test_sphere_converges(order, counts):
    solved = [octant(n, order) for n in counts]
    errors = [
        rms(relative_error(points, radius, *rest, sphere_displacement)) for points, _, radius, *rest in solved
    ]
    assert fitted_order(errors, counts) == pytest.approx(order + 1, abs=0.25)
