"""Closed surfaces that several tests share: a cube, a cylinder, the synthetic body stood upright."""

from dataclasses import replace

import numpy as np

from vertebra.meshes.surface.alignment import align_body
from vertebra.meshes.surface.closed_surface import Surface
from vertebra.meshes.surface.synthetic import synthetic_body
from vertebra.meshes.surface.topology import enclosed_volume

CUBE = np.array([(x, y, z) for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.0, 1.0)])
SIDES = np.array([(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])
TRIANGLES = SIDES[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3)
UPRIGHT = align_body(synthetic_body(48, 8))
CYLINDER_RADIUS, CYLINDER_HALF = 20.0, 12.0


def cylinder():
    """The aligned synthetic body, its surface exchanged for a plain cylinder with sharp rims."""
    n = 720
    theta = 2 * np.pi * (np.arange(n) + 0.25) / n
    ring = np.column_stack([CYLINDER_RADIUS * np.cos(theta), CYLINDER_RADIUS * np.sin(theta), 0 * theta])
    up = np.array([0, 0, CYLINDER_HALF])
    points = np.concatenate([ring - up, ring + up, [-up, up]])
    i, j = np.arange(n), np.roll(np.arange(n), -1)
    low, high = np.full(n, 2 * n), np.full(n, 2 * n + 1)
    triangles = np.concatenate(
        [np.column_stack(t) for t in ((i, j, j + n), (i, j + n, i + n), (low, j, i), (high, i + n, j + n))]
    )
    return replace(UPRIGHT, surface=Surface(points, triangles))


BOX = CUBE * [20.0, 30.0, 25.0]
BOX_MM3 = 20.0 * 30.0 * 25.0


def enclosed(polygons):
    """Volume inside the polygons that a reader gives."""
    return enclosed_volume(polygons.points, polygons.triangles())
