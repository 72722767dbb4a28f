"""One eighth of a ball, hollow or solid, drawn out of bricks."""

from collections.abc import Callable

import numpy as np

from vertebra.meshes.shapes import box


def hollow_octant(radii, divisions, order):
    """Shells between the given radii, each patch cut into divisions x divisions bricks.

    Returns points (n, 3) in the positive octant, cells (m, 4 or 10) and the radius of every node (n,); mid nodes
    lie on the spheres, or in the middle between two.
    """
    unit, cells = box((1.0, 1.0, 1.0), (len(radii) - 1, divisions, divisions), order)
    radius = np.interp(unit[:, 0], np.linspace(0, 1, len(radii)), radii)
    direction = np.column_stack([np.ones(len(unit)), np.tan(np.pi / 4 * unit[:, 1:])])
    patch = radius[:, None] * direction / np.sqrt((direction**2).sum(axis=1, keepdims=True))
    points = np.concatenate([np.roll(patch, turn, axis=1) for turn in range(3)])
    _, first, which = np.unique(np.round(points, 9), axis=0, return_index=True, return_inverse=True)
    cells = which.ravel()[np.concatenate([cells + turn * len(unit) for turn in range(3)])]
    return points[first], cells, np.tile(radius, 3)[first]


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
