"""Tetrahedra that fill voxels exactly: each voxel a hexahedron, cut so that neighbours fit."""

import numpy as np

from ..quality import orient
from .splitting import split

_CORNERS = np.array([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)])
"""Of a hexahedron, in the order of VTK."""


def fill_voxels(inside: np.ndarray, affine: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut the voxels of a mask into tetrahedra.

    Parameters
    ----------
    inside : ndarray of bool, shape (i, j, k)
    affine : ndarray, shape (4, 4) [mm]
        From voxel indices to coordinates of their centres.

    Returns
    -------
    points : ndarray, shape (n, 3) [mm]
        Corners of the voxels.
    cells : ndarray of int32, shape (m, 4)
    owner : ndarray of int, shape (m,)
        Row in `numpy.argwhere(inside)` of the voxel that each cell is part of.
    """
    voxels = np.argwhere(inside)
    corners = (voxels[:, None] + _CORNERS).reshape(-1, 3)
    number = np.ravel_multi_index(tuple(corners.T), tuple(np.array(inside.shape) + 1))
    used, nodes = np.unique(number, return_inverse=True)
    index = np.column_stack(np.unravel_index(used, tuple(np.array(inside.shape) + 1)))
    points = (index - 0.5) @ affine[:3, :3].T + affine[:3, 3]
    cells, owner = split("hexahedron", nodes.reshape(-1, 8))
    return points, np.ascontiguousarray(orient(points, cells), np.int32), owner
