"""Linear tetrahedra for limit analysis: gradients, faces, and the split of each cell into eight."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.kernels import njit

_EDGES = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))
_EIGHTHS = (  # corners 0 to 3, middles of _EDGES 4 to 9; the octahedron is cut along the middles of 02 and 13
    (0, 4, 5, 6),
    (4, 1, 7, 8),
    (5, 7, 2, 9),
    (6, 8, 9, 3),
    (5, 8, 4, 7),
    (5, 8, 7, 9),
    (5, 8, 9, 6),
    (5, 8, 6, 4),
)


@njit(cache=True)
def _gradients(points, cells, gradient, volume):
    """Fill grad N_a = -n_a / 3V (m, 4, 3), n_a the outward area vector of the face opposite, and V (m,), signed."""
    for cell in range(cells.shape[0]):
        p = cells[cell]
        for a in range(4):
            i, j, k = p[(a + 1) % 4], p[(a + 2) % 4], p[(a + 3) % 4]
            sign = 1.0 if a % 2 == 0 else -1.0
            for d in range(3):
                d1 = (d + 1) % 3
                d2 = (d + 2) % 3
                gradient[cell, a, d] = sign * (
                    (points[j, d1] - points[i, d1]) * (points[k, d2] - points[i, d2])
                    - (points[j, d2] - points[i, d2]) * (points[k, d1] - points[i, d1])
                )
        six = 0.0
        for d in range(3):
            six += (points[p[1], d] - points[p[0], d]) * gradient[cell, 0, d]
        volume[cell] = six / 6
        for a in range(4):
            for d in range(3):
                gradient[cell, a, d] = -gradient[cell, a, d] / six if six > 0 else 0.0


def gradients(points: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradients of the barycentric coordinates (m, 4, 3) [1/mm] and volumes (m,) [mm3] of cells (m, 4).

    Raises
    ------
    ValueError
        A cell is inverted or flat.
    """
    out, volume = np.empty((len(cells), 4, 3)), np.empty(len(cells))
    _gradients(points, cells, out, volume)
    if len(cells) and not volume.min() > 0:
        bad = int(np.argmin(volume))
        message = (
            f"cell {bad} has volume {volume[bad]:.3g} mm3, expected a positive one. "
            "Number its nodes in VTK order (meshes.quality.orient) or repair the mesh."
        )
        raise ValueError(message)
    return out, volume


@dataclass(frozen=True, eq=False)
class Faces:
    """Triangles of some tetrahedra, each once.

    Attributes
    ----------
    nodes : ndarray of int, shape (f, 3)
        Ascending.
    of_cell : ndarray of int32, shape (m, 4)
        Face opposite to each corner.
    exterior : ndarray of bool, shape (f,)
        Faces of one cell only.
    """

    nodes: np.ndarray
    of_cell: np.ndarray
    exterior: np.ndarray

    @classmethod
    def of(cls, cells: np.ndarray) -> Self:
        """Number the faces of cells (m, 4)."""
        corners = np.sort(cells, axis=1).astype(np.int64)
        rank = np.argsort(np.argsort(cells, axis=1), axis=1)  # place of each corner in its sorted cell
        without = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
        triples = corners[:, without].reshape(-1, 3)
        size = int(cells.max()) + 1
        if size < 2_000_000:  # three numbers in one
            key = (triples[:, 0] * size + triples[:, 1]) * size + triples[:, 2]
            _, first, back, count = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
            nodes = triples[first]
        else:
            nodes, back, count = np.unique(triples, axis=0, return_inverse=True, return_counts=True)
        opposite = np.take_along_axis(back.reshape(-1, 4), rank, axis=1)
        return cls(nodes, opposite.astype(np.int32), count == 1)


def split(points: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut each tetrahedron into eight of equal volume by the middles of its edges.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int, shape (m, 4)

    Returns
    -------
    points : ndarray, shape (n + e, 3) [mm]
        The given ones first.
    cells : ndarray of int32, shape (8 m, 4)
        Eight after eight.
    ends : ndarray of int, shape (e, 2)
        Given points between which each new one lies.
    """
    pairs = np.sort(cells[:, np.array(_EDGES)], axis=2).astype(np.int64).reshape(-1, 2)
    key, back = np.unique(pairs[:, 0] * len(points) + pairs[:, 1], return_inverse=True)
    ends = np.stack([key // len(points), key % len(points)], axis=1)
    ten = np.concatenate([cells, len(points) + back.reshape(-1, 6)], axis=1)
    parts = ten[:, np.array(_EIGHTHS)].reshape(-1, 4).astype(np.int32)
    middles = points[ends].mean(axis=1)
    return np.concatenate([points, middles]), parts, ends
