"""What the header of an image may say, checked before a voxel is read."""

from pathlib import Path

import numpy as np

from ..image import ImageError

MOST_VOXELS = 400_000_000
"""More than a whole-body CT has at hand; crop what is larger."""
MOST_PACKED = 1032
"""Deflate packs no more than this many bytes into one."""
LONGEST_MM, SHORTEST_MM = 20.0, 0.02
"""Edges of a voxel outside of which its unit or its affine is wrong."""


def require_size(path: Path, shape: tuple[int, ...], bytes_each: int, stored: int, packed: bool) -> None:
    """Refuse an image whose header promises what the file cannot hold, or more than can be worked with.

    Parameters
    ----------
    path : Path
    shape : tuple of int
    bytes_each : int
        Of a voxel.
    stored : int
        Bytes in the file for voxels.
    packed : bool
        Whether they are compressed.

    Raises
    ------
    ImageError
    """
    shown = " x ".join(map(str, shape))
    if len(shape) != 3 or min(shape) < 2:
        message = (
            f"{path}: found a volume of {shown or 'no'} voxels, expected three axes of 2 or more. Store one scalar "
            "volume (no time, no colours)."
        )
        raise ImageError(message)
    count = 1
    for n in shape:
        count *= int(n)
    if count > MOST_VOXELS:
        message = (
            f"{path}: its header says {shown} voxels, {count / 1e6:.0f} million, expected at most "
            f"{MOST_VOXELS / 1e6:.0f} million. Crop the image around the vertebra, or correct the header."
        )
        raise ImageError(message)
    need = count * bytes_each
    if stored * (MOST_PACKED if packed else 1) < need:
        message = (
            f"{path}: its header says {shown} voxels, {need} bytes, and the file holds {stored}"
            f"{' packed' if packed else ''}: it is cut, or its header is wrong. Export it again."
        )
        raise ImageError(message)


def require_affine(path: Path, affine: np.ndarray) -> None:
    """Refuse an affine that is no place in space, or that is in another unit than mm.

    Raises
    ------
    ImageError
    """
    if not np.isfinite(affine).all() or np.linalg.matrix_rank(affine[:3, :3]) < 3:
        message = (
            f"{path}: its affine is singular or holds no numbers, expected three axes of voxels in space. Export the "
            "image again with its orientation."
        )
        raise ImageError(message)
    edges = np.linalg.norm(affine[:3, :3], axis=0)
    shown = " x ".join(f"{edge:.4g}" for edge in edges)
    if edges.max() < SHORTEST_MM:
        message = (
            f"{path}: voxels of {shown} mm look like metres, {' x '.join(f'{1000 * edge:.4g}' for edge in edges)} mm: "
            "expected an affine in mm. Multiply it by 1000 and store the image again."
        )
        raise ImageError(message)
    if edges.min() < SHORTEST_MM or edges.max() > LONGEST_MM:
        message = (
            f"{path}: found voxels of {shown} mm, expected edges of {SHORTEST_MM:g} to {LONGEST_MM:g} mm. Check the "
            "unit of the affine: it is taken as mm."
        )
        raise ImageError(message)


def no_affine(path: Path, found: str) -> ImageError:
    """Refusal of an image that does not say how it lies in the body."""
    message = (
        f"{path}: {found}, so that right and left, front and back, up and down are not known; expected an affine. "
        'Export the image with its orientation, or state what its axes point to (mesh.image.axes = "LPS").'
    )
    return ImageError(message)


def stated_affine(axes: str, spacing: np.ndarray) -> np.ndarray:
    """Affine of a volume whose axes are stated by the user, its first voxel in the origin.

    Parameters
    ----------
    axes : str
        What the first, second and third index point to: R or L, A or P, S or I.
    spacing : ndarray, shape (3,) [mm]
    """
    directions = {"R": (0, 1), "L": (0, -1), "A": (1, 1), "P": (1, -1), "S": (2, 1), "I": (2, -1)}
    affine = np.zeros((4, 4))
    affine[3, 3] = 1
    for column, letter in enumerate(axes):
        row, sign = directions[letter]
        affine[row, column] = sign * spacing[column]
    return affine
