"""A closed surface as the zero level of a signed distance on a regular grid."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import map_coordinates

_STEPS = 3


@dataclass(frozen=True, eq=False)
class Grid:
    """Regular grid.

    Attributes
    ----------
    origin : ndarray, shape (3,) [mm]
        First point.
    spacing : float [mm]
    shape : tuple of 3 ints
    """

    origin: np.ndarray
    spacing: float
    shape: tuple[int, int, int]

    @classmethod
    def around(cls, low, high, spacing: float) -> "Grid":
        """Grid that covers a box from `low` to `high`, (3,) [mm]."""
        count = np.ceil((np.asarray(high) - low) / spacing).astype(int) + 1
        return cls(np.asarray(low, float), spacing, (int(count[0]), int(count[1]), int(count[2])))

    @property
    def points(self) -> np.ndarray:
        """Points of the grid; shape (i, j, k, 3) [mm]."""
        return self.origin + self.spacing * np.moveaxis(np.indices(self.shape), 0, -1)

    def read(self, values: np.ndarray, points: np.ndarray) -> np.ndarray:
        """Values between the points of the grid, linear; those of the border beyond it; shape (n,)."""
        at = (np.asarray(points, float) - self.origin) / self.spacing
        return map_coordinates(values, np.moveaxis(at, -1, 0), order=1, mode="nearest")


@dataclass(frozen=True, eq=False)
class LevelSet:
    """Surface at a distance of `offset` from the zero level of a field.

    Attributes
    ----------
    grid : Grid
    distance : ndarray, shape (i, j, k) [mm]
        Signed, negative inside.
    gradient : ndarray, shape (3, i, j, k) [-]
        Of the distance.
    offset : float [mm]
    """

    grid: Grid
    distance: np.ndarray
    gradient: np.ndarray
    offset: float = 0.0

    @classmethod
    def of(cls, grid: Grid, distance: np.ndarray) -> "LevelSet":
        """Surface of a signed distance."""
        return cls(
            grid, distance, np.stack([np.gradient(distance, grid.spacing, axis=axis) for axis in range(3)])
        )

    def grown(self, offset: float) -> "LevelSet":
        """Surface farther out by `offset` [mm]."""
        return replace(self, offset=self.offset + offset)

    def nearest(self, points):
        """Signed distance to the surface, and the nearest point and outward normal there.

        Walks down the gradient of the distance in a few steps.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]

        Returns
        -------
        distance : ndarray, shape (n,) [mm]
            Negative inside.
        nearest, normal : ndarray, shape (n, 3) [mm], [-]
        """
        points = np.asarray(points, float)
        foot = points.copy()
        away = self._distance(foot)
        side = np.where(away < 0, -1.0, 1.0)
        for _ in range(_STEPS):
            foot = foot - self._distance(foot)[:, None] * self._normal(foot)
        distance = side * np.linalg.norm(points - foot, axis=1)
        # where paths meet, the walk may end elsewhere on the surface: never farther than the field says
        return np.where(np.abs(distance) > 1.5 * np.abs(away) + 0.5, away, distance), foot, self._normal(foot)

    def contains(self, points):
        """Mark points inside; shape (...)."""
        return self.grid.read(self.distance, points) <= self.offset

    def _distance(self, points):
        return self.grid.read(self.distance, points) - self.offset

    def _normal(self, points):
        normal = np.stack([self.grid.read(part, points) for part in self.gradient], axis=-1)
        length = np.linalg.norm(normal, axis=-1, keepdims=True)
        upward = np.zeros_like(normal)
        upward[..., 2] = 1.0
        return np.where(length > 1e-6, normal / np.maximum(length, 1e-6), upward)
