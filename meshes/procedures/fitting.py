"""Drawing the nodes between cement and bone onto the surface of the cement, and correcting its size."""

from dataclasses import dataclass

import numpy as np

from ..quality import cell_volumes
from .relaxation import Patch
from .shape import CementRegion

FLOOR = 0.2
"""Mean ratio below which no cell is pressed by a node on its way to the surface; 1 for the regular tetrahedron."""
VOLUME_TOLERANCE = 1e-3
_ROUNDS = 12
_SWEEPS = 2
_FIRST_WEIGHT, _LAST_WEIGHT = 3.0, 300.0
"""Pull of the surface on its nodes, in energies of a regular cell over the square of an edge length."""
_ANCHOR, _ANCHOR_BETWEEN = 0.2, 0.06
"""Pull of the first place on the nodes around, and on those that go to the surface."""
_CORRECTIONS = 12
_RINGS = 2


@dataclass(frozen=True, eq=False)
class Fit:
    """What is to be fitted to what.

    Attributes
    ----------
    patch : Patch
        All cells that may change.
    shape : CementRegion
    filled : ndarray of bool, shape (m,)
        Cells of the patch that are cement.
    faces : ndarray of int, shape (k, 3)
        Between cement and bone.
    between : ndarray of bool, shape (n,)
        Nodes to be drawn onto the shape.
    free : ndarray of bool, shape (n,)
        Nodes that may move, these included.
    normal : ndarray, shape (n, 3) [-]
        Of the surface within which a node slides; zero where it moves freely.
    edge : ndarray, shape (n,) [mm]
        Mean length of the edges at each node.
    portion : ndarray, shape (f,) [-]
        Of each filled cell that counts as cement.
    target : float [mm3]
        Volume of the cement.
    """

    patch: Patch
    shape: CementRegion
    filled: np.ndarray
    faces: np.ndarray
    between: np.ndarray
    free: np.ndarray
    normal: np.ndarray
    edge: np.ndarray
    portion: np.ndarray
    target: float

    def solve(self, points):
        """Fit.

        The pull of the shape grows from round to round while the nodes around make room. Then nodes are put on it
        as far as FLOOR allows, and it grows or shrinks until the volume is met.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]

        Returns
        -------
        points : ndarray, shape (n, 3) [mm]
        offset : float [mm]
            By how much the shape has grown.
        """
        nodes = np.flatnonzero(self._near() & self.free)
        home, h, normal = points[nodes], self.edge[nodes], self.normal[nodes]
        on, slides = np.flatnonzero(self.between[nodes]), normal.any(axis=1)
        plane = np.stack([home, home], axis=1)
        normals = np.stack([np.zeros_like(home), normal], axis=1)
        weight = np.stack([np.zeros(len(nodes)), np.where(slides, _LAST_WEIGHT, 0) / h**2], axis=1)
        anchor = np.where(self.between[nodes], _ANCHOR_BETWEEN, _ANCHOR) / h**2
        offset = 0.0
        for step in range(_ROUNDS):
            _, plane[on, 0], normals[on, 0] = self.shape.grown(offset).nearest(points[nodes[on]])
            weight[on, 0] = min(_FIRST_WEIGHT * 2.0**step, _LAST_WEIGHT) / h[on] ** 2
            points = self.patch.relaxed(points, nodes, plane, normals, weight, home, anchor, _SWEEPS)
            if step >= _ROUNDS // 3:
                offset = self._corrected(points, offset)
        held = np.flatnonzero(self.between[nodes] | slides)
        for _ in range(_CORRECTIONS):
            goal = points[nodes].copy()
            for _ in range(4):
                goal[on] = self.shape.grown(offset).nearest(goal[on])[1]
                goal -= np.einsum("ki,ki->k", goal - home, normal)[:, None] * normal
            points = self.patch.gone(points, nodes[held], goal[held], FLOOR)
            if abs(self.volume(points) / self.target - 1) < VOLUME_TOLERANCE:
                break
            offset = self._corrected(points, offset)
        return points, offset

    def _near(self):
        """Nodes within two rings of cells around those to be drawn onto the shape; shape (n,)."""
        near = self.between.copy()
        for _ in range(_RINGS):
            near[self.patch.cells[near[self.patch.cells].any(axis=1)]] = True
        return near

    def volume(self, points):
        """Volume of the cement [mm3]."""
        return float(self.portion @ cell_volumes(points, self.patch.cells[self.filled]))

    def _corrected(self, points, offset):
        """Growth that gives the volume that is missing: half an element outwards, less inwards."""
        a, b, c = points[self.faces].transpose(1, 0, 2)
        area = np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2
        most = float(np.median(self.edge[self.between])) / 2
        least = -min(self.shape.thinnest_mm, most) / 2
        return float(np.clip(offset + (self.target - self.volume(points)) / area, least, most))
