"""Linear tetrahedra as a graph: edges with weights, in place of a matrix, for one unknown a node.

The rows of the stiffness K of -div(D grad n) sum to zero, so that one weight per edge, w_ij = -K_ij, determines the
matrix.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.kernels import njit


@njit(cache=True)
def _number_edges(cells, n_nodes):
    """Edges by their lower node: start (n + 1,), other node (e,), and the edge of each cell's six pairs (m, 6)."""
    count = np.zeros(n_nodes + 1, np.int32)
    for cell in range(cells.shape[0]):
        for a in range(4):
            for b in range(a + 1, 4):
                count[min(cells[cell, a], cells[cell, b]) + 1] += 1
    for node in range(n_nodes):
        count[node + 1] += count[node]
    known = np.empty(count[n_nodes], np.int32)  # other nodes, each once; room for repetitions
    used = np.zeros(n_nodes, np.int32)
    slot = np.empty((cells.shape[0], 6), np.int32)
    for cell in range(cells.shape[0]):
        pair = 0
        for a in range(4):
            for b in range(a + 1, 4):
                low = min(cells[cell, a], cells[cell, b])
                high = max(cells[cell, a], cells[cell, b])
                p = count[low]
                while p < count[low] + used[low] and known[p] != high:
                    p += 1
                if p == count[low] + used[low]:
                    known[p] = high
                    used[low] += 1
                slot[cell, pair] = p - count[low]
                pair += 1
    start = np.zeros(n_nodes + 1, np.int32)
    for node in range(n_nodes):
        start[node + 1] = start[node] + used[node]
    other = np.empty(start[n_nodes], np.int32)
    for node in range(n_nodes):
        for p in range(used[node]):
            other[start[node] + p] = known[count[node] + p]
    for cell in range(cells.shape[0]):
        pair = 0
        for a in range(4):
            for b in range(a + 1, 4):
                slot[cell, pair] += start[min(cells[cell, a], cells[cell, b])]
                pair += 1
    return start, other, slot


@njit(cache=True)
def _number_neighbours(start, other):
    """Neighbours of each node, lower and higher: begin (n + 1,), neighbour (2 e,), and the edge to it (2 e,).

    `neighbour` is unsigned, so that products need no check for negative indices.
    """
    n = start.size - 1
    begin = np.zeros(n + 1, np.int32)
    for i in range(n):
        begin[i + 1] += start[i + 1] - start[i]
        for p in range(start[i], start[i + 1]):
            begin[other[p] + 1] += 1
    for i in range(n):
        begin[i + 1] += begin[i]
    fill = begin[:n].copy()
    neighbour = np.empty(2 * other.size, np.uint32)
    edge = np.empty(2 * other.size, np.int32)
    for i in range(n):
        for p in range(start[i], start[i + 1]):
            j = other[p]
            neighbour[fill[i]] = j
            edge[fill[i]] = p
            fill[i] += 1
            neighbour[fill[j]] = i
            edge[fill[j]] = p
            fill[j] += 1
    return begin, neighbour, edge


@njit(cache=True)
def _shape(points, cells, stiffness, volume):
    """Fill -V grad N_a . grad N_b of the six pairs (m, 6) and the volumes (m,), signed.

    grad N_a = -n_a / 6V with n_a twice the outward area vector of the face opposite to a.
    """
    normal = np.empty((4, 3))
    for cell in range(cells.shape[0]):
        p = cells[cell]
        for a in range(4):
            i, j, k = p[(a + 1) % 4], p[(a + 2) % 4], p[(a + 3) % 4]
            sign = 1.0 if a % 2 == 0 else -1.0
            for d in range(3):
                d1 = (d + 1) % 3
                d2 = (d + 2) % 3
                normal[a, d] = sign * (
                    (points[j, d1] - points[i, d1]) * (points[k, d2] - points[i, d2])
                    - (points[j, d2] - points[i, d2]) * (points[k, d1] - points[i, d1])
                )
        six = 0.0
        for d in range(3):
            six += (points[p[1], d] - points[p[0], d]) * normal[0, d]
        volume[cell] = six / 6
        pair = 0
        for a in range(4):
            for b in range(a + 1, 4):
                total = 0.0
                for d in range(3):
                    total += normal[a, d] * normal[b, d]
                stiffness[cell, pair] = -total / (6 * six) if six > 0 else 0.0
                pair += 1


@njit(cache=True)
def _collect(slot, stiffness, diffusivity, weight):
    """Add up w_ij = -sum D V grad N_i . grad N_j over the cells."""
    for cell in range(slot.shape[0]):
        for pair in range(6):
            weight[slot[cell, pair]] += diffusivity[cell] * stiffness[cell, pair]


@dataclass(frozen=True)
class Edges:
    """Edges and volumes of some tetrahedra.

    Attributes
    ----------
    begin : ndarray of int32, shape (v + 1,)
        Where the neighbours of each node begin.
    neighbour, edge : ndarray, shape (2 e,)
        Neighbours of each node, and the number of the edge to them; `neighbour` is unsigned.
    slot : ndarray of int32, shape (m, 6)
        Edge of each pair of corners of a cell: 01, 02, 03, 12, 13, 23.
    stiffness : ndarray, shape (m, 6) [mm]
        -V grad N_a . grad N_b of the pairs.
    volume : ndarray, shape (m,) [mm3]
    """

    begin: np.ndarray
    neighbour: np.ndarray
    edge: np.ndarray
    slot: np.ndarray
    stiffness: np.ndarray
    volume: np.ndarray

    @classmethod
    def of(cls, points: np.ndarray, cells: np.ndarray) -> Self:
        """Number the edges of cells (m, 4) that use every one of the points (v, 3) [mm].

        Raises
        ------
        ValueError
            If a cell is inverted or flat.
        """
        stiffness, volume = np.empty((len(cells), 6)), np.empty(len(cells))
        _shape(points, cells, stiffness, volume)
        if len(cells) and not volume.min() > 0:
            bad = int(np.argmin(volume))
            message = (
                f"cell {bad} has volume {volume[bad]:.3g} mm3, expected a positive one. "
                "Number its nodes in VTK order (meshes.quality.orient) or repair the mesh."
            )
            raise ValueError(message)
        start, other, slot = _number_edges(cells, len(points))
        begin, neighbour, edge = _number_neighbours(start, other)
        return cls(begin, neighbour, edge, slot, stiffness, volume)

    def weights(self, diffusivity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weights w_ij = -K_ij of the edges from either end, and the diagonal K_ii.

        Parameters
        ----------
        diffusivity : ndarray, shape (m,) [mm2/d]

        Returns
        -------
        weight : ndarray, shape (2 e,) [mm3/d]
        diagonal : ndarray, shape (v,) [mm3/d]
        """
        of_edge = np.zeros(len(self.edge) // 2)
        _collect(self.slot, self.stiffness, diffusivity, of_edge)
        weight = of_edge[self.edge]
        n = len(self.begin) - 1
        return weight, np.bincount(np.repeat(np.arange(n), np.diff(self.begin)), weight, n)
