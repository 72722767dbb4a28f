"""Voxels integrated over tetrahedra: every voxel is cut into samples, every sample belongs to one cell.

The voxels of the mask hold bone and the partial volume of what lies beside it. Samples of the mesh beyond the mask take
the value of its nearest voxel, so that the rim of a mesh is not filled with soft tissue; samples of the mask beyond the
mesh, mostly the dense corners that facets cut off, count with the nearest cell.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import KDTree

from vertebra.constants.tetrahedron import EIGHTHS
from vertebra.kernels import njit

from .image import Image, ImageError
from .mask import Mask

LEAST = 4
"""Samples of a voxel along each of its edges, at least."""
FINEST_MM = 0.2
"""Distance of samples that is fine enough for any mesh."""
MOST_SAMPLES = 1_500_000_000
"""Samples around a mesh beyond which an image is too fine."""

_SCATTER = (0.8191725134, 0.6710436067, 0.5497004779)
"""Powers of the root of x^4 = x + 1: the steps of an evenly spread sequence, in turn along the three axes."""


@njit(cache=True)
def _integrate(corners, owner, values, n, taken, total, count):
    """Sum the samples in tetrahedra; the first tetrahedron that holds a sample owns it.

    Parameters
    ----------
    corners : ndarray, shape (t, 4, 3)
        In indices of samples: sample (i, j, k) lies in voxel (i // n, j // n, k // n), less than half a sample off that
        index, by `_SCATTER`: samples in rows would count a thin layer along the rows twice or not at all.
    owner : ndarray of int, shape (t,)
        Cell of each tetrahedron.
    values : ndarray, shape (i, j, k)
        Of voxels.
    n : int
        Samples along the edge of a voxel.
    taken : ndarray of bool, shape (n i, n j, n k)
        Samples that have an owner; written.
    total, count : ndarray, shape (m,)
        Sum and number of the samples of each cell; written.
    """
    on = -1e-9
    low, high = np.empty(3, np.int64), np.empty(3, np.int64)
    slope, off = np.empty((4, 3)), np.empty(4)
    for t in range(corners.shape[0]):
        p = corners[t]
        ax, ay, az = p[1, 0] - p[0, 0], p[1, 1] - p[0, 1], p[1, 2] - p[0, 2]
        bx, by, bz = p[2, 0] - p[0, 0], p[2, 1] - p[0, 1], p[2, 2] - p[0, 2]
        cx, cy, cz = p[3, 0] - p[0, 0], p[3, 1] - p[0, 1], p[3, 2] - p[0, 2]
        det = ax * (by * cz - bz * cy) - ay * (bx * cz - bz * cx) + az * (bx * cy - by * cx)
        if det == 0.0:
            continue
        # coordinates r, s, q and 1 - r - s - q at an index are base + slope . index, and as much off at its sample as
        # half a step along each axis makes: where that cannot lift one of them above zero, no sample is looked at
        slope[0, 0], slope[0, 1], slope[0, 2] = by * cz - bz * cy, bz * cx - bx * cz, bx * cy - by * cx
        slope[1, 0], slope[1, 1], slope[1, 2] = az * cy - ay * cz, ax * cz - az * cx, ay * cx - ax * cy
        slope[2, 0], slope[2, 1], slope[2, 2] = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
        for d in range(3):
            slope[3, d] = -(slope[0, d] + slope[1, d] + slope[2, d])
            small = min(p[0, d], p[1, d], p[2, d], p[3, d])
            large = max(p[0, d], p[1, d], p[2, d], p[3, d])
            low[d] = max(int(np.ceil(small - 0.5)), 0)
            high[d] = min(int(np.floor(large + 0.5)), taken.shape[d] - 1)
        for f in range(4):
            off[f] = 1e-6
            for d in range(3):
                slope[f, d] /= det
                off[f] += 0.500001 * abs(slope[f, d])
        for i in range(low[0], high[0] + 1):
            for j in range(low[1], high[1] + 1):
                first, last = float(low[2]), float(high[2])
                for f in range(4):
                    base = slope[f, 0] * (i - p[0, 0]) + slope[f, 1] * (j - p[0, 1]) - slope[f, 2] * p[0, 2]
                    base += off[f] + (1.0 if f == 3 else 0.0)
                    if slope[f, 2] > 1e-12:
                        first = max(first, -base / slope[f, 2])
                    elif slope[f, 2] < -1e-12:
                        last = min(last, -base / slope[f, 2])
                    elif base < 0.0:
                        last = -1.0
                for k in range(int(np.ceil(first)), int(np.floor(last)) + 1):
                    if taken[i, j, k]:
                        continue
                    u = 0.8191725134 * i + 0.6710436067 * j + 0.5497004779 * k
                    v = 0.5497004779 * i + 0.8191725134 * j + 0.6710436067 * k
                    w = 0.6710436067 * i + 0.5497004779 * j + 0.8191725134 * k
                    u, v, w = u - np.floor(u), v - np.floor(v), w - np.floor(w)
                    x = i + u - 0.5 - p[0, 0]
                    y = j + v - 0.5 - p[0, 1]
                    z = k + w - 0.5 - p[0, 2]
                    # barycentric coordinates by Cramer's rule
                    r = (x * (by * cz - bz * cy) - y * (bx * cz - bz * cx) + z * (bx * cy - by * cx)) / det
                    if r < on:
                        continue
                    s = (ax * (y * cz - z * cy) - ay * (x * cz - z * cx) + az * (x * cy - y * cx)) / det
                    if s < on or r + s > 1.0 - on:
                        continue
                    q = (ax * (by * z - bz * y) - ay * (bx * z - bz * x) + az * (bx * y - by * x)) / det
                    if q < on or r + s + q > 1.0 - on:
                        continue
                    taken[i, j, k] = True
                    total[owner[t]] += values[i // n, j // n, k // n]
                    count[owner[t]] += 1


@dataclass(frozen=True, eq=False)
class Samples:
    """What the cells of a mesh hold of an image.

    Attributes
    ----------
    mean : ndarray, shape (m,)
        Mean of the samples of each cell, in the unit of the image.
    count : ndarray of int, shape (m,)
        Samples in each cell; 0 where the value of the nearest voxel was taken for want of any.
    per_voxel : int
        Samples of a voxel.
    image_sum : float [unit mm3]
        Integral of the image over the mask.
    sampled_sum : float [unit mm3]
        Integral over all samples that lie in the mesh.
    mesh_sum : float [unit mm3]
        Means of the cells times their volumes.
    """

    mean: np.ndarray
    count: np.ndarray
    per_voxel: int
    image_sum: float
    sampled_sum: float
    mesh_sum: float

    @property
    def of_mask(self) -> float:
        """What the mesh holds over what the mask holds [-]."""
        return self.mesh_sum / self.image_sum

    @property
    def of_samples(self) -> float:
        """What the cells hold over what the samples in the mesh hold [-]."""
        return self.mesh_sum / self.sampled_sum


def samples_along(spacing: np.ndarray) -> int:
    """Samples along the edge of a voxel: at least `LEAST`, more in voxels that are coarse."""
    return max(LEAST, int(np.ceil(float(spacing.max()) / FINEST_MM)))


def sample_cells(
    image: Image, mask: Mask, points: np.ndarray, cells: np.ndarray, volume: np.ndarray, n: int | None = None
) -> Samples:
    """Integrate an image over tetrahedra.

    Parameters
    ----------
    image : Image
        Densities, on the grid of the mask.
    mask : Mask
    points : ndarray, shape (p, 3) [mm]
        Nodes where the image lies.
    cells : ndarray, shape (m, 4) or (m, 10)
        10-node cells count as eight straight ones.
    volume : ndarray, shape (m,) [mm3]
        Of the cells.
    n : int, optional
        Samples along the edge of a voxel.

    Returns
    -------
    Samples

    Raises
    ------
    ImageError
        The image is too fine, or the mesh lies beside it.
    """
    inside = image.values[mask.inside].astype(float)
    filled, first = rim_filled(image, mask, points)
    per_edge = samples_along(image.spacing) if n is None else n
    shape = tuple(per_edge * np.array(filled.shape))
    if np.prod(np.array(shape, float)) > MOST_SAMPLES:
        message = (
            f"{image.source}: {np.prod(np.array(shape, float)):.2g} samples for voxels of "
            f"{image.spacing.min():.3g} mm, "
            f"expected at most {MOST_SAMPLES:.2g}. Resample image and mask to voxels of "
            f"{2 * image.spacing.min():.2g} mm."
        )
        raise ImageError(message)
    parts = cells if cells.shape[1] == 4 else cells[:, EIGHTHS].reshape(-1, 4)
    owner = np.repeat(np.arange(len(cells)), len(parts) // len(cells))
    # a voxel of index v holds the samples n v to n v + n - 1, at v - 1/2 + (s + 1/2) / n
    at = (image.indices(points) - first + 0.5) * per_edge - 0.5
    total, count = np.zeros(len(cells)), np.zeros(len(cells), np.int64)
    taken = np.zeros(shape, np.bool_)
    _integrate(np.ascontiguousarray(at[parts]), owner, filled, per_edge, taken, total, count)
    beside, left_out = _left_out(image, mask, first, taken, per_edge, points[cells[:, :4]].mean(axis=1))
    weight = count + beside
    mean = np.divide(total + left_out, weight, out=np.zeros(len(cells)), where=count > 0)
    empty = np.flatnonzero(count == 0)
    if len(empty):
        middle = np.rint(image.indices(points[cells[empty, :4]].mean(axis=1)) - first).astype(int)
        mean[empty] = filled[tuple(np.clip(middle, 0, np.array(filled.shape) - 1).T)]
    each = image.voxel_mm3
    return Samples(
        mean=mean,
        count=count,
        per_voxel=per_edge**3,
        image_sum=float(inside.sum() * each),
        sampled_sum=float(total.sum() * each / per_edge**3),
        mesh_sum=float(mean @ volume),
    )


def _left_out(
    image: Image, mask: Mask, first: np.ndarray, taken: np.ndarray, n: int, middles: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Number and sum of the samples of a mask that no cell holds, by the cell whose middle is nearest.

    Parameters
    ----------
    image : Image
    mask : Mask
    first : ndarray of int, shape (3,)
        Voxel of the first sample.
    taken : ndarray of bool, shape (n i, n j, n k)
        Samples that lie in a cell.
    n : int
        Samples along the edge of a voxel.
    middles : ndarray, shape (m, 3) [mm]
        Of the cells.

    Returns
    -------
    count, total : ndarray, shape (m,)
    """
    held = taken.reshape([e for size in taken.shape for e in (size // n, n)]).sum(axis=(1, 3, 5))
    voxels = np.argwhere(mask.inside)
    lost = n**3 - held[tuple((voxels - first).T)]
    voxels, lost = voxels[lost > 0], lost[lost > 0]
    nearest = KDTree(middles).query(image.places(voxels))[1]
    values = image.values[tuple(voxels.T)].astype(float)
    return np.bincount(nearest, lost, len(middles)), np.bincount(nearest, lost * values, len(middles))


def scattered(index: np.ndarray) -> np.ndarray:
    """Where samples lie, in indices of samples; ndarray, shape (n, 3).

    Parameters
    ----------
    index : ndarray of int, shape (n, 3)
    """
    a, b, c = _SCATTER
    return index + (index @ np.array([[a, b, c], [c, a, b], [b, c, a]]).T) % 1.0 - 0.5


def rim_filled(image: Image, mask: Mask, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Voxels around points, those outside of the mask with the value of its nearest voxel; index of the first one.

    Returns
    -------
    values : ndarray of float64, shape (i, j, k)
    first : ndarray of int, shape (3,)
    """
    reach = image.indices(points)
    of_mask = mask.box(1)
    low = np.minimum(np.floor(reach.min(axis=0)).astype(int) - 1, of_mask[0])
    high = np.maximum(np.ceil(reach.max(axis=0)).astype(int) + 2, of_mask[1])
    size = high - low
    if np.any(size > 3 * (of_mask[1] - of_mask[0]) + 8):
        message = (
            f"{image.source}: the mesh lies beside the mask: image and anatomy do not belong together. Check both "
            f"files."
        )
        raise ImageError(message)
    values, inside = np.zeros(size), np.zeros(size, bool)
    begin, end = np.maximum(low, 0), np.minimum(high, image.shape)
    here = tuple(slice(a - o, b - o) for a, b, o in zip(begin, end, low, strict=True))
    there = tuple(map(slice, begin, end))
    values[here] = image.values[there]
    inside[here] = mask.inside[there]
    nearest = ndimage.distance_transform_edt(
        ~inside, sampling=image.spacing, return_distances=False, return_indices=True
    )
    assert isinstance(nearest, np.ndarray)
    return np.ascontiguousarray(values[tuple(nearest)]), low
