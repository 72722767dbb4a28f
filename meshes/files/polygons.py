"""Polygons as surface files store them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Polygons:
    """Points and the polygons between them.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        As stored, used or not.
    corners : ndarray of int64, shape (sum of sizes,)
        Points of the polygons, one polygon after the other.
    sizes : ndarray of int64, shape (p,)
        Number of corners of each polygon.
    """

    points: np.ndarray
    corners: np.ndarray
    sizes: np.ndarray

    def triangles(self) -> np.ndarray:
        """Cut polygons into triangles by clipping ears; ndarray of int64, shape (k, 3)."""
        if (self.sizes == 3).all():
            return self.corners.reshape(-1, 3)
        import pyvista  # half a second that only those pay whose polygons have more corners

        starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]])
        faces = np.insert(self.corners, starts, self.sizes)
        return np.array(pyvista.PolyData(self.points, faces=faces).triangulate().regular_faces, np.int64)
