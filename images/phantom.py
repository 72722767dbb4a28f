"""A vertebra out of formulas, as CT and mask: what the bundled scenario and tests read.

``python -m vertebra.images.phantom CT.nii.gz MASK.nii.gz`` writes both.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from .formats.nifti import write_nifti
from .image import Image
from .mask import pieces_of

LABEL = 20
"""Number of L1 in VerSe and TPTBox."""
HU_PER_MG_CM3 = 1.25
"""So that density = 0.8 HU."""
NOISE_HU = 25.0
SOFT_HU = 40.0
HALF_WIDTH_MM, HALF_DEPTH_MM, HALF_HEIGHT_MM, WAIST, DISH_MM = 22.0, 16.5, 13.5, 0.06, 1.2
RIM_MM = 2.5
CORE_MG_CM3, CORTEX_MG_CM3, CORTEX_MM = 110.0, 450.0, 0.5
TILT_DEG = (6.0, -4.0)
"""By which the vertebra is tilted forwards and to the side, as patients lie."""
_FINE = 3
"""Points along the edge of a voxel by which its content is averaged."""


def in_vertebra(points: np.ndarray) -> np.ndarray:
    """Points of the image in the frame of the vertebra; ndarray, shape (..., 3) [mm]."""
    return points @ Rotation.from_euler("xy", TILT_DEG, degrees=True).as_matrix()


def body_depth(points: np.ndarray) -> np.ndarray:
    """How deep points lie in the body, about in mm; negative outside.

    A superellipse, waisted, with a hollow towards the canal, between two dished endplates with rounded rims.

    Parameters
    ----------
    points : ndarray, shape (..., 3) [mm]
        About the middle of the body: x right, y anterior, z superior.
    """
    x, y, z = np.moveaxis(points, -1, 0)
    p = 2.4
    waist = 1 - WAIST * np.cos(0.5 * np.pi * np.clip(z / HALF_HEIGHT_MM, -1, 1)) ** 2
    ring = (np.abs(x / HALF_WIDTH_MM) ** p + np.abs(y / HALF_DEPTH_MM) ** p + 1e-12) ** (1 / p)
    hollow = 0.14 * np.exp(-((x / 9.0) ** 2)) * np.clip(-y / HALF_DEPTH_MM, 0, None) ** 2
    wall = (waist - ring - hollow) * 0.5 * (HALF_WIDTH_MM + HALF_DEPTH_MM)
    plate = HALF_HEIGHT_MM - DISH_MM * np.clip(1 - ring**2, 0, 1) ** 2 - np.abs(z)
    round_off = RIM_MM - np.hypot(np.maximum(RIM_MM - wall, 0), np.maximum(RIM_MM - plate, 0))
    return np.where(np.minimum(wall, plate) < RIM_MM, round_off, np.minimum(wall, plate))


def arch_inside(points: np.ndarray) -> np.ndarray:
    """Whether points lie in two pedicles, a lamina or a spinous process around a canal; ndarray of bool."""
    x, y, z = np.moveaxis(points, -1, 0)
    back = -HALF_DEPTH_MM
    pedicles = (
        (((np.abs(x) - 13.5) / 4.0) ** 2 + ((z - 4.0) / 7.0) ** 2 <= 1) & (y < back + 4) & (y > back - 11)
    )
    ring = np.hypot(x / 18.0, (y - back + 9.0) / 16.0)
    lamina = (ring < 1) & (ring > 0.68) & (y < back - 9) & (np.abs(z) < 9)
    spine = (np.abs(x) < 3.5) & (y < back - 20) & (y > back - 38) & (np.abs(z + 3) < 7)
    return pedicles | lamina | spine


def density(points: np.ndarray) -> np.ndarray:
    """Bone mineral of the body at points: a core denser behind, a cortex that a voxel blurs; ndarray [mg/cm3]."""
    depth = body_depth(points)
    core = CORE_MG_CM3 * (1 - 0.12 * points[..., 1] / HALF_DEPTH_MM)
    return np.where(depth < CORTEX_MM, CORTEX_MG_CM3, core)


def phantom(
    shape: tuple[int, int, int] = (56, 62, 40),
    affine: np.ndarray | None = None,
    *,
    noise_HU: float = NOISE_HU,  # noqa: N803
    with_arch: bool = True,
    seed: int = 1,
) -> tuple[Image, Image]:
    """CT and mask of the phantom.

    Parameters
    ----------
    shape : tuple of int
        Voxels.
    affine : ndarray, shape (4, 4), optional [mm]
        Default: voxels of 1 mm, 1 mm and 1.2 mm around the vertebra, in axes that point left, back and up.
    noise_HU : float [HU]
        Standard deviation.
    with_arch : bool
        Whether the mask and the image hold arch and processes.
    seed : int

    Returns
    -------
    image, mask : Image
    """
    if affine is None:
        edges = np.array([1.0, 1.25, 1.0])
        affine = np.diag([-edges[0], -edges[1], edges[2], 1.0])
        affine[:3, 3] = [edges[0] * (shape[0] - 1) / 2, 22.0, -edges[2] * (shape[2] - 1) / 2]
    index = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1).astype(float)
    mean, filled = np.zeros(shape), np.zeros(shape)
    steps = (np.arange(_FINE) + 0.5) / _FINE - 0.5
    for offset in np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3):
        points = in_vertebra((index + offset) @ affine[:3, :3].T + affine[:3, 3])
        bone = body_depth(points) > 0
        value = np.where(bone, density(points) * HU_PER_MG_CM3, SOFT_HU)
        if with_arch:
            arch = arch_inside(points) & ~bone
            value, bone = np.where(arch, 250 * HU_PER_MG_CM3, value), bone | arch
        mean += value / _FINE**3
        filled += bone / _FINE**3
    if noise_HU:
        mean = mean + np.random.default_rng(seed).normal(0, noise_HU, shape)
    labels = np.where(filled >= 0.5, LABEL, 0).astype(np.uint8)
    pieces, _ = pieces_of(labels > 0)
    labels[pieces != np.bincount(pieces.ravel())[1:].argmax() + 1] = 0
    image = np.clip(np.rint(mean), -1024, 3071).astype(np.int16) if noise_HU else mean.astype(np.float32)
    return Image(image, affine, "phantom CT"), Image(labels, affine, "phantom mask")


def main(arguments: list[str]) -> None:
    """Write CT and mask of the bundled phantom."""
    for image, file in zip(phantom(), arguments, strict=True):
        write_nifti(image, Path(file))


if __name__ == "__main__":
    main(sys.argv[1:])
