"""The body that cement fills: upright ellipsoids, cut where they would come too near to an endplate."""

from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from .blocky.ellipsoid import Ellipsoid
from .clearance import CementSpace
from .height_field import HeightField

CORE = 0.7
"""Share of the horizontal semi-axes within which cement is to reach through the band: it thins out beyond."""
_GRID_MM = 0.25
_FAR_MM = 1000.0


class CementRegion(Protocol):
    """What every form of cement can say of itself; `CementShape` is the example."""

    @property
    def thinnest_mm(self) -> float:
        """Half width of its thinnest part [mm]."""
        ...

    @property
    def thickness_mm(self) -> float:
        """Width of its thinnest part [mm]."""
        ...

    @property
    def middle_mm(self) -> float:
        """Height of its middle [mm]."""
        ...

    def grown(self, offset: float) -> Self:
        """Region whose surface lies farther out by `offset` [mm]; roof and floor stay."""
        ...

    def opened(self, sides: tuple[str, ...]) -> Self:
        """Region that roof or floor, "superior" or "inferior", do not cut."""
        ...

    def nearest(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Signed distance (n,) to the surface, nearest point and outward normal (n, 3) there."""
        ...

    def overhead(self, points: np.ndarray) -> np.ndarray:
        """Distance of points beyond roof or floor (n,) [mm]."""
        ...

    def contains(self, points: np.ndarray) -> np.ndarray:
        """Mark points inside."""
        ...

    def ends(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Heights of upper and lower end over points of the plane, and these; four of shape (k,) [mm]."""
        ...

    def wall_gap_mm(self, space: CementSpace) -> float:
        """Least distance to the wall, seen from above [mm]."""
        ...

    def extent(self) -> tuple[np.ndarray, np.ndarray]:
        """Middles and half widths of its parts; two of shape (k, 3) [mm]."""
        ...


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
        roof, floor = opened_limits(self.roof, self.floor, sides)
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
            found = chosen(other[0] < found[0], other, found)
        above, below = self.roof.signed(points), self.floor.signed(points)
        below = -below[0], below[1], -below[2]
        for other in (above, below):
            found = chosen(other[0] > found[0], other, found)
        return found

    def overhead(self, points):
        """Distance of points beyond roof or floor, negative between them; shape (n,) [mm]."""
        return np.maximum(self.roof.distance(points), -self.floor.distance(points))

    def contains(self, points):
        """Mark points inside; shape (n,)."""
        inside = np.any([each.contains(points) for each in self.ellipsoids], axis=0)
        x, y, z = np.moveaxis(points, -1, 0)
        return inside & (z <= self.roof.height(x, y)) & (z >= self.floor.height(x, y))

    @property
    def thinnest_mm(self):
        """Shortest semi-axis [mm]."""
        return min(float(each.semi_axes.min()) for each in self.ellipsoids)

    @property
    def middle_mm(self):
        """Height of the middle [mm]."""
        return float(np.mean([each.centre[2] for each in self.ellipsoids]))

    @property
    def thickness_mm(self):
        """Smallest width of an ellipsoid, or the height that roof and floor leave of them [mm]."""
        width = min(2 * float(each.semi_axes[:2].min()) for each in self.ellipsoids)
        top, bottom, _, _ = self.ends()
        return min(width, float((top - bottom).max()))

    def ends(self):
        """Heights of the upper and lower end over points within the core, and these; four of shape (k,)."""
        found = []
        for each in self.ellipsoids:
            x, y = disc_points(CORE * each.semi_axes[0], CORE * each.semi_axes[1])
            half = each.semi_axes[2] * np.sqrt(
                1 - (x / each.semi_axes[0]) ** 2 - (y / each.semi_axes[1]) ** 2
            )
            x, y = x + each.centre[0], y + each.centre[1]
            top = np.minimum(each.centre[2] + half, self.roof.height(x, y))
            found.append((top, np.maximum(each.centre[2] - half, self.floor.height(x, y)), x, y))
        top, bottom, x, y = (np.concatenate(part) for part in zip(*found, strict=True))
        return top, bottom, x, y

    def wall_gap_mm(self, space):
        """Least distance to the wall, seen from above [mm]."""
        return min(space.wall_gap(each.centre, each.semi_axes) for each in self.ellipsoids)

    def extent(self):
        """Centres and semi-axes of the ellipsoids; two of shape (k, 3) [mm]."""
        centres = np.array([each.centre for each in self.ellipsoids])
        return centres, np.array([each.semi_axes for each in self.ellipsoids])

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


def opened_limits(roof, floor, sides):
    """Roof and floor, moved far away on some sides, "superior" or "inferior"."""
    roof = replace(roof, z=roof.z + _FAR_MM) if "superior" in sides else roof
    floor = replace(floor, z=floor.z - _FAR_MM) if "inferior" in sides else floor
    return roof, floor


def chosen(where, one, other):
    """Take distance, nearest point and normal from one of two surfaces."""
    column = where[:, None]
    return (
        np.where(where, one[0], other[0]),
        np.where(column, one[1], other[1]),
        np.where(column, one[2], other[2]),
    )


def disc_points(a, b, n=9):
    """Points spread over an ellipse of semi-axes a and b about the origin."""
    x, y = (t.ravel() for t in np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n)))
    inside = x**2 + y**2 <= 1
    return a * x[inside], b * y[inside]
