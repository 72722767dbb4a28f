"""Times at which a front arrives that moves at a given speed through a regular grid, and distances to a level of them.

The front obeys |grad T| = s with the slowness s = 1 / speed. It is solved by fast sweeping: Gauss-Seidel rounds
with the upwind difference of Godunov, in the eight orders of the axes, until nothing changes                [1]_

References
----------
.. [1] H. Zhao, A fast sweeping method for Eikonal equations, Math Comput 2005, 74:603
"""

import numpy as np

from vertebra.kernels import njit

_ROUNDS = 60
_STILL = 1e-6
"""Change of a round over the spacing and least slowness below which the front has settled."""
_FAR = 1e9


@njit(cache=True)
def _upwind(low, high, spacing, slowness):
    """Arrival from the earlier neighbours along three axes: root of sum (t - low_i)+^2 / h_i^2 = s^2.

    `low` (3,) earliest neighbours, `high` scratch (3,), `spacing` (3,).
    """
    first, second, third = 0, 1, 2
    if low[second] < low[first]:
        first, second = second, first
    if low[third] < low[second]:
        second, third = third, second
    if low[second] < low[first]:
        first, second = second, first
    high[0], high[1], high[2] = first, second, third
    a = b = c = 0.0
    time = 1e300
    for k in range(3):
        axis = int(high[k])
        if time <= low[axis]:
            break
        w = 1 / spacing[axis] ** 2
        a += w
        b += w * low[axis]
        c += w * low[axis] ** 2
        root = b * b - a * (c - slowness * slowness)
        if root < 0:
            break
        time = (b + np.sqrt(root)) / a
    return time


@njit(cache=True)
def _sweep(time, slowness, held, spacing, n_rounds, still):
    """Rounds of eight sweeps; writes `time`. Cells `held` keep their time, those of negative slowness let nothing in.

    time, slowness, held : (i, j, k); spacing : (3,)

    A cell is looked at again only when a neighbour has got an earlier time since: nothing else changes it.
    """
    ni, nj, nk = time.shape
    low, order = np.empty(3), np.empty(3)
    due = np.ones(time.shape, np.bool_)
    for _ in range(n_rounds):
        change = 0.0
        for direction in range(8):
            for x in range(ni):
                i = x if direction & 1 == 0 else ni - 1 - x
                for y in range(nj):
                    j = y if direction & 2 == 0 else nj - 1 - y
                    for z in range(nk):
                        k = z if direction & 4 == 0 else nk - 1 - z
                        if not due[i, j, k]:
                            continue
                        due[i, j, k] = False
                        if held[i, j, k] or slowness[i, j, k] < 0:
                            continue
                        low[0] = low[1] = low[2] = 1e9
                        if i > 0:
                            low[0] = time[i - 1, j, k]
                        if i < ni - 1:
                            low[0] = min(low[0], time[i + 1, j, k])
                        if j > 0:
                            low[1] = time[i, j - 1, k]
                        if j < nj - 1:
                            low[1] = min(low[1], time[i, j + 1, k])
                        if k > 0:
                            low[2] = time[i, j, k - 1]
                        if k < nk - 1:
                            low[2] = min(low[2], time[i, j, k + 1])
                        if min(low[0], low[1], low[2]) >= 1e9:
                            continue
                        found = _upwind(low, order, spacing, slowness[i, j, k])
                        if found < time[i, j, k]:
                            change = max(change, time[i, j, k] - found)
                            time[i, j, k] = found
                            due[max(i - 1, 0), j, k] = due[min(i + 1, ni - 1), j, k] = True
                            due[i, max(j - 1, 0), k] = due[i, min(j + 1, nj - 1), k] = True
                            due[i, j, max(k - 1, 0)] = due[i, j, min(k + 1, nk - 1)] = True
        if change <= still:
            break


def arrival_times(slowness, spacing, start) -> np.ndarray:
    """Times at which a front arrives that leaves some cells at given times.

    Parameters
    ----------
    slowness : ndarray, shape (i, j, k) [1/mm]
        Negative where nothing passes.
    spacing : sequence of 3 floats [mm]
    start : ndarray, shape (i, j, k)
        Times in the cells where it starts, inf elsewhere.

    Returns
    -------
    ndarray, shape (i, j, k)
        inf where the front never comes.

    Raises
    ------
    ValueError
        The front starts nowhere.
    """
    held = np.isfinite(start)
    if not held.any():
        message = "the front starts in no cell of the grid: expected at least one finite time in `start`."
        raise ValueError(message)
    spacing = np.asarray(spacing, float)
    time = np.where(held, start, _FAR)
    passed = slowness[slowness >= 0]
    still = _STILL * float(spacing.min()) * float(passed.min(initial=1.0))
    _sweep(time, np.ascontiguousarray(slowness, float), held, spacing, _ROUNDS, still)
    return np.where(time >= _FAR, np.inf, time)


def signed_distance(level, spacing) -> np.ndarray:
    """Distance to the surface where a field on a grid is zero, negative where the field is.

    Cells next to the surface take the distance that linear interpolation along the axes gives; the others follow by
    sweeping with unit speed.

    Parameters
    ----------
    level : ndarray, shape (i, j, k)
    spacing : sequence of 3 floats [mm]

    Returns
    -------
    ndarray, shape (i, j, k) [mm]
    """
    spacing = np.asarray(spacing, float)
    inverse_square = np.zeros(level.shape)
    for axis in range(3):
        one, other = np.moveaxis(level, axis, 0)[:-1], np.moveaxis(level, axis, 0)[1:]
        crossed = (one < 0) != (other < 0)
        whole = np.where(crossed, np.abs(one) + np.abs(other), 1.0)
        ways = np.full((2, *level.shape), np.inf)
        for way, here, part in ((ways[0], slice(None, -1), one), (ways[1], slice(1, None), other)):
            share = np.maximum(np.abs(part) / whole, 1e-6) * spacing[axis]
            np.moveaxis(way, axis, 0)[here] = np.where(crossed, share, np.inf)
        inverse_square += 1 / ways.min(axis=0) ** 2
    near = inverse_square > 0
    start = np.where(near, 1 / np.sqrt(np.where(near, inverse_square, 1.0)), np.inf)
    return np.where(level < 0, -1.0, 1.0) * arrival_times(np.ones(level.shape), spacing, start)
