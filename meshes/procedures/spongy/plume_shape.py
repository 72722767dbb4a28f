"""The body that a plume of cement fills: a closed surface of any form, cut where it comes too near to an endplate."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.ndimage import distance_transform_edt

from ..height_field import HeightField
from ..shape import chosen, opened_limits
from .level_set import LevelSet

_KEPT = 0.9
"""Share of the volume that is as thick as the thickness that is stated: tips thin out to nothing."""
_ALONG_MM = 2.0


@dataclass(frozen=True, eq=False)
class PlumeShape:
    """Inside of a level set between a roof and a floor.

    Attributes
    ----------
    surface : LevelSet
    roof, floor : HeightField
        Surfaces that cement stays below and above.
    tips : ndarray, shape (k, 3) [mm]
        Middles of the ways along which needles have given cement.
    """

    surface: LevelSet
    roof: HeightField
    floor: HeightField
    tips: np.ndarray

    def grown(self, offset: float) -> "PlumeShape":
        """Shape whose surface lies farther out by `offset` [mm]; roof and floor stay."""
        return replace(self, surface=self.surface.grown(offset))

    def opened(self, sides: tuple[str, ...]) -> "PlumeShape":
        """Shape that is not cut on some sides, "superior" or "inferior"."""
        roof, floor = opened_limits(self.roof, self.floor, sides)
        return replace(self, roof=roof, floor=floor)

    def nearest(self, points):
        """Signed distance to the surface, and the nearest point and outward normal there.

        Where two surfaces meet, that of the one which decides.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]

        Returns
        -------
        distance : ndarray, shape (n,) [mm]
            Negative inside.
        nearest, normal : ndarray, shape (n, 3) [mm], [-]
        """
        found = self.surface.nearest(points)
        above, below = self.roof.signed(points), self.floor.signed(points)
        for other in (above, (-below[0], below[1], -below[2])):
            found = chosen(other[0] > found[0], other, found)
        return found

    def overhead(self, points):
        """Distance of points beyond roof or floor, negative between them; shape (n,) [mm]."""
        return np.maximum(self.roof.distance(points), -self.floor.distance(points))

    def contains(self, points):
        """Mark points inside; shape (...)."""
        x, y, z = np.moveaxis(points, -1, 0)
        inside = self.surface.contains(points)
        return inside & (z <= self.roof.height(x, y)) & (z >= self.floor.height(x, y))

    def volume_ml(self) -> float:
        """Volume [mL], by the share of each cell of the grid: independent of any mesh."""
        grid = self.surface.grid
        share = np.clip(0.5 - self._depths / grid.spacing, 0, 1)
        return float(share.sum()) * grid.spacing**3 / 1000

    @property
    def thinnest_mm(self) -> float:
        """Half of the thickness [mm]."""
        return self.thickness_mm / 2

    @property
    def thickness_mm(self) -> float:
        """Diameter of the largest ball that, rolled inside, still covers 0.9 of the volume [mm]."""
        return self._thickness

    @cached_property
    def _thickness(self) -> float:
        depth = -self._depths
        inside = depth > 0
        box = tuple(slice(max(int(i.min()) - 1, 0), int(i.max()) + 2) for i in np.nonzero(inside))
        depth, inside = depth[box], inside[box]
        spacing = self.surface.grid.spacing
        least, most = 0.0, float(depth.max())
        for _ in range(8):
            radius = (least + most) / 2
            reached = np.asarray(distance_transform_edt(depth < radius)) * spacing <= radius + spacing / 2
            enough = (reached & inside).sum() >= _KEPT * inside.sum()
            least, most = (radius, most) if enough else (least, radius)
        return 2 * least

    def ends(self):
        """Heights of the upper and lower end beside the needles over points of the plane, and these; four of (k,)."""
        grid = self.surface.grid
        inside = self._depths < 0
        points = grid.points
        beside = np.zeros(inside.shape[:2], bool)
        for tip in self.tips:
            beside |= np.hypot(*np.moveaxis(points[:, :, 0, :2] - tip[:2], -1, 0)) <= _ALONG_MM
        columns = beside & inside.any(axis=2)
        z = points[0, 0, :, 2]
        half = grid.spacing / 2
        top = np.where(inside, z, -np.inf).max(axis=2)[columns] + half
        bottom = np.where(inside, z, np.inf).min(axis=2)[columns] - half
        return top, bottom, points[:, :, 0, 0][columns], points[:, :, 0, 1][columns]

    @property
    def middle_mm(self) -> float:
        """Height of the middle of what the needles reach [mm]."""
        return float(self.tips[:, 2].mean())

    def wall_gap_mm(self, space) -> float:
        """Least distance to the wall, seen from above [mm]."""
        beyond = space.beyond_wall(self.surface.grid.points[self._depths < 0])
        return space.wall - float(beyond.max())

    def extent(self):
        """Middle and half widths of the whole plume; two of shape (1, 3) [mm]."""
        points = self.surface.grid.points[self._depths < 0]
        low, high = points.min(axis=0), points.max(axis=0)
        return (low + high)[None] / 2, (high - low)[None] / 2

    @cached_property
    def _depths(self) -> np.ndarray:
        """Signed distance of the points of the grid to the surface, roof and floor; shape (i, j, k) [mm]."""
        grid = self.surface.grid
        points = grid.points
        own = self.surface.distance - self.surface.offset
        return np.maximum(own, self.overhead(points.reshape(-1, 3)).reshape(grid.shape))
