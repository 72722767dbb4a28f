"""A closed triangulated surface, and the refusal of one that cannot be used."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .topology import enclosed_volume
from .triangle_tree import TriangleTree, triangle_tree


class SurfaceError(ValueError):
    """A surface that cannot be used: what is wrong, found, expected, next step."""


@dataclass(frozen=True)
class Surface:
    """A closed surface with outward triangles.

    Attributes
    ----------
    points : ndarray, shape (n, 3) [mm]
        Vertices in RAS axes: x right, y anterior, z superior.
    triangles : ndarray of int64, shape (k, 3)
        Corners, counter-clockwise seen from outside.
    notes : tuple of str
        What was assumed or repaired on the way in, one sentence each; to be shown to the user.
    """

    points: np.ndarray
    triangles: np.ndarray
    notes: tuple[str, ...] = ()

    def __getstate__(self):
        """What a copy in another process gets: everything but the tree, which it builds when asked."""
        return {name: value for name, value in self.__dict__.items() if name != "tree"}

    @property
    def corners(self) -> np.ndarray:
        """Coordinates of the triangles' corners; ndarray, shape (k, 3, 3) [mm]."""
        return self.points[self.triangles]

    @cached_property
    def tree(self) -> TriangleTree:
        """The triangles, ready to be asked for nearest points and hits of rays; built once."""
        return triangle_tree(self.points, self.triangles)

    @property
    def area_normals(self) -> np.ndarray:
        """Outward normals as long as the triangle is large; ndarray, shape (k, 3) [mm2]."""
        a, b, c = self.corners.transpose(1, 0, 2)
        return 0.5 * np.cross(b - a, c - a)

    @property
    def volume(self) -> float:
        """Enclosed volume [mm3]."""
        return enclosed_volume(self.points, self.triangles)

    @property
    def centroid(self) -> np.ndarray:
        """Centre of the enclosed volume; ndarray, shape (3,) [mm]."""
        middle = self.points.mean(axis=0)
        a, b, c = (self.points - middle)[self.triangles].transpose(1, 0, 2)
        volume = np.einsum("ij,ij->i", a, np.cross(b, c)) / 6.0
        return middle + (volume[:, None] * (a + b + c) / 4.0).sum(axis=0) / volume.sum()
