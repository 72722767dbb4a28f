"""One eighth of a hollow ball: three patches of bricks, one around each axis, between concentric spheres."""

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
