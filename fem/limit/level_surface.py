"""The cheapest level surface of a field on linear tetrahedra.

What a field of velocities dissipates is what its level surfaces cost, one after the other (coarea formula):

    P(u) = integral over s from 0 to 1 of  cost(s),   cost(s) = integral over {u = s} of h(normal),

because h is positively homogeneous. So one of them costs no more than P(u), and moving what lies above it as one piece
is a velocity as well: the least cost of a level is a bound, and a better one than P(u). In a linear tetrahedron with
the corner values u_0 <= u_1 <= u_2 <= u_3 the level s has the area |grad u| V M(s), M the quadratic B-spline over these
four knots, of integral one.
"""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit

LEVELS = 800


@dataclass(frozen=True, eq=False)
class LevelSurface:
    """A surface across the body.

    Attributes
    ----------
    cost : float [N]
    level : float [-]
        u on it.
    area : ndarray, shape (m,) [mm2]
        Of the surface in each cell.
    """

    cost: float
    level: float
    area: np.ndarray


@njit(cache=True)
def _density(a, b, c, d, s):
    """Quadratic B-spline over the knots a <= b <= c <= d with integral one, at s."""
    if s < a or s >= d:
        return 0.0
    if s < b:
        return 3.0 * (s - a) ** 2 / ((b - a) * (c - a) * (d - a))
    if s >= c:
        return 3.0 * (d - s) ** 2 / ((d - a) * (d - b) * (d - c))
    rise = (s - a) * (c - s) / ((c - a) * (c - b))
    fall = (d - s) * (s - b) / ((d - b) * (c - b))
    return 3.0 * (rise + fall) / (d - a)


@njit(cache=True)
def _costs(ordered, weight, levels, cost):
    """Add weight M(s) of every cell to the cost of every level (k,), ascending; ordered (m, 4) by value."""
    k = levels.size
    for cell in range(ordered.shape[0]):
        a, b, c, d = ordered[cell, 0], ordered[cell, 1], ordered[cell, 2], ordered[cell, 3]
        if not d > a:
            continue
        first, after = 0, k
        while first < after:  # by bisection, the first level at or above a
            middle = (first + after) // 2
            if levels[middle] < a:
                first = middle + 1
            else:
                after = middle
        while first < k and levels[first] < d:
            cost[first] += weight[cell] * _density(a, b, c, d, levels[first])
            first += 1


@njit(cache=True)
def _areas(ordered, weight, level, area):
    """Fill weight M(level) of every cell."""
    for cell in range(ordered.shape[0]):
        a, b, c, d = ordered[cell, 0], ordered[cell, 1], ordered[cell, 2], ordered[cell, 3]
        area[cell] = weight[cell] * _density(a, b, c, d, level) if d > a else 0.0


def cheapest_level(
    values: np.ndarray, power: np.ndarray, steep: np.ndarray, volume: np.ndarray
) -> LevelSurface:
    """Compare level surfaces.

    Parameters
    ----------
    values : ndarray, shape (m, 4)
        u at the corners of the cells, 0 at one end of the body and 1 at the other.
    power : ndarray, shape (m,) [N]
        V h(grad u) of the cells.
    steep : ndarray, shape (m,) [1/mm]
        |grad u|.
    volume : ndarray, shape (m,) [mm3]

    Returns
    -------
    LevelSurface
    """
    ordered = np.sort(values, axis=1)
    levels = (np.arange(LEVELS) + 0.5) / LEVELS
    cost = np.zeros(LEVELS)
    _costs(ordered, power, levels, cost)
    level = float(levels[cost.argmin()])
    area = np.empty(len(values))
    _areas(ordered, steep * volume, level, area)
    return LevelSurface(float(cost.min()), level, area)


def piece_centres(corners: np.ndarray, values: np.ndarray, level: float) -> np.ndarray:
    """Centres of area of the pieces that a level surface has in cells which it cuts.

    Parameters
    ----------
    corners : ndarray, shape (m, 4, 3) [mm]
    values : ndarray, shape (m, 4)
        u at the corners, some below and some above the level.
    level : float

    Returns
    -------
    ndarray, shape (m, 3) [mm]
    """
    order = np.argsort(values, axis=1)
    u = np.take_along_axis(values, order, axis=1)
    at = np.take_along_axis(corners, order[..., None], axis=1)
    below = (u < level).sum(axis=1)
    centre = np.empty((len(values), 3))
    for count, edges in _CROSSED.items():
        mine = below == count
        first, second = np.array(edges).T
        low, high = u[mine][:, first], u[mine][:, second]
        share = ((level - low) / (high - low))[..., None]
        point = (1 - share) * at[mine][:, first] + share * at[mine][:, second]
        halves = [point[:, [0, k, k + 1]] for k in range(1, point.shape[1] - 1)]
        size = [
            np.linalg.norm(np.cross(each[:, 1] - each[:, 0], each[:, 2] - each[:, 0]), axis=1)
            for each in halves
        ]
        whole = np.maximum(sum(size), np.finfo(float).tiny)
        centre[mine] = sum(
            (part / whole)[:, None] * each.mean(axis=1) for part, each in zip(size, halves, strict=True)
        )
    return centre


_CROSSED = {
    1: ((0, 1), (0, 2), (0, 3)),
    2: ((0, 2), (0, 3), (1, 3), (1, 2)),
    3: ((0, 3), (1, 3), (2, 3)),
}
"""Edges that a level crosses, going round, by the number of corners below it; corners in the order of their values."""
