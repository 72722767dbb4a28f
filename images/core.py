"""The core of a bone in its image: deep enough to hold neither cortex nor the partial volume of its rim."""

import numpy as np
from scipy import ndimage

from .image import Image
from .mask import Mask

CORE_MM = 4.0
"""Depth below the surface of the mask from which bone is core."""
NEARBY_MM = 4.0
"""Standard deviation of the weights by which the core near a point is averaged."""
_FEWEST = 50
_FAINT = 1e-6


def _core(mask: Mask, margin: int = 1) -> tuple[np.ndarray, tuple[slice, ...]]:
    """Voxels of the core in a box around the mask, and that box; less deep where the mask is thin."""
    low, high = mask.box(margin)
    box = tuple(map(slice, low, high))
    depth = ndimage.distance_transform_edt(mask.inside[box], sampling=mask.grid.spacing)
    assert isinstance(depth, np.ndarray)
    deep = depth > min(CORE_MM, 0.5 * float(depth.max()))
    return (deep if deep.sum() >= _FEWEST else mask.inside[box]), box


def core_mean(image: Image, mask: Mask) -> float:
    """Mean of an image over the core of a mask."""
    core, box = _core(mask)
    return float(image.values[box][core].mean())


def enclosed_mean(image: Image, mask: Mask, points: np.ndarray) -> np.ndarray:
    """Mean of an image over the core near each point, weighted by a Gaussian of the distance.

    What a cortex encloses can be read from any voxel size; what voxels hold where the cortex lies cannot.

    Parameters
    ----------
    image : Image
        On the grid of the mask.
    mask : Mask
    points : ndarray, shape (n, 3) [mm]
        Where the image lies; far from any core they get the mean of all of it.

    Returns
    -------
    ndarray, shape (n,)
    """
    margin = int(np.ceil(CORE_MM / float(image.spacing.min())))
    core, box = _core(mask, margin)
    spread = NEARBY_MM / image.spacing
    inside = np.where(core, image.values[box], 0.0).astype(float)
    weight, total = (
        ndimage.gaussian_filter(each, spread, mode="constant", truncate=5.0)
        for each in (core.astype(float), inside)
    )
    at = (image.indices(points) - [each.start for each in box]).T
    near, sums = (ndimage.map_coordinates(each, at, order=1, mode="nearest") for each in (weight, total))
    return np.where(near > _FAINT, sums / np.maximum(near, _FAINT), core_mean(image, mask))
