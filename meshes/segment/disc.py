"""The intervertebral disc as layers of tetrahedra between two endplates of the same triangles."""

from dataclasses import dataclass

import numpy as np

from ..prisms import PrismBase, PrismNodes, prism_cells


@dataclass(frozen=True, eq=False)
class DiscLayers:
    """Cells between two surfaces of one mesh.

    Attributes
    ----------
    points : ndarray, shape (k, 3) [mm]
        New nodes, numbered from the number of nodes of the mesh on.
    cells : ndarray of int32, shape (3 n t, 4 or 10)
        In every layer as `prism_cells` gives them.
    triangle : ndarray of int, shape (3 n t,)
        Triangle of the endplate that each cell lies above.
    """

    points: np.ndarray
    cells: np.ndarray
    triangle: np.ndarray


def disc_layers(points: np.ndarray, faces: np.ndarray, opposite: np.ndarray, n_layers: int) -> DiscLayers:
    """Fill the space between two surfaces, nodes on straight lines from one to the other.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    faces : ndarray of int, shape (t, 3) or (t, 6)
        Triangles of one surface, counter-clockwise seen from the disc.
    opposite : ndarray of int, shape (n,)
        Node of the other surface by node of the first one.
    n_layers : int

    Returns
    -------
    DiscLayers
    """
    base = PrismBase.of(faces)
    n = n_layers
    share = np.arange(n + 1) / n
    middle = (share[:-1] + share[1:]) / 2
    new: list[np.ndarray] = []

    def between(nodes: np.ndarray, heights: np.ndarray) -> np.ndarray:
        """Number new nodes on the lines from some nodes to their opposites; shape (heights, nodes)."""
        start, end = points[nodes], points[opposite[nodes]]
        first = len(points) + sum(map(len, new))
        new.append((start + heights[:, None, None] * (end - start)).reshape(-1, 3))
        return first + np.arange(len(heights) * len(nodes)).reshape(len(heights), len(nodes))

    def levels(nodes: np.ndarray) -> np.ndarray:
        return np.concatenate([nodes[None], between(nodes, share[1:-1]), opposite[nodes][None]])

    column = levels(base.corners)
    horizontal = vertical = diagonal = np.empty((0, 0), int)
    if base.is_quadratic:
        horizontal = levels(base.mids)
        vertical, diagonal = between(base.corners, middle), between(base.mids, middle)
    cells = prism_cells(base, PrismNodes(column, horizontal, vertical, diagonal))
    triangle = np.tile(np.arange(len(faces)), 3 * n)
    return DiscLayers(np.concatenate([*new, np.empty((0, 3))]), cells, triangle)
