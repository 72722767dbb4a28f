"""Shapes of growing volume that cement takes in a body: through the crush band first, then wider, then upright.

One number, the size, says how large the shape is. Semi-axes grow with it in a fixed ratio until each meets its limit:
along x and y the wall, along z a reach into the bone above and below the crush band, or the clearance to an endplate,
or the endplate itself where contact is wanted. Where the wall stops the others, the shape grows upright beyond its
reach and is cut by the clearance, until it is a column.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..clearance import CementSpace
from ..crush_band import CrushBand
from ..height_field import HeightField
from ..needle import Needle
from ..shape import CORE, CementShape, disc_points
from .ellipsoid import Ellipsoid

_OVERSHOOT = 2**0.5
"""Vertical semi-axis over the half height to be reached: half of the widest section gets there, as much as lies within
0.7 of the horizontal semi-axes."""
_SLENDER = 1.7
"""How much longer upright shapes may be for a contact than the aspect says."""
_APART = 0.85
"""Distance of two ellipsoids from the middle over their semi-axis."""
_UPRIGHT = 6.0
"""Size over that at which the walls stop the shape, where it is as good as a column."""


@dataclass(frozen=True, eq=False)
class Cloud:
    """Family of shapes of one placement.

    Attributes
    ----------
    space : CementSpace
    roof, floor : HeightField
        Surfaces that cut the shapes.
    band : CrushBand or None
    reach : float [mm]
        Into the bone beyond the band.
    aspect : ndarray, shape (3,) [-]
        Semi-axes along x, y, z relative to each other, while there is room.
    contacts : tuple of str
        "superior", "inferior": ends that the shape is to touch.
    approach : str
        "bipedicular", "unipedicular" or "basivertebral".
    needle : Needle
    widest : float [mm]
        Semi-axis along x at which the shape covers most, seen from above.
    """

    space: CementSpace
    roof: HeightField
    floor: HeightField
    band: CrushBand | None
    reach: float
    aspect: np.ndarray
    contacts: tuple[str, ...]
    approach: str
    needle: Needle
    widest: float

    @classmethod
    def of(cls, space, limits, *, band, reach, aspect, contacts, approach, needle):
        """Find what the wall allows, and keep the rest."""
        roof, floor = limits
        widest = _widest(space, approach, needle)
        return cls(
            space, roof, floor, band, reach, np.asarray(aspect, float), contacts, approach, needle, widest
        )

    @property
    def upright(self):
        """Size at which the wall stops both horizontal semi-axes."""
        offsets = _offsets(self.space, self.widest, self.approach, self.needle)
        b = _length(self.space, offsets, self.widest, self.space.radius.max())
        return max(self.widest / self.aspect[0], b / self.aspect[1])

    @property
    def largest(self):
        """Size of the largest shape, in effect a column from floor to roof."""
        return _UPRIGHT * self.upright

    @cached_property
    def largest_ml(self):
        """Volume of the largest shape [mL]."""
        return self.shape(self.largest).volume_ml()

    def of_volume(self, volume_ml):
        """Shape of a volume, met to 0.01 %."""
        upright = self.upright
        smaller, below, larger, above = 0.0, 0.0, self.largest, self.largest_ml
        shape = self.shape(larger, upright)
        for _ in range(60):
            guess = (volume_ml ** (1 / 3) - below ** (1 / 3)) / (above ** (1 / 3) - below ** (1 / 3))
            size = smaller + (larger - smaller) * min(max(guess, 0.1), 0.9)
            shape = self.shape(size, upright)
            reached = shape.volume_ml()
            if abs(reached / volume_ml - 1) < 1e-4 or larger - smaller < 1e-9 * larger:
                break
            if reached < volume_ml:
                smaller, below = size, reached
            else:
                larger, above = size, reached
        return shape

    def shape(self, size, upright=None):
        """Shape of a size; `upright` is that property, computed once by who asks often."""
        upright = self.upright if upright is None else upright
        a = min(size * self.aspect[0], self.widest)
        offsets = _offsets(self.space, a, self.approach, self.needle)
        b = _length(self.space, offsets, a, min(size * self.aspect[1], self.space.radius.max()))
        x, y = self.space.centre
        if self.needle.depth is not None:
            back, front = slack(self.space, offsets, a, b)
            y += back + self.needle.depth * (front - back)
        stretch = max(1.0, size / upright) ** 2
        slender = size * self.aspect[2] * (_SLENDER if self.contacts else 1.0)
        ellipsoids = []
        for offset in offsets:
            low, high = self.limits(x + offset, y, a, b)
            middle = self.middle(x + offset, y, low, high)
            half = max(high - middle, middle - low)
            axes = a, b, min(_OVERSHOOT * half, slender) * stretch
            ellipsoids.append(Ellipsoid.upright((x + offset, y, middle), axes))
        return CementShape(tuple(ellipsoids), self.roof, self.floor)

    def middle(self, x, y, low, high):
        """Height of the middle of an ellipsoid: where the needle ends, or halfway between what is to be reached."""
        if self.needle.height is None:
            return (low + high) / 2
        floor, roof = float(self.floor.height(x, y)), float(self.roof.height(x, y))
        return floor + self.needle.height * (roof - floor)

    def limits(self, x, y, a, b):
        """Heights between which an ellipsoid is to reach."""
        low, high = float(self.floor.height(x, y)), float(self.roof.height(x, y))
        if self.band is None:
            return low, high
        below, above = self.band.low, self.band.high
        across, along = disc_points(CORE * a, CORE * b)
        lower, upper = below(x + across, y + along), above(x + across, y + along)
        if "inferior" not in self.contacts:
            low = min(max(low, float(np.min(lower)) - self.reach), high - 1e-3)
        if "superior" not in self.contacts:
            high = max(min(high, float(np.max(upper)) + self.reach), low + 1e-3)
        return low, high


def _offsets(space, a, approach, needle):
    """Centres along x, from the middle, of ellipsoids of semi-axis a: side by side while there is room.

    Two overlap by a seventh of their width, so that they meet in a neck that a mesh can follow, not in a line.
    """
    free = space.half_width - a
    if approach == "basivertebral":
        return [0.0]
    if needle.across is not None:
        offset = needle.across * free
    else:
        offset = min(_APART * a, free) if approach == "bipedicular" else min(a, free) / 2
    return [offset, -offset] if approach == "bipedicular" else [needle.hand * offset]


def _widest(space, approach, needle):
    """Semi-axis along x at which the ellipsoids cover most, seen from above, as long as the wall lets them be.

    Wider ones have to be shorter from front to back.
    """
    x, y = np.meshgrid(np.linspace(-1, 1, 81), np.linspace(-1, 1, 81))
    x, y = x * space.half_width, y * space.radius.max()
    best, covered = 0.0, -1
    for a in (np.linspace(0.3, 1.0, 29) * space.half_width).tolist():
        offsets = _offsets(space, a, approach, needle)
        b = max(_length(space, offsets, a, space.radius.max()), 1e-6)
        inside = np.any([((x - offset) / a) ** 2 + (y / b) ** 2 <= 1 for offset in offsets], axis=0)
        if inside.sum() > covered:
            best, covered = a, inside.sum()
    return best


def _length(space, offsets, a, longest):
    """Largest semi-axis along y that the wall lets all ellipsoids have."""
    x, y = space.centre
    return min(space.longest(x + offset, y, a, longest) for offset in offsets)


def slack(space, offsets, a, b):
    """How far all ellipsoids can go back and forth together before they meet the wall [mm]; negative and positive."""
    x, y = space.centre
    far = []
    for sign in (-1.0, 1.0):
        kept, left = 0.0, float(space.radius.max())
        for _ in range(14):
            trial = (kept + left) / 2
            fits = all(
                space.wall_gap((x + offset, y + sign * trial), (a, b)) >= space.wall for offset in offsets
            )
            kept, left = (trial, left) if fits else (kept, trial)
        far.append(sign * kept)
    return tuple(far)
