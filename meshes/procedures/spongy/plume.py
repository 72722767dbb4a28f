"""Plumes of growing volume: cement that leaves its needles and goes where the bone resists least.

The front of the cement advances at a speed that falls with the density of the bone, rises in the crush band and
varies at random from place to place; what it has reached when the wanted volume is full is the plume. A front that
advances at a local speed stands in for the flow of a viscous fluid through porous bone. Nothing leaves the room:
roof, floor and wall are tight, so that cement which meets them spreads along them.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.spatial import KDTree

from ...tetmesh import TetMesh
from ..blocky.cloud import Cloud, slack
from .arrival import arrival_times, signed_distance
from .level_set import Grid, LevelSet
from .noise import smooth_noise
from .plume_shape import PlumeShape

_SPACING_MM = 0.75
_MARGIN_MM = 3.0
_START_MM = 1.0
"""Radius of the way along which a needle gives cement."""
_TIP_MM = 1.5
"""Bone between needle and wall."""
_SLENDER = 3.0
"""Longest way of a needle over the diameter of its plume."""
_FILLABLE = 0.9
_MOST = 4.0
"""Largest ratio of speeds that density may make."""


@dataclass(frozen=True)
class Resistance:
    """How the speed of the front varies in the body.

    Attributes
    ----------
    density_exponent : float [-]
        Speed goes with density to minus this power.
    crush_speed : float [-]
        Speed in crushed bone over that in bone of the same density.
    roughness : float [-]
        Standard deviation of the logarithm of the speed at random.
    grain_mm : float [mm]
        Length over which that varies.
    across : tuple of float [-]
        Distance of the needle from the midline over half the width, where no target says so: one needle, two.
    """

    density_exponent: float
    crush_speed: float
    roughness: float
    grain_mm: float
    across: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Plume:
    """Family of plumes of one placement.

    Attributes
    ----------
    cloud : Cloud
        The room, what the needles are to reach, and where they end.
    grid : Grid
    slowness : ndarray, shape (i, j, k) [-]
        Of the front, negative outside the room.
    beyond : ndarray, shape (i, j, k) [mm]
        Distance beyond the wall, negative within.
    ways : tuple of pairs of ndarray, shape (3,) [mm]
        Ends of the ways along which needles give cement, lower and upper.
    spread : float [-]
        Speed along the plane over that along z.
    """

    cloud: Cloud
    grid: Grid
    slowness: np.ndarray
    beyond: np.ndarray
    ways: tuple[tuple[np.ndarray, np.ndarray], ...]
    spread: float

    @classmethod
    def of(
        cls, mesh: TetMesh, cloud: Cloud, resistance: Resistance, *, density, zone, spread, seed
    ) -> "Plume":
        """Say how fast the front runs through a body.

        Parameters
        ----------
        mesh : TetMesh
        cloud : Cloud
        resistance : Resistance
        density : ndarray, shape (m,), or None [any unit]
            Of the bone of each cell; None where it is the same everywhere.
        zone : ndarray, shape (m,), or None [-]
            Share of each cell in the crush band.
        spread : float [-]
        seed : int
        """
        body = np.flatnonzero(mesh.is_body)
        corners = mesh.points[mesh.cells[body, :4]]
        low, high = corners.min(axis=(0, 1)) - _MARGIN_MM, corners.max(axis=(0, 1)) + _MARGIN_MM
        grid = Grid.around(low, high, _SPACING_MM)
        points = grid.points
        beyond = cloud.space.beyond_wall(points)
        flat = points.reshape(-1, 3)
        ends = np.maximum(cloud.roof.distance(flat), -cloud.floor.distance(flat)).reshape(grid.shape)
        inside = (beyond < 0) & (ends < 0)
        room = points[inside]
        near = KDTree(corners.mean(axis=1)).query(room)[1]
        speed = np.exp(resistance.roughness * smooth_noise(room, resistance.grain_mm, seed))
        if density is not None:
            relative = density[body] / np.median(density[body])
            speed *= np.clip(relative**-resistance.density_exponent, 1 / _MOST, _MOST)[near]
        if zone is not None:
            speed *= 1 + (resistance.crush_speed - 1) * zone[body][near]
        slowness = np.full(grid.shape, -1.0)
        slowness[inside] = 1 / speed
        return cls(cloud, grid, slowness, beyond, _ways(cloud, resistance), spread)

    @property
    def space(self):
        """The room of the body."""
        return self.cloud.space

    @property
    def roof(self):
        """Surface that cement stays below."""
        return self.cloud.roof

    @property
    def floor(self):
        """Surface that cement stays above."""
        return self.cloud.floor

    @property
    def largest_ml(self) -> float:
        """Largest volume: of the room, but for corners along the wall that no mesh fills [mL]."""
        return _FILLABLE * self._ml(float((self.slowness > 0).sum()))

    def of_volume(self, volume_ml: float) -> PlumeShape:
        """Plume of a volume, of which each needle gives its part.

        A way is at most three times as long as the plume of a needle is wide, so that little cement is no thread.
        """
        part = volume_ml / len(self.ways)
        longest = _SLENDER * 2 * (1000 * part / (2 * np.pi * _SLENDER)) ** (1 / 3)
        ways = [_shortened(foot, head, longest) for foot, head in self.ways]
        times = [self._times(foot, head) for foot, head in ways]
        paces = [self._level(time, part) for time in times]
        time = np.min([time / pace for time, pace in zip(times, paces, strict=True)], axis=0) * np.mean(paces)
        level = self._continued(time - self._level(time, volume_ml))
        distance = np.maximum(signed_distance(level, np.full(3, self.grid.spacing)), self.beyond)
        tips = np.array([(foot + head) / 2 for foot, head in ways])
        return PlumeShape(LevelSet.of(self.grid, distance), self.roof, self.floor, tips)

    def _times(self, foot, head):
        """Times at which the front of one needle arrives, inf outside the room; shape (i, j, k)."""
        away = _from_segment(self.grid.points, foot, head)
        inside = self.slowness > 0
        first = inside & (away <= max(_START_MM, float(away[inside].min()) + self.grid.spacing))
        start = np.where(first, away * self.slowness, np.inf)
        stretched = self.grid.spacing * self.spread ** (np.array([-1.0, -1.0, 2.0]) / 3)
        return arrival_times(self.slowness, stretched, start)

    def _level(self, time, volume_ml):
        """Time at which a volume is full."""
        reached = np.isfinite(time)
        there, wide = time[reached], self.slowness[reached] * self.grid.spacing
        early, late = 0.0, float((there + wide).max())
        for _ in range(50):
            middle = (early + late) / 2
            full = self._ml(float(np.clip(0.5 + (middle - there) / wide, 0, 1).sum()))
            early, late = (middle, late) if full < volume_ml else (early, middle)
        return (early + late) / 2

    def _continued(self, level):
        """Level that goes on beyond the room, where the front does not come: away from the nearest place in it."""
        outside = ~np.isfinite(level)
        found = distance_transform_edt(outside, sampling=self.grid.spacing, return_indices=True)
        assert found is not None  # it returns what it is not given to write into
        away, near = found
        typical = float(np.median(self.slowness[self.slowness > 0]))
        return np.where(outside, level[tuple(near)] + typical * away, level)

    def _ml(self, points):
        """Volume of a number of points of the grid [mL]."""
        return points * self.grid.spacing**3 / 1000


def _ways(cloud: Cloud, resistance: Resistance):
    """Ends of the ways along which needles give cement, lower and upper; pairs of (3,) [mm].

    A needle with a target gives it in one place. Without one it is drawn back so that cement bridges the crush.
    """
    space, needle = cloud.space, cloud.needle
    width = space.half_width - _TIP_MM
    if cloud.approach == "basivertebral":
        offsets = [0.0]
    else:
        two = cloud.approach == "bipedicular"
        across = resistance.across[two] if needle.across is None else needle.across
        offsets = [across * width, -across * width] if two else [needle.hand * across * width]
    x, y = space.centre
    if needle.depth is not None:
        back, front = slack(space, offsets, _TIP_MM, _TIP_MM)
        y += back + needle.depth * (front - back)
    ways = []
    for offset in offsets:
        low, high = cloud.limits(x + offset, y, _TIP_MM, _TIP_MM)
        if needle.height is not None:
            low = high = cloud.middle(x + offset, y, low, high)
        ways.append((np.array([x + offset, y, low]), np.array([x + offset, y, high])))
    return tuple(ways)


def _shortened(foot, head, longest):
    """Ends of a way of at most a length, about the same middle."""
    middle, half = (foot + head) / 2, (head - foot) / 2
    length = 2 * float(np.linalg.norm(half))
    share = min(1.0, longest / max(length, 1e-12))
    return middle - share * half, middle + share * half


def _from_segment(points, foot, head):
    """Distance of points to a segment; shape (...) [mm]."""
    along = head - foot
    share = np.clip((points - foot) @ along / max(float(along @ along), 1e-12), 0, 1)
    return np.linalg.norm(points - foot - share[..., None] * along, axis=-1)
