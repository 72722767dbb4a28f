"""A volume of voxels with its place in space: what every reader gives and everything else takes."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

AXES = (("L", "R"), ("P", "A"), ("I", "S"))
"""Letters of the directions against and along x, y, z in RAS."""
ON_GRID_MM = 0.01
"""How far voxels of an image and its mask may lie apart to count as the same grid."""


class ImageError(ValueError):
    """An image that cannot be used: what is wrong, found, expected, next step."""


@dataclass(frozen=True, eq=False)
class Image:
    """Values of voxels, and where they lie.

    Attributes
    ----------
    values : ndarray, shape (i, j, k)
        HU, densities, moduli or labels.
    affine : ndarray, shape (4, 4) [mm]
        From the index of a voxel to the coordinates of its centre, x right, y anterior, z superior.
    source : str
        Where it comes from, for messages.
    """

    values: np.ndarray
    affine: np.ndarray
    source: str = "image"

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of voxels along each axis."""
        return self.values.shape

    @property
    def spacing(self) -> np.ndarray:
        """Distance of neighbouring voxels along each axis; ndarray, shape (3,) [mm]."""
        return np.linalg.norm(self.affine[:3, :3], axis=0)

    @property
    def voxel_mm3(self) -> float:
        """Volume of a voxel [mm3]."""
        return float(abs(np.linalg.det(self.affine[:3, :3])))

    @property
    def axes(self) -> str:
        """Nearest direction of each axis of the grid, such as "RAS" or "PIR"."""
        return "".join(AXES[row][int(sign > 0)] for row, sign in zip(*_nearest(self.affine), strict=True))

    @property
    def obliqueness_deg(self) -> float:
        """Largest angle between an axis of the grid and its nearest direction [degree]."""
        rows, _ = _nearest(self.affine)
        cosines = np.abs(self.affine[rows, range(3)]) / self.spacing
        return float(np.degrees(np.arccos(np.clip(cosines, -1, 1))).max())

    def canonical(self) -> Self:
        """Same voxels with axes reordered and reversed so that they point nearest to right, anterior, superior."""
        rows, signs = _nearest(self.affine)
        order = np.argsort(rows)
        values, affine = self.values.transpose(order), self.affine.copy()
        affine[:, :3] = self.affine[:, order]
        for axis, sign in enumerate(signs[order]):
            if sign < 0:
                values = np.flip(values, axis)
                affine[:3, 3] += affine[:3, axis] * (values.shape[axis] - 1)
                affine[:3, axis] *= -1
        return replace(self, values=values, affine=affine)

    def cropped(self, low: np.ndarray, high: np.ndarray) -> Self:
        """Voxels from index `low` up to and without `high`, as far as there are any."""
        low, high = np.maximum(low, 0), np.minimum(high, self.shape)
        affine = self.affine.copy()
        affine[:3, 3] += affine[:3, :3] @ low
        return replace(self, values=self.values[tuple(map(slice, low, high))], affine=affine)

    def indices(self, points: np.ndarray) -> np.ndarray:
        """Fractional voxel indices of points; ndarray, shape (n, 3).

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]
        """
        return (points - self.affine[:3, 3]) @ np.linalg.inv(self.affine[:3, :3]).T

    def places(self, indices: np.ndarray) -> np.ndarray:
        """Coordinates of voxel indices; ndarray, shape (n, 3) [mm]."""
        return indices @ self.affine[:3, :3].T + self.affine[:3, 3]


def _nearest(affine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row of RAS that each axis of the grid is nearest to, each taken once, and its sign."""
    cosines = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    rows, signs = np.zeros(3, int), np.zeros(3)
    left = np.abs(cosines)
    for _ in range(3):
        row, axis = np.unravel_index(int(np.argmax(left)), left.shape)
        rows[axis], signs[axis] = row, np.sign(cosines[row, axis])
        left[row, :] = left[:, axis] = -1
    return rows, signs


def require_same_grid(image: Image, mask: Image) -> None:
    """Refuse a mask of another grid than its image.

    Raises
    ------
    ImageError
    """
    if image.shape != mask.shape:
        message = (
            f"{mask.source}: found a mask of {_sizes(mask)} voxels for an image of {_sizes(image)} ({image.source}), "
            "expected the same grid. Resample the mask onto the image with nearest neighbours, or name the image that "
            "it was drawn on."
        )
        raise ImageError(message)
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in image.shape])).reshape(3, -1).T
    apart = float(np.linalg.norm(image.places(corners) - mask.places(corners), axis=1).max())
    if apart > max(ON_GRID_MM, 0.02 * float(image.spacing.min())):
        message = (
            f"{mask.source}: its voxels lie up to {apart:.4g} mm from those of {image.source}, expected the same grid. "
            "Resample the mask onto the image with nearest neighbours, or correct the affine of one of them."
        )
        raise ImageError(message)


def _sizes(image: Image) -> str:
    return " x ".join(map(str, image.shape))
