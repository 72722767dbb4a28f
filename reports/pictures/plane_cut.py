"""Cut a tetrahedral mesh with a plane: the polygons that the cut shows."""

import numpy as np

_EDGES = np.array([[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]])


def cut_tetrahedra(
    points: np.ndarray, cells: np.ndarray, normal: np.ndarray, offset: float
) -> tuple[list[np.ndarray], np.ndarray]:
    """Cut straight-edged tetrahedra with the plane ``normal . x = offset``.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray, shape (m, 4 or more)
        Only the four corners are used.
    normal : ndarray, shape (3,)
    offset : float [mm]

    Returns
    -------
    list of ndarray, shape (3 or 4, 3) [mm]
        Corners of each polygon, in order around it.
    ndarray of int
        Cell of each polygon.
    """
    corners = cells[:, :4]
    height = points @ normal - offset
    height = np.where(height == 0.0, 1e-12, height)  # a node on the plane counts as above
    above = height[corners] > 0
    cut = np.flatnonzero(above.any(axis=1) & ~above.all(axis=1))
    polygons = []
    for cell in cut:
        start, end = corners[cell][_EDGES].T
        crossed = (height[start] > 0) != (height[end] > 0)
        a, b = start[crossed], end[crossed]
        t = height[a] / (height[a] - height[b])
        hits = points[a] + t[:, None] * (points[b] - points[a])
        polygons.append(_around(hits, normal))
    return polygons, cut


def _around(hits: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Sort points of a plane by their angle about their centre."""
    first = hits[0] - hits.mean(axis=0)
    second = np.cross(normal, first)
    relative = hits - hits.mean(axis=0)
    return hits[np.argsort(np.arctan2(relative @ second, relative @ first))]
