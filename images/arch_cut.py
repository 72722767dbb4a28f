"""The vertebral body cut from arch and processes by a plane through the pedicles.

Where a horizontal layer of the mask encloses the spinal canal two pedicles pass it. In front of the canal the back of
the body is looked for in all layers; the plane follows it, a little behind, and cuts the pedicles at their roots.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull

from .image import ImageError
from .mask import Mask, clean_mask, pieces_of

_CONVEX = 0.55
"""Share of its convex hull that a body fills at least; a deep biconcave fracture fills 0.7, a whole vertebra 0.3 "
"to 0.5."""
_DEEPEST_MM = 48.0
"""Largest extent from front to back of a body, tilted by up to 30 degrees; with its processes it is 65 or more."""
_CENTRAL_MM = 6.0
"""Half width around the middle of the canal in which the back of the body is looked for."""
_BEHIND_MM = 2.0
"""How far behind the middle of the posterior wall, which is hollow, the plane stands."""
_STEEPEST = 0.6
"""Largest slope of the posterior wall against the z of the image, forwards over upwards."""
_INTO_BODY_MM = 10.0
"""How far in front of the canal rays towards the posterior wall start."""


@dataclass(frozen=True, eq=False)
class BodyCut:
    """A body without its arch.

    Attributes
    ----------
    mask : Mask
    point, normal : ndarray, shape (3,) [mm], [-]
        Of the plane; the normal points backwards.
    removed_mm3 : float [mm3]
    """

    mask: Mask
    point: np.ndarray
    normal: np.ndarray
    removed_mm3: float

    def __str__(self) -> str:
        """One sentence for people."""
        at, out = (", ".join(f"{v:.2f}" for v in each) for each in (self.point, self.normal))
        return (
            f"body cut from the arch by the plane through ({at}) mm with normal ({out}) in RAS: "
            f"{self.removed_mm3 / 1000:.2f} mL of arch and processes removed, {self.mask.volume_mm3 / 1000:.2f} mL left"
        )


def is_body_alone(mask: Mask) -> bool:
    """Whether a mask is as short from front to back and as compact as a body is, without arch and processes."""
    low, high = mask.box(0)
    depth = (high - low)[1] * float(mask.grid.spacing[1])
    where = np.argwhere(mask.inside & ~np.asarray(ndimage.binary_erosion(mask.inside), bool))
    hull = ConvexHull(where)
    whole = float(hull.volume) + 0.5 * float(hull.area)  # half a voxel more on every side
    return depth <= _DEEPEST_MM and float(mask.inside.sum()) > _CONVEX * whole


def cut_body(mask: Mask) -> BodyCut:
    """Cut the body from a mask of a whole vertebra.

    Parameters
    ----------
    mask : Mask
        Axes nearest to RAS.

    Raises
    ------
    ImageError
        No canal is found.
    """
    canal = _canal(mask)
    middle = float(canal[:, 0].mean())
    z, y = _posterior_wall(mask, canal)
    slope, at_zero = np.polyfit(z, y, 1)
    for _ in range(3):  # without spurs of the rims
        near = np.abs(y - at_zero - slope * z) <= max(
            1.5 * float(np.median(np.abs(y - at_zero - slope * z))), 0.5
        )
        slope, at_zero = np.polyfit(z[near], y[near], 1)
    slope = float(np.clip(slope, -_STEEPEST, _STEEPEST))
    at = float(np.median(z))
    point = np.array([middle, at_zero + slope * at - _BEHIND_MM, at])
    normal = np.array([0.0, -1.0, slope])
    normal /= np.linalg.norm(normal)
    where = np.argwhere(mask.inside)
    behind = (mask.grid.places(where) - point) @ normal > 0
    kept = mask.inside.copy()
    kept[tuple(where[behind].T)] = False
    body = clean_mask(kept, mask.grid)
    return BodyCut(Mask(body.inside, mask.grid, mask.notes), point, normal, mask.volume_mm3 - body.volume_mm3)


def _posterior_wall(mask: Mask, canal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Heights and places along y at which the body ends towards the canal, near its middle; shape (n,) [mm]."""
    index = np.rint(mask.grid.indices(canal)).astype(int)
    half = _CENTRAL_MM / mask.grid.spacing[0]
    start = int(index[:, 1].max() + _INTO_BODY_MM / mask.grid.spacing[1])
    columns = range(int(index[:, 0].mean() - half), int(index[:, 0].mean() + half) + 1)
    found = []
    for i in columns:
        for k in range(mask.inside.shape[2]):
            line = mask.inside[i, : start + 1, k]
            if start < mask.inside.shape[1] and line[-1] and not line.all():
                back = int(np.flatnonzero(~line)[-1])  # first voxel behind the body
                found.append((i, back + 0.5, k))
    if len(found) < 10:
        message = (
            f"{mask.grid.source}: no posterior wall was found in front of the spinal canal. Name a mask of the "
            f"body alone."
        )
        raise ImageError(message)
    places = mask.grid.places(np.array(found))
    return places[:, 2], places[:, 1]


def _canal(mask: Mask) -> np.ndarray:
    """Places of voxels that the vertebra encloses in a horizontal layer: the spinal canal; shape (n, 3) [mm]."""
    low, high = mask.box(1)
    block = mask.inside[tuple(map(slice, low, high))]
    # holes of single layers, gaps of the arch between them closed
    closed = np.asarray(
        ndimage.binary_closing(block, iterations=max(1, round(1.5 / float(mask.grid.spacing[:2].max())))),
        bool,
    )
    holes = np.zeros_like(block)
    for k in range(block.shape[2]):
        filled = ndimage.binary_fill_holes(closed[:, :, k])
        assert filled is not None
        holes[:, :, k] = filled & ~block[:, :, k] & ~closed[:, :, k]
    pieces, n = pieces_of(holes)
    sizes = np.bincount(pieces.ravel())[1:] * mask.grid.voxel_mm3 if n else np.zeros(0)
    if not n or sizes.max() < 300:
        message = (
            f"{mask.grid.source}: the mask holds more than a body and no spinal canal was found in it, by which "
            f"the arch "
            "could be cut off. Name a mask of sub-regions (mesh.image.subregions), or a mask of the body alone."
        )
        raise ImageError(message)
    return mask.grid.places(np.argwhere(pieces == 1 + int(sizes.argmax())) + low)
