"""A body between its platens as limit analysis sees it: once for every geometry, whatever the strengths."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from .tetrahedra import Faces, gradients


@dataclass(frozen=True, eq=False)
class LimitBody:
    """Straight tetrahedra that may give way, and the ends that go with the platens.

    Attributes
    ----------
    nodes : ndarray of int, shape (v,)
        Points at the corners of the cells.
    points : ndarray, shape (v, 3) [mm]
        Their places; z is the axis.
    cells : ndarray of int32, shape (m, 4)
        Corners, numbered as `nodes`.
    n_points : int
        Points given, whether used or not.
    gradient : ndarray, shape (m, 4, 3) [1/mm]
    volume : ndarray, shape (m,) [mm3]
    faces : Faces
    at_nodes, at_faces : ndarray, shape (v,), (f,)
        Velocity that the platens give: 0 at the lower, 1 at the upper end, NaN elsewhere.
    """

    nodes: np.ndarray
    points: np.ndarray
    cells: np.ndarray
    n_points: int
    gradient: np.ndarray
    volume: np.ndarray
    faces: Faces
    at_nodes: np.ndarray
    at_faces: np.ndarray

    @classmethod
    def of(cls, points: np.ndarray, cells: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> Self:
        """Collect what does not depend on strength.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]
        cells : ndarray of int, shape (m, 4) or more
            Of 10-node cells the corners alone are used: the bounds hold for the body of straight cells.
        lower, upper : ndarray of int
            Nodes that stand still, and those that move with the upper platen.

        Raises
        ------
        ValueError
            An end holds no face of the cells, a node belongs to both, or a cell is inverted.
        """
        nodes, corners = np.unique(np.asarray(cells)[:, :4], return_inverse=True)
        corners = np.ascontiguousarray(corners.reshape(len(cells), 4).astype(np.int32))
        here = np.ascontiguousarray(points[nodes], dtype=float)
        held, moved = np.isin(nodes, lower), np.isin(nodes, upper)
        faces = Faces.of(corners)
        at_faces = np.full(len(faces.nodes), np.nan)
        at_faces[faces.exterior & held[faces.nodes].all(axis=1)] = 0.0
        at_faces[faces.exterior & moved[faces.nodes].all(axis=1)] = 1.0
        found = [int((at_faces == value).sum()) for value in (0.0, 1.0)]
        if not min(found) or (held & moved).any():
            message = (
                f"found {found[0]} lower and {found[1]} upper faces of the cells ({held.sum()} and {moved.sum()} "
                f"nodes), {(held & moved).sum()} nodes in both, expected some faces of each and no node in both. "
                "Pass the nodes of the two end surfaces."
            )
            raise ValueError(message)
        at_nodes = np.where(held, 0.0, np.where(moved, 1.0, np.nan))
        return cls(
            nodes,
            here,
            corners,
            len(points),
            *gradients(here, corners),
            faces,
            at_nodes,
            at_faces,
        )

    def moved(self, points: np.ndarray) -> Self:
        """The same cells with points at other places, shape (n, 3) [mm].

        Raises
        ------
        ValueError
            A cell is inverted.
        """
        here = np.ascontiguousarray(points[self.nodes], dtype=float)
        gradient, volume = gradients(here, self.cells)
        return replace(self, points=here, gradient=gradient, volume=volume)

    @property
    def height(self) -> float:
        """Extent along the axis [mm]."""
        return float(np.ptp(self.points[:, 2]))
