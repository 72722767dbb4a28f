"""Densities of an image: units that are likely slips, and cells whose density no bone has."""

from dataclasses import dataclass

import numpy as np

from .image import Image, ImageError
from .mask import Mask

UNITS_MG_CM3 = {"mg/cm3": 1.0, "g/cm3": 1000.0}
DENSEST = 1600.0
"""Mineral density above that of compact bone: cement or metal [mg/cm3]."""
LARGEST_MPA = (300.0, 40_000.0)
"""Between which the largest modulus of bone or cement lies."""
MOST_BELOW = 0.25
"""Share of the body that may lie below the least density."""
_HU_BELOW = -300.0
"""Values below this are air in HU; no density is."""


def require_density(image: Image, mask: Mask, unit: str) -> Image:
    """Densities in mg/cm3 from an image that holds densities; refuses what looks like another unit.

    Parameters
    ----------
    image : Image
    mask : Mask
    unit : {"mg/cm3", "g/cm3"}

    Raises
    ------
    ImageError
    """
    values = image.values * UNITS_MG_CM3[unit]
    lowest, mean = float(image.values.min()), float(image.values[mask.inside].mean())
    if lowest < _HU_BELOW:
        message = (
            f"{image.source}: found values down to {lowest:.0f}, which no density has: these look like HU. State a "
            'calibration (bone.density_image.calibration = "linear" with slope and intercept), or name the '
            "calibrated image."
        )
        raise ImageError(message)
    converted = mean * UNITS_MG_CM3[unit]
    if not 10 <= converted <= 1200:
        other, factor = ("g/cm3", 1000.0) if unit == "mg/cm3" else ("mg/cm3", 0.001)
        slip = f" It looks like {other}: is {mean * factor * UNITS_MG_CM3[unit]:.4g} mg/cm3 meant?"
        is_slip = 10 <= mean * factor * UNITS_MG_CM3[unit] <= 1200
        message = (
            f"{image.source}: the mean over the mask is {mean:.4g} {unit}, expected a bone of 10 to 1200 mg/cm3."
            f"{slip if is_slip else ''} Correct bone.density_image.unit."
        )
        raise ImageError(message)
    return Image(values, image.affine, image.source)


def require_hu(image: Image, mask: Mask) -> None:
    """Refuse an image that is no CT in HU over bone.

    Raises
    ------
    ImageError
    """
    mean = float(image.values[mask.inside].mean())
    most = float(image.values.max())
    if not -50 <= mean <= 1200 or most < 10:
        slip = " Raw values of scanners are often HU + 1024: apply slope and intercept." if mean > 900 else ""
        slip = " It looks like a density in g/cm3." if most < 10 else slip
        message = (
            f"{image.source}: the mean over the mask is {mean:.4g}, expected the HU of a vertebra, -50 to "
            f"1200.{slip} Check "
            "image, mask and unit."
        )
        raise ImageError(message)


def require_moduli(image: Image, mask: Mask) -> None:
    """Refuse an image that holds no Young's moduli in MPa over bone.

    Raises
    ------
    ImageError
    """
    values = image.values[mask.inside]
    mean, largest = float(values.mean()), float(values.max())
    if values.min() < 0:
        message = (
            f"{image.source}: found moduli down to {values.min():.4g} in the mask, expected MPa of 0 or more. Export "
            "the moduli that were solved, or name the unit that the voxels have."
        )
        raise ImageError(message)
    if not LARGEST_MPA[0] <= largest <= LARGEST_MPA[1]:
        meant = " It looks like GPa: multiply by 1000." if 0.3 <= largest <= 40 else ""
        message = (
            f"{image.source}: the largest modulus in the mask is {largest:.4g} (mean {mean:.4g}), expected one of "
            f"bone, {LARGEST_MPA[0]:g} to {LARGEST_MPA[1]:g} MPa.{meant} Correct bone.density_image.unit."
        )
        raise ImageError(message)


@dataclass(frozen=True, eq=False)
class Bounded:
    """Densities of cells within what bone can have, the mineral of the body unchanged.

    Attributes
    ----------
    density : ndarray, shape (m,) [mg/cm3]
    raised, lowered : int
        Cells below the least and above the largest density.
    raised_share : float [-]
        Volume of those below over the volume of all.
    factor : float [-]
        By which the others were multiplied so that the mineral is kept.
    """

    density: np.ndarray
    raised: int
    lowered: int
    raised_share: float
    factor: float


def bounded(density: np.ndarray, volume: np.ndarray, least: float, most: float, what: str) -> Bounded:
    """Raise cells below `least`, lower those above `most`, and scale the others so that the mineral is kept.

    Noise makes negative densities where marrow is all there is; cutting them off alone would add mineral.

    Parameters
    ----------
    density : ndarray, shape (m,) [mg/cm3]
    volume : ndarray, shape (m,) [mm3]
    least, most : float [mg/cm3]
    what : str
        For messages.

    Raises
    ------
    ImageError
        More than `MOST_BELOW` of the body lies below the least density.
    """
    low, high = density < least, density > most
    share = float(volume[low].sum() / volume.sum())
    if share > MOST_BELOW:
        message = (
            f"{what}: {100 * share:.0f} % of the body has a density below {least:g} mg/cm3, expected at most "
            f"{100 * MOST_BELOW:.0f} %: calibration or mask do not fit the image. Check both."
        )
        raise ImageError(message)
    held = np.clip(density, least, most)
    mineral, factor = float(density @ volume), 1.0
    for _ in range(50):
        between = (held > least) & (held < most)
        free = float(held[between] @ volume[between])
        step = 1 + (mineral - float(held @ volume)) / free if free > 0 else 1.0
        held = np.where(between, np.clip(held * step, least, most), held)
        factor *= step
        if abs(step - 1) < 1e-12:
            break
    return Bounded(held, int(low.sum()), int(high.sum()), share, factor)
