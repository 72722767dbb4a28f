"""The body that cement fills: upright ellipsoids, cut where they would come too near to an endplate."""

from dataclasses import dataclass, replace

import numpy as np

from .blocky.ellipsoid import Ellipsoid
from .height_field import HeightField

_GRID_MM = 0.25
_FAR_MM = 1000.0


@dataclass(frozen=True, eq=False)
class CementShape:
    """Union of ellipsoids between a roof and a floor.

    Attributes
    ----------
    ellipsoids : tuple of Ellipsoid
    roof, floor : HeightField
        Surfaces that cement stays below and above.
    """

    ellipsoids: tuple[Ellipsoid, ...]
    roof: HeightField
    floor: HeightField

    def grown(self, offset):
        """Shape with its ellipsoids' semi-axes longer by `offset` [mm]; roof and floor stay."""
        return replace(self, ellipsoids=tuple(each.grown(offset) for each in self.ellipsoids))

    def opened(self, sides):
        """Shape that is not cut on some sides, "superior" or "inferior"."""
        roof = replace(self.roof, z=self.roof.z + _FAR_MM) if "superior" in sides else self.roof
        floor = replace(self.floor, z=self.floor.z - _FAR_MM) if "inferior" in sides else self.floor
        return replace(self, roof=roof, floor=floor)

    def nearest(self, points):
        """Signed distance to the surface, and the nearest point and outward normal there.

        Exact for one ellipsoid; where two surfaces meet, that of the one which decides.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]

        Returns
        -------
        distance : ndarray, shape (n,) [mm]
            Negative inside.
        nearest, normal : ndarray, shape (n, 3) [mm], [-]
        """
        found = self.ellipsoids[0].nearest(points)
        for each in self.ellipsoids[1:]:
            other = each.nearest(points)
            found = _choose(other[0] < found[0], other, found)
        above, below = self.roof.signed(points), self.floor.signed(points)
        below = -below[0], below[1], -below[2]
        for other in (above, below):
            found = _choose(other[0] > found[0], other, found)
        return found

    def overhead(self, points):
        """Distance of points beyond roof or floor, negative between them; shape (n,) [mm]."""
        return np.maximum(self.roof.signed(points)[0], -self.floor.signed(points)[0])

    def contains(self, points):
        """Mark points inside; shape (n,)."""
        inside = np.any([each.contains(points) for each in self.ellipsoids], axis=0)
        x, y, z = np.moveaxis(points, -1, 0)
        return inside & (z <= self.roof.height(x, y)) & (z >= self.floor.height(x, y))

    def volume_ml(self):
        """Volume of upright ellipsoids [mL], by columns of 0.25 mm: independent of any mesh."""
        centres = np.array([each.centre for each in self.ellipsoids])
        axes = np.array([each.semi_axes for each in self.ellipsoids])
        low, high = (centres - axes).min(axis=0), (centres + axes).max(axis=0)
        ticks = [
            low[k] + _GRID_MM * (np.arange(int(np.ceil((high[k] - low[k]) / _GRID_MM))) + 0.5) for k in (0, 1)
        ]
        x, y = np.meshgrid(*ticks, indexing="ij")
        roof, floor = self.roof.height(x, y), self.floor.height(x, y)
        top, bottom = [], []
        for centre, axis in zip(centres, axes, strict=True):
            square = 1 - ((x - centre[0]) / axis[0]) ** 2 - ((y - centre[1]) / axis[1]) ** 2
            half = axis[2] * np.sqrt(np.maximum(square, 0))
            top.append(np.clip(centre[2] + half, floor, roof))
            bottom.append(np.clip(centre[2] - half, floor, roof))
        length = np.sum([np.maximum(t - b, 0) for t, b in zip(top, bottom, strict=True)], axis=0)
        for i in range(len(top)):  # what two columns share counts once
            for j in range(i):
                length = length - np.maximum(np.minimum(top[i], top[j]) - np.maximum(bottom[i], bottom[j]), 0)
        return float(length.sum()) * _GRID_MM**2 / 1000


def _choose(where, one, other):
    """Take distance, nearest point and normal from one of two surfaces."""
    column = where[:, None]
    return tuple(np.where(where if a.ndim == 1 else column, a, b) for a, b in zip(one, other, strict=True))
