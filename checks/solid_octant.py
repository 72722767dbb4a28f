"""One eighth of a ball: a cube of bricks whose three outer faces are drawn out to the sphere."""

from collections.abc import Callable

import numpy as np

from vertebra.meshes.shapes import box


def solid_octant(divisions: int, core: int, radius: Callable[[np.ndarray], np.ndarray]):
    """Cube of 10-node tetrahedra, cut into divisions^3 bricks, with concentric shells around its corner.

    Parameters
    ----------
    divisions : int
    core : int
        Number of innermost shells in which the cube turns into the ball; those outside are balls.
    radius : callable
        Radius of a shell [mm] by its number, 0 to `divisions`; the mid nodes lie at half numbers.

    Returns
    -------
    points : ndarray, shape (n, 3) [mm]
        In the positive octant.
    cells : ndarray of int32, shape (m, 10)
    shell : ndarray, shape (n,)
        Number of the shell of every node.
    """
    points, cells = box((1.0, 1.0, 1.0), (divisions,) * 3, 2)
    shell = divisions * points.max(axis=1)
    length = np.sqrt((points**2).sum(axis=1))
    direction = points / np.where(length > 0, length, 1.0)[:, None]
    share = np.minimum(shell / core, 1.0)[:, None]
    cube = points * (divisions / core) / np.sqrt(3) * radius(np.array(float(core)))
    placed = share * direction * radius(shell)[:, None] + (1 - share) * cube
    return placed, cells, shell
