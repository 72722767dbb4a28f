"""Cut a tetrahedral mesh with a plane across an axis: triangles of the cut, and what lies at their corners."""

from dataclasses import dataclass

import numpy as np

_EDGES = np.array([[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]])
_QUADS = {  # corners above the plane by their bits: edges around the quadrilateral
    0b0011: (1, 2, 4, 3),
    0b0101: (0, 2, 5, 3),
    0b1001: (0, 1, 5, 4),
    0b0110: (0, 1, 5, 4),
    0b1010: (0, 2, 5, 3),
    0b1100: (1, 2, 4, 3),
}


@dataclass(frozen=True, eq=False)
class PlaneCut:
    """A cut.

    Attributes
    ----------
    start, end : ndarray of int, shape (k,)
        Vertices of the edge that each corner of the cut lies on.
    share : ndarray, shape (k,)
        Where it lies: 0 at `start`, 1 at `end`.
    triangles : ndarray of int, shape (t, 3)
        Corners of each triangle.
    cell : ndarray of int, shape (t,)
        Cell that each triangle lies in.
    """

    start: np.ndarray
    end: np.ndarray
    share: np.ndarray
    triangles: np.ndarray
    cell: np.ndarray

    def at(self, values: np.ndarray) -> np.ndarray:
        """Values of vertices (v, ...) at the corners of the cut (k, ...)."""
        share = self.share.reshape(-1, *[1] * (values.ndim - 1))
        return (1.0 - share) * values[self.start] + share * values[self.end]


def cut_plane(points: np.ndarray, cells: np.ndarray, axis: int, offset: float) -> PlaneCut:
    """Cut straight-edged tetrahedra with the plane where a coordinate has a value.

    Parameters
    ----------
    points : ndarray, shape (v, 3) [mm]
        Of the vertices.
    cells : ndarray of int, shape (m, 4)
    axis : int
        0, 1, 2 for x, y, z.
    offset : float [mm]
        The coordinate on the plane. A vertex on it counts as below.

    Returns
    -------
    PlaneCut
        Corners in one cell and in its neighbour are counted apart.
    """
    height = points[:, axis] - offset
    above = height[cells] > 0
    pattern = above @ np.array([1, 2, 4, 8])
    pieces = []
    for bits in range(1, 15):
        chosen = np.flatnonzero(pattern == bits)
        if not len(chosen):
            continue
        is_above = [(bits >> corner) & 1 for corner in range(4)]
        edges = _QUADS.get(bits) or [
            number for number, (a, b) in enumerate(_EDGES) if is_above[a] != is_above[b]
        ]
        fans = ([edges[0], edges[first], edges[first + 1]] for first in range(1, len(edges) - 1))
        pieces += [(chosen, cells[chosen][:, _EDGES[fan]]) for fan in fans]
    if not pieces:
        nothing = np.zeros(0, dtype=np.int64)
        return PlaneCut(nothing, nothing, np.zeros(0), np.zeros((0, 3), dtype=np.int64), nothing)
    cell = np.concatenate([chosen for chosen, _ in pieces])
    edge = np.concatenate([ends for _, ends in pieces]).reshape(-1, 2)  # (3 t, 2)
    low, high = height[edge].T
    share = low / (low - high)
    return PlaneCut(edge[:, 0], edge[:, 1], share, np.arange(len(edge)).reshape(-1, 3), cell)


def border(cut: PlaneCut, corners: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Edges of a cut between cells inside and outside of a part.

    Parameters
    ----------
    cut : PlaneCut
    corners : ndarray, shape (k, 2) [mm]
        Place of the corners in the plane.
    inside : ndarray of bool, shape (m,)
        Cells of the part.

    Returns
    -------
    ndarray, shape (s, 2, 2) [mm]
        Both ends of each edge.
    """
    mine = cut.triangles[inside[cut.cell]]
    edges = np.concatenate([mine[:, [0, 1]], mine[:, [1, 2]], mine[:, [2, 0]]])
    places = np.round(corners, 5)
    ends = places[edges]
    swapped = (ends[:, 0, 0] > ends[:, 1, 0]) | (
        (ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1])
    )
    ends[swapped] = ends[swapped][:, ::-1]
    known, count = np.unique(ends.reshape(-1, 4), axis=0, return_counts=True)
    return known[count == 1].reshape(-1, 2, 2)
