"""Prisms that stand on the triangles of a surface, cut into tetrahedra so that prisms beside each other fit."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from .parametric.lattice import VTK_EDGES

MID = {edge: 4 + number for number, edge in enumerate(VTK_EDGES)}
"""Place of the mid node of an edge, lower corner first, among the nodes of a tetrahedron."""
_PRISM = (
    ((0, 0), (1, 0), (2, 0), (2, 1)),
    ((0, 0), (1, 0), (2, 1), (1, 1)),
    ((0, 0), (0, 1), (1, 1), (2, 1)),
)
_EDGE_OF = {(0, 1): 0, (0, 2): 1, (1, 2): 2}


@dataclass(frozen=True, eq=False)
class PrismBase:
    """Triangles of a surface of a mesh, numbered among themselves, and their edges.

    Attributes
    ----------
    corners : ndarray of int, shape (p,)
        Node of the mesh of each corner, ascending.
    triangles : ndarray of int, shape (t, 3)
        Corners of each triangle, ascending, so that prisms beside each other are cut along the same diagonal.
    mirrored : ndarray of bool, shape (t,)
        Whether that order runs clockwise seen from the side to which prisms grow.
    edges : ndarray of int, shape (e, 2)
        Corners of each edge, ascending.
    of_triangle : ndarray of int, shape (t, 3)
        Edges 01, 02, 12 of each triangle.
    mids : ndarray of int, shape (e,), or (0,)
        Node of the mesh in the middle of each edge; none for triangles of three nodes.
    """

    corners: np.ndarray
    triangles: np.ndarray
    mirrored: np.ndarray
    edges: np.ndarray
    of_triangle: np.ndarray
    mids: np.ndarray

    @classmethod
    def of(cls, faces: np.ndarray) -> Self:
        """Number triangles that are counter-clockwise seen from the side to which prisms grow.

        Parameters
        ----------
        faces : ndarray of int, shape (t, 3) or (t, 6)
            Corners, then the mid nodes of the edges 01, 12, 20.
        """
        corners, local = np.unique(faces[:, :3], return_inverse=True)
        triangles = local.reshape(-1, 3)
        order = np.argsort(triangles, axis=1)
        mirrored = ((order[:, 1] - order[:, 0]) % 3) == 2
        triangles = np.take_along_axis(triangles, order, axis=1)
        pairs = triangles[:, [[0, 1], [0, 2], [1, 2]]].reshape(-1, 2)
        edges, of_triangle = np.unique(pairs, axis=0, return_inverse=True)
        mids = _mids(faces, corners, edges) if faces.shape[1] == 6 else np.empty(0, int)
        return cls(corners, triangles, mirrored, edges, of_triangle.reshape(-1, 3), mids)

    @property
    def is_quadratic(self) -> bool:
        """Whether edges have mid nodes."""
        return len(self.mids) > 0


@dataclass(frozen=True, eq=False)
class PrismNodes:
    """Nodes of a stack of layers of prisms.

    Attributes
    ----------
    column : ndarray of int, shape (n + 1, p)
        Nodes above each corner, from the base upwards.
    horizontal : ndarray of int, shape (n + 1, e)
        Mid nodes of the edges of every level; empty for linear cells, as the next two.
    vertical : ndarray of int, shape (n, p)
        Mid nodes of the upright edges of every layer.
    diagonal : ndarray of int, shape (n, e)
        Mid nodes of the diagonals of the upright faces of every layer.
    """

    column: np.ndarray
    horizontal: np.ndarray
    vertical: np.ndarray
    diagonal: np.ndarray


def prism_cells(base: PrismBase, nodes: PrismNodes) -> np.ndarray:
    """Tetrahedra of all layers, from the base upwards.

    Returns
    -------
    ndarray of int32, shape (3 n t, 4 or 10)
        In each layer the first tetrahedron of every prism, then the second ones, then the third ones.
    """
    layers = [_layer(base, nodes, k) for k in range(len(nodes.column) - 1)]
    return np.concatenate(layers).astype(np.int32)


def _layer(base: PrismBase, nodes: PrismNodes, k: int) -> np.ndarray:
    """Tetrahedra of one layer; shape (3 t, 4 or 10)."""
    triangles = base.triangles
    out = np.empty((3, len(triangles), 10 if base.is_quadratic else 4), int)
    for flip in (False, True):
        rows = np.flatnonzero(base.mirrored == flip)
        for number, tet in enumerate(_PRISM):
            corner = list(tet)
            if flip:
                corner[2], corner[3] = corner[3], corner[2]
            for a, (c, up) in enumerate(corner):
                out[number, rows, a] = nodes.column[k + up, triangles[rows, c]]
            for i, j in VTK_EDGES if base.is_quadratic else ():
                (c, up_c), (d, up_d) = corner[i], corner[j]
                if c == d:
                    mid = nodes.vertical[k, triangles[rows, c]]
                else:
                    edge = base.of_triangle[rows, _EDGE_OF[min(c, d), max(c, d)]]
                    level = up_c == up_d
                    mid = nodes.horizontal[k + up_c, edge] if level else nodes.diagonal[k, edge]
                out[number, rows, MID[i, j]] = mid
    return out.reshape(-1, out.shape[2])


def _mids(faces: np.ndarray, corners: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Mid node of each edge; shape (e,)."""
    pairs = np.searchsorted(corners, faces[:, [[0, 1], [1, 2], [2, 0]]])
    pairs = np.sort(pairs, axis=2).reshape(-1, 2)
    code = pairs[:, 0] * len(corners) + pairs[:, 1]
    unique, first = np.unique(code, return_index=True)
    place = np.searchsorted(unique, edges[:, 0] * len(corners) + edges[:, 1])
    return faces[:, 3:].ravel()[first[place]]
