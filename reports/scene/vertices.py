"""Vertices of the scene: nodes, one for every region that meets there, so that fields are smooth within regions only.

A cell field is carried to a vertex by the mean, weighted by volume, of the cells of its region around the node. Cells
that hold cement are a region of their own: stiffness jumps at cement.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from vertebra.meshes.quality import cell_volumes


@dataclass(frozen=True, eq=False)
class Vertices:
    """Corners of the cells of a scene.

    Attributes
    ----------
    cells : ndarray of int32, shape (m, 4)
        Vertices of each tetrahedron.
    node : ndarray of int32, shape (v,)
        Corner node of each vertex, counted from 0 among the corner nodes.
    nodes : ndarray of int32, shape (c,)
        Corner nodes, as the mesh counts them.
    region : ndarray of int8, shape (m,)
        Region of each cell.
    volume : ndarray, shape (m,) [mm3]
    """

    cells: np.ndarray
    node: np.ndarray
    nodes: np.ndarray
    region: np.ndarray
    volume: np.ndarray

    @classmethod
    def of(cls, points, cells, region, parts: Sequence[np.ndarray] = ()) -> "Vertices":
        """Vertices of a mesh.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]
        cells : ndarray of int, shape (m, 4 or 10)
            The four corners are used.
        region : ndarray of int, shape (m,)
        parts : sequence of ndarray of bool, shape (m,)
            Cells that may be apart from others of their region.
        """
        corners = np.asarray(cells)[:, :4]
        nodes, local = np.unique(corners, return_inverse=True)
        local = local.reshape(corners.shape)
        codes = _groups(region, parts)[:, None] * len(nodes) + local
        known, vertex = np.unique(codes, return_inverse=True)
        return cls(
            vertex.reshape(corners.shape).astype(np.int32),
            (known % len(nodes)).astype(np.int32),
            nodes.astype(np.int32),
            np.asarray(region, dtype=np.int8),
            np.abs(cell_volumes(points, corners)),
        )

    @property
    def count(self) -> int:
        """Number of vertices."""
        return len(self.node)

    def mean(self, part: np.ndarray | None = None) -> csr_matrix:
        """From cells to vertices: mean over the cells of one region around the node.

        Parameters
        ----------
        part : ndarray of bool, shape (m,), optional
            Cells that are apart from others of their region, such as the cement of one arm.

        Returns
        -------
        csr_matrix, shape (v, m)
        """
        groups = _groups(self.region, () if part is None else (part,))
        codes = groups[:, None] * len(self.nodes) + self.node[self.cells]
        known, coarse = np.unique(codes, return_inverse=True)
        coarse = coarse.reshape(self.cells.shape)
        of_vertex = np.empty(self.count, dtype=np.int64)
        of_vertex[self.cells] = coarse
        return _mean(coarse, self.volume, len(known))[of_vertex]

    def mean_of_all(self) -> csr_matrix:
        """From cells to corner nodes, across regions; csr_matrix, shape (c, m)."""
        return _mean(self.node[self.cells], self.volume, len(self.nodes))


def _groups(region: np.ndarray, parts: Sequence[np.ndarray]) -> np.ndarray:
    """Number of the group of each cell: cells of one region that no part tells apart."""
    apart = np.asarray(region, dtype=np.int64)
    for part in parts:
        apart = 2 * apart + part
    return np.unique(apart, return_inverse=True)[1].astype(np.int64)


def _mean(corner: np.ndarray, volume: np.ndarray, count: int) -> csr_matrix:
    """Means over the cells around each corner, weighted by volume; shape (count, m)."""
    cells = np.repeat(np.arange(len(corner)), 4)
    weights = csr_matrix((np.repeat(volume, 4), (corner.ravel(), cells)), shape=(count, len(corner)))
    total = np.asarray(weights.sum(axis=1)).ravel()
    return csr_matrix(weights.multiply(1.0 / total[:, None]))
