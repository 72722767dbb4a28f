"""Surfaces that are single heights over the horizontal plane: endplates, and the borders of a crush band."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import grey_dilation, grey_erosion
from scipy.spatial import KDTree

SPACING_MM = 0.5
_NEIGHBOURS = 6
_REACH_MM = 1.0


@dataclass(frozen=True, eq=False)
class HeightField:
    """Heights on a square grid, linear between, level beyond its border.

    Attributes
    ----------
    origin : ndarray, shape (2,) [mm]
        x and y of the first point of the grid.
    z : ndarray, shape (i, j) [mm]
        Heights at origin + SPACING_MM * (i, j).
    """

    origin: np.ndarray
    z: np.ndarray

    @classmethod
    def through(cls, points, normals=None):
        """Surface through scattered points, by the planes at the nearest six, weighted by 1 / distance^4.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]
        normals : ndarray, shape (n, 3), optional [-]
            Of the surface; level without. Planes end a millimetre away, so that nothing runs away beyond the border.
        """
        plane = points[:, :2]
        low = plane.min(axis=0) - 2 * SPACING_MM
        count = np.ceil((plane.max(axis=0) + 2 * SPACING_MM - low) / SPACING_MM).astype(int) + 1
        ticks = (low[k] + SPACING_MM * np.arange(count[k]) for k in (0, 1))
        at = np.stack(np.meshgrid(*ticks, indexing="ij"), axis=-1)
        away, near = KDTree(plane).query(at, k=min(_NEIGHBOURS, len(plane)))
        z = points[near, 2]
        if normals is not None:
            slope = -normals[:, :2] / normals[:, 2:]
            step = (at[:, :, None] - plane[near]) * np.minimum(1, _REACH_MM / np.maximum(away, 1e-12))[
                ..., None
            ]
            z = z + np.einsum("ijkp,ijkp->ijk", slope[near], step)
        weight = 1 / (away**2 + 0.01) ** 2
        return cls(low, (weight * z).sum(axis=2) / weight.sum(axis=2))

    def height(self, x, y):
        """Height over points of the plane [mm]; broadcasts."""
        return self._read(x, y)[0]

    def distance(self, points):
        """Distance above the surface of points near it, as `signed` has it; shape (n,) [mm]."""
        z, along_x, along_y = self._read(points[:, 0], points[:, 1])
        return (points[:, 2] - z) * (1 / np.sqrt(along_x * along_x + along_y * along_y + 1))

    def signed(self, points):
        """Distance above the surface, with the nearest point and the upward normal there, of points near it.

        Takes the surface as plane around the point straight above or below.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]

        Returns
        -------
        distance : ndarray, shape (n,) [mm]
            Positive above.
        nearest, normal : ndarray, shape (n, 3) [mm], [-]
        """
        z, along_x, along_y = self._read(points[:, 0], points[:, 1])
        normal = np.stack([-along_x, -along_y, np.ones_like(z)], axis=1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        distance = (points[:, 2] - z) * normal[:, 2]
        return distance, points - distance[:, None] * normal, normal

    def lowered(self, by):
        """Highest surface that keeps a distance of `by` [mm] below this one (erosion by a ball)."""
        return self._rolled(by, -1)

    def raised(self, by):
        """Lowest surface that keeps a distance of `by` [mm] above this one (dilation by a ball)."""
        return self._rolled(by, 1)

    def _rolled(self, by, sign):
        reach = int(by / SPACING_MM)
        if by <= 0:
            return self
        i, j = np.mgrid[-reach : reach + 1, -reach : reach + 1] * SPACING_MM
        square = by**2 - i**2 - j**2
        ball = np.where(square >= 0, np.sqrt(np.maximum(square, 0)), 0)
        roll = grey_dilation if sign > 0 else grey_erosion
        return replace(self, z=roll(self.z, footprint=square >= 0, structure=ball, mode="nearest"))

    def _read(self, x, y):
        """Height and its slopes along x and y, from the four points of the grid around."""
        i, u = self._place(x, 0)
        j, v = self._place(y, 1)
        a, b, c, d = self.z[i, j], self.z[i + 1, j], self.z[i, j + 1], self.z[i + 1, j + 1]
        height = (1 - u) * ((1 - v) * a + v * c) + u * ((1 - v) * b + v * d)
        along_x = ((1 - v) * (b - a) + v * (d - c)) / SPACING_MM
        along_y = ((1 - u) * (c - a) + u * (d - b)) / SPACING_MM
        return height, along_x, along_y

    def _place(self, value, axis):
        last = self.z.shape[axis] - 1
        at = np.clip((np.asarray(value, float) - self.origin[axis]) / SPACING_MM, 0, last)
        cell = np.minimum(at.astype(int), last - 1)
        return cell, at - cell
