"""Fields of constant stress that every mesh must give exactly: patch test, column free or held at its sides.

B. M. Irons and A. Razzaque, "Experience with the patch test for convergence of finite elements", 1972; Timoshenko and
Goodier, Theory of Elasticity, chapter 1.
"""

import numpy as np

from vertebra.fem import Elasticity, Solution
from vertebra.meshes.shapes import box

from .case import Theory

SIZE = np.array([2.0, 3.0, 5.0])
E, SHORTENING = 800.0, 0.05
GRADIENT = np.array([[1.0, 0.4, -0.2], [0.3, -0.8, 0.5], [-0.6, 0.1, 0.7]]) * 1e-3


def distorted_box(order: int) -> tuple[np.ndarray, np.ndarray]:
    """Box whose inner corners are moved at random; edges stay straight. Points (n, 3), cells (m, 4 or 10)."""
    points, cells = box((2.0, 1.5, 1.0), (4, 3, 3), 1)
    inside = np.all((points > 0) & (points < [2.0, 1.5, 1.0]), axis=1)
    points = points + np.random.default_rng(3).uniform(-0.09, 0.09, points.shape) * inside[:, None]
    if order == 2:
        ends = np.sort(cells[:, [[0, 1], [1, 2], [0, 2], [0, 3], [1, 3], [2, 3]]], axis=2).reshape(-1, 2)
        edges, which = np.unique(ends, axis=0, return_inverse=True)
        cells = np.concatenate([cells, len(points) + which.reshape(-1, 6)], axis=1)
        points = np.concatenate([points, points[edges].mean(axis=1)])
    return points, cells


def patch(order: int, method: str = "auto") -> tuple[np.ndarray, Solution]:
    """Solve a linear displacement given on the boundary; the exact field (n, 3) and what is found, nu 0.3."""
    points, cells = distorted_box(order)
    linear = points @ GRADIENT.T + [0.1, -0.2, 0.3]
    boundary = np.asarray((np.isclose(points, 0) | np.isclose(points, [2.0, 1.5, 1.0])).any(axis=1))
    problem = Elasticity(points, cells, np.where(boundary[:, None], linear, np.nan), method=method)
    return linear, problem.solve(1000.0, 0.3, tolerance=1e-13)


def press(order: int, nu: float, method: str = "auto", *, held_sides: bool) -> tuple[np.ndarray, Solution]:
    """Shorten a column by `SHORTENING`; its points (n, 3) and the solution."""
    points, cells = box(SIZE, (2, 3, 3), order)
    inside = np.all((points > 0) & (points < SIZE), axis=1)
    if order == 1:
        points = points + np.random.default_rng(7).uniform(-0.15, 0.15, points.shape) * inside[:, None]
    supports = np.full(points.shape, np.nan)
    for i in range(3):
        supports[points[:, i] == 0, i] = 0.0
        if held_sides and i < 2:
            supports[points[:, i] == SIZE[i], i] = 0.0
    supports[points[:, 2] == SIZE[2], 2] = -SHORTENING
    return points, Elasticity(points, cells, supports, method=method).solve(E, nu, tolerance=1e-13)


def _patch_error(order: int) -> float:
    exact, solution = patch(order)
    return np.abs(solution.displacement - exact).max() / np.abs(exact).max()


def _modulus(order: int, *, held_sides: bool) -> float:
    """Axial stress over axial strain, the volume mean."""
    _, solution = press(order, 0.3, held_sides=held_sides)
    return -solution.stress()[..., 2].mean() * SIZE[2] / SHORTENING


CASES = (
    *(
        Theory(
            f"patch tet{nodes}",
            "patch test on a distorted mesh: linear field, relative error of the displacement",
            "Irons and Razzaque 1972",
            lambda order=order: _patch_error(order),
            tolerance=1e-12,
        )
        for order, nodes in ((1, 4), (2, 10))
    ),
    Theory(
        "column free",
        "stress over strain of a column with free sides, E [MPa]",
        "Timoshenko and Goodier, chapter 1",
        lambda: _modulus(1, held_sides=False),
        E,
        1e-9,
    ),
    Theory(
        "column held",
        "the same with held sides, E (1-nu) / ((1+nu) (1-2 nu)), nu 0.3",
        "Timoshenko and Goodier, chapter 1",
        lambda: _modulus(2, held_sides=True),
        E * 0.7 / (1.3 * 0.4),
        1e-9,
    ),
)
