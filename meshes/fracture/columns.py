"""Columns of bone between the two end surfaces of a body, seen along the spine."""

from dataclasses import dataclass

import numpy as np

from ..caps import lying_faces
from ..quality import cell_volumes
from ..surface.triangle_tree import TriangleTree, triangle_tree
from ..tetmesh import REGIONS, TetMesh

REST_MM = 0.5
"""Trabecular bone that a crushed band leaves under each bony endplate."""
_SIDES = ("inferior", "superior")


@dataclass(frozen=True, eq=False)
class Columns:
    """Where the columns of bone through a set of points begin and end; ndarrays of shape (n,) [mm].

    Attributes
    ----------
    bottom, top : ndarray, shape (n,) [mm]
        Heights z of the inferior and superior end surface.
    lowest, highest : ndarray, shape (n,) [mm]
        Heights z between which bone can be crushed: inside of bony endplates and `REST_MM` of bone.
    """

    bottom: np.ndarray
    top: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray

    @property
    def height(self) -> np.ndarray:
        """Height of each column, shape (n,) [mm]."""
        return self.top - self.bottom

    @property
    def room(self) -> np.ndarray:
        """Thickest band that each column holds, shape (n,) [mm]."""
        return self.highest - self.lowest


@dataclass(frozen=True, eq=False)
class EndSurfaces:
    """The end surfaces of an intact body as heights over the plan, and the bony endplates on them.

    Attributes
    ----------
    trees : tuple of TriangleTree
        Inferior and superior end surface, brought to z = 0.
    heights : tuple of ndarray, shape (k, 3) [mm]
        Heights z of the corners of their triangles.
    endplates_mm : tuple of float [mm]
        Mean thickness of the bony endplates along z.
    """

    trees: tuple[TriangleTree, TriangleTree]
    heights: tuple[np.ndarray, np.ndarray]
    endplates_mm: tuple[float, float]

    @classmethod
    def of(cls, mesh: TetMesh) -> "EndSurfaces":
        """Take the end surfaces of a body, with straight edges."""
        volumes = cell_volumes(mesh.points, mesh.cells)
        upper = mesh.points[mesh.cells[:, :4], 2].mean(axis=1) > mesh.points[:, 2].mean()
        by_region = [mesh.region == REGIONS.index(f"{side}_endplate") for side in _SIDES]
        # cells that hold some endplate only belong to the nearer end
        parts = [by_region[0] | (~by_region[1] & ~upper), by_region[1] | (~by_region[0] & upper)]
        trees, heights, thickness = [], [], []
        for side, part in zip(_SIDES, parts, strict=True):
            corners = mesh.points[lying_faces(mesh, side)[:, :3]]
            heights.append(corners[..., 2])
            flat = corners * [1.0, 1.0, 0.0]
            trees.append(triangle_tree(flat.reshape(-1, 3), np.arange(3 * len(flat)).reshape(-1, 3)))
            a, b = flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]
            area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum() / 2
            thickness.append(float(mesh.endplate_fraction[part] @ volumes[part] / area))
        return cls((trees[0], trees[1]), (heights[0], heights[1]), (thickness[0], thickness[1]))

    def section(self) -> tuple[np.ndarray, np.ndarray]:
        """Middles (k, 3) [mm] and areas (k,) [mm2] of the triangles of the superior end surface, seen along z."""
        corners = _corners(self.trees[1])
        a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        return corners.mean(axis=1), np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2

    def columns(self, points: np.ndarray) -> Columns:
        """Columns through points; beyond a rim an end surface goes on at the height of the nearest point of the rim.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]
        """
        plan = points * [1.0, 1.0, 0.0]
        ends = []
        for tree, height in zip(self.trees, self.heights, strict=True):
            _, triangle, foot = tree.nearest(plan)
            ends.append(_interpolated(_corners(tree)[triangle, :, :2], height[triangle], foot[:, :2]))
        bottom, top = ends
        rest = [thickness + REST_MM for thickness in self.endplates_mm]
        return Columns(bottom, top, bottom + rest[0], top - rest[1])


def _corners(tree: TriangleTree) -> np.ndarray:
    """Corners of the triangles of a tree; shape (k, 3, 3)."""
    return tree.points[tree.triangles]


def _interpolated(corners, values, at):
    """Interpolate values (k, 3) over plane triangles (k, 3, 2) at points (k, 2) inside of them."""
    a, b, to = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0], at - corners[:, 0]
    area = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    s = (to[:, 0] * b[:, 1] - to[:, 1] * b[:, 0]) / area
    t = (a[:, 0] * to[:, 1] - a[:, 1] * to[:, 0]) / area
    return values[:, 0] + s * (values[:, 1] - values[:, 0]) + t * (values[:, 2] - values[:, 0])
