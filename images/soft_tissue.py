"""Fat and muscle beside a vertebra: how far apart their values lie says whether an image holds HU or density.

Scanners are calibrated to water and air, so that fat lies near -105 HU and muscle near 45 HU on all of them, some 150
apart; a mineral density stretches that by the slope of its calibration, 0.55 to 0.9 mg/cm3 per HU, to some 85 to 135.
The distance does not depend on the intercept, and needs no air in the image. The limits are judgement: one clinical CT
of a lumbar vertebra has 146.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .image import Image
from .mask import Mask

AROUND_MM, BESIDE_MM = 50.0, 4.0
"""How far from the mask tissue is looked for, and how much beside it is left out."""
COARSE_MM, SPREAD_MM = 1.5, 2.5
"""Distance of the voxels that are looked at, and the Gaussian that averages noise away."""
FLAT = 4.0
"""Largest gradient of averaged values within one tissue [1/mm]."""
HU_APART, DENSITY_APART = 138.0, 130.0
"""From where on the distance is that of HU, and up to where that of densities; between the two nothing is known."""
_SOFT = (-400.0, 300.0)
_FAT, _MUSCLE = (-150.0, -40.0), (5.0, 95.0)
_BIN, _NEAR = 5.0, 12.5
_FEWEST = 60
_FULL = 0.8
_CLIPPED = 5e-3
"""Share of voxels at the smallest value from which an image was clipped there."""


@dataclass(frozen=True)
class SoftTissue:
    """Most frequent averaged values of two tissues, in the unit of the image.

    Attributes
    ----------
    fat, muscle : float
    """

    fat: float
    muscle: float

    @property
    def apart(self) -> float:
        """Distance of the two."""
        return self.muscle - self.fat


def soft_tissue(image: Image, mask: Mask) -> SoftTissue | None:
    """Find fat and muscle around a vertebra; None where an image does not hold enough of both or was clipped.

    Parameters
    ----------
    image : Image
        HU or densities in mg/cm3.
    mask : Mask
        On its grid.
    """
    low, high = mask.box(int(np.ceil(AROUND_MM / image.spacing.min())))
    near, inside = image.cropped(low, high), mask.inside[tuple(map(slice, low, high))]
    step = np.maximum(np.floor(COARSE_MM / image.spacing), 1).astype(int)
    every = tuple(slice(None, None, int(each)) for each in step)
    values, inside, spacing = near.values[every].astype(float), inside[every], image.spacing * step
    is_clipped = _SOFT[0] < values.min() < 0 and float((values == values.min()).mean()) > _CLIPPED
    if min(values.shape) < 4 or is_clipped:  # what is cut off there shifts the mean of fat
        return None
    away = ndimage.distance_transform_edt(~inside, sampling=spacing)
    assert isinstance(away, np.ndarray)
    soft = (away > BESIDE_MM) & (values > _SOFT[0]) & (values < _SOFT[1])
    # voxels that are exactly 0 are what masked images have in place of tissue
    soft &= values != 0
    spread = SPREAD_MM / spacing
    weight = ndimage.gaussian_filter(soft.astype(float), spread)
    mean = ndimage.gaussian_filter(np.where(soft, values, 0.0), spread) / np.maximum(weight, 1e-9)
    slope = np.sqrt(sum(each**2 for each in np.gradient(mean, *spacing)))
    found = mean[soft & (weight > _FULL) & (slope < FLAT)]
    fat, muscle = _peak(found, *_FAT), _peak(found, *_MUSCLE)
    return None if fat is None or muscle is None else SoftTissue(fat, muscle)


def _peak(values: np.ndarray, low: float, high: float) -> float | None:
    """Mean around the most frequent value between two; None where it lies at the border of that range."""
    edges = np.arange(low - 2 * _BIN, high + 2.5 * _BIN, _BIN)
    count = np.convolve(np.histogram(values, edges)[0], [1.0, 1.0, 1.0], mode="same")
    within = slice(2, len(count) - 2)
    at = 2 + int(count[within].argmax())
    if count[at] < _FEWEST or count[at] <= max(count[:2].max(), count[-2:].max()):
        return None
    middle = 0.5 * (edges[at] + edges[at + 1])
    return float(values[np.abs(values - middle) < _NEAR].mean())
