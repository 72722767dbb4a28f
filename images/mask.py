"""The voxels of one vertebra or of its body: one piece, without holes, away from the border of the image."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .image import Image, ImageError

FEWEST = 300
"""Voxels below which no body can be shaped."""
_SMALLEST_MM3, _LARGEST_MM3 = 3_000.0, 250_000.0
"""Volumes between a small thoracic body and the largest whole vertebra, with room on both sides."""


@dataclass(frozen=True, eq=False)
class Mask:
    """Voxels that belong to bone.

    Attributes
    ----------
    inside : ndarray of bool, shape (i, j, k)
    grid : Image
        Labels as they were read, for the place of the voxels.
    notes : tuple of str
        What was dropped or filled.
    """

    inside: np.ndarray
    grid: Image
    notes: tuple[str, ...] = ()

    @property
    def volume_mm3(self) -> float:
        """Volume of all voxels [mm3]."""
        return float(self.inside.sum()) * self.grid.voxel_mm3

    def box(self, margin: int) -> tuple[np.ndarray, np.ndarray]:
        """First and last index but one of the smallest box around the mask, with a margin of voxels."""
        where = np.argwhere(self.inside)
        return np.maximum(where.min(axis=0) - margin, 0), np.minimum(
            where.max(axis=0) + 1 + margin, self.inside.shape
        )


def pieces_of(inside: np.ndarray) -> tuple[np.ndarray, int]:
    """Number of the connected piece of each voxel, from 1 on, and how many there are."""
    found = ndimage.label(inside)
    assert isinstance(found, tuple)
    return found[0], int(found[1])


def clean_mask(inside: np.ndarray, grid: Image) -> Mask:
    """Keep the largest piece of a mask and fill its holes; both are counted.

    Parameters
    ----------
    inside : ndarray of bool, shape (i, j, k)
    grid : Image

    Raises
    ------
    ImageError
        Too few voxels, a volume that no vertebra has, or a vertebra that the border of the image cuts.
    """
    pieces, n = pieces_of(inside)
    counts = np.bincount(pieces.ravel())[1:]
    kept = pieces == 1 + int(counts.argmax())
    filled = ndimage.binary_fill_holes(kept)
    assert filled is not None
    each, notes = grid.voxel_mm3, []
    if n > 1:
        lost = int(counts.sum() - counts.max())
        notes.append(
            f"{n - 1} separate pieces of the mask dropped ({lost} voxels, {lost * each / 1000:.3f} mL)"
        )
    holes = int(filled.sum() - kept.sum())
    if holes:
        notes.append(f"holes of the mask filled ({holes} voxels, {holes * each / 1000:.3f} mL)")
    mask = Mask(filled, grid, tuple(notes))
    if filled.sum() < FEWEST:
        message = (
            f"{grid.source}: found {int(filled.sum())} voxels of bone in one piece, expected {FEWEST} or more. "
            f"Check the label."
        )
        raise ImageError(message)
    if not _SMALLEST_MM3 < mask.volume_mm3 < _LARGEST_MM3:
        message = (
            f"{grid.source}: the mask holds {mask.volume_mm3 / 1000:.3g} mL, expected one vertebra or its body of "
            f"{_SMALLEST_MM3 / 1000:g} to {_LARGEST_MM3 / 1000:g} mL. Check the label and the unit of the affine (mm)."
        )
        raise ImageError(message)
    _require_whole(mask)
    return mask


def _require_whole(mask: Mask) -> None:
    """Refuse a body that the border of the image cuts off."""
    for axis, (low, high) in enumerate((("left", "right"), ("back", "front"), ("bottom", "top"))):
        for index, side in ((0, low), (-1, high)):
            cut = int(np.take(mask.inside, index, axis).sum())
            if cut > 0.3 * float(np.max(mask.inside.sum(axis=tuple(a for a in range(3) if a != axis)))):
                message = (
                    f"{mask.grid.source}: the {side} of the image cuts the vertebra ({cut} of its voxels lie in the "
                    "last layer), expected the whole of it. Take an image that reaches further."
                )
                raise ImageError(message)
