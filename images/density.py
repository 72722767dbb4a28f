"""Densities of an image: units that are likely slips, and cells whose density no bone has."""

from dataclasses import dataclass

import numpy as np

from .image import Image, ImageError
from .mask import Mask
from .soft_tissue import DENSITY_APART, HU_APART, soft_tissue

UNITS_MG_CM3 = {"mg/cm3": 1.0, "g/cm3": 1000.0}
DENSEST = 1600.0
"""Mineral density above that of compact bone: cement or metal [mg/cm3]."""
LARGEST_MPA = (300.0, 40_000.0)
"""Between which the largest modulus of bone or cement lies."""
MOST_BELOW = 0.25
"""Share of the body that may lie below the least density."""
_BELOW_TISSUE = -300.0
"""Values below this are air, in HU as in densities of a calibrated image."""
_AIR_HU = -960.0
"""The most frequent of these values up to which they are HU: air is -1000, its calibrated density -550 to -950."""
_AIR_SHARE, _AIR_BIN = 5e-4, 20.0
_NEGATIVE_SHARE, _BLANK_SHARE = 0.01, 0.5
_RAW, _FEWEST_BESIDE = (700.0, 1300.0), 500
"""Medians of what lies beside a vertebra in values of HU + 1024, and voxels that a median takes."""
_SAME = 2.0
"""Range of half of the values up to which they are one, without the noise of a scanner."""
_CALIBRATED_APART = 120.0
"""Distance of fat and muscle up to which an image said to hold HU is likely to be calibrated already."""


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
    _require_soft_surroundings(image, mask)
    values = image.values * UNITS_MG_CM3[unit]
    mean = float(image.values[mask.inside].mean())
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


def doubts_of_density(image: Image, mask: Mask) -> tuple[str, ...]:
    """Refuse HU that are taken for densities; what a reader must know where the image leaves it open.

    HU show by air at -1000, or by fat and muscle that lie as far apart as HU have them; where these lie nearer to each
    other the image is calibrated, air or not.

    Parameters
    ----------
    image : Image
        Said to hold mg/cm3.
    mask : Mask

    Returns
    -------
    tuple of str
        Empty for densities of which nothing looks like HU.

    Raises
    ------
    ImageError
    """
    air, tissue = _air(image), soft_tissue(image, mask)
    lowest = float(image.values.min())
    cure = (
        'State a calibration (bone.density_image.unit = "HU" and calibration = "linear" with slope and intercept), or '
        "name the calibrated image; if the values are densities, that line has slope 1 and intercept 0."
    )
    found = None
    if air is not None and air <= _AIR_HU:
        found = f"air at {air:.0f}, expected densities, which are at -950 or more there"
    elif tissue is not None and tissue.apart >= HU_APART:
        found = (
            f"fat at {tissue.fat:.0f} and muscle at {tissue.muscle:.0f} beside the vertebra, {tissue.apart:.0f} apart, "
            f"expected less than {HU_APART:.0f} of densities in mg/cm3"
        )
    elif lowest < _BELOW_TISSUE and (tissue is None or tissue.apart > DENSITY_APART):
        found = f"values down to {lowest:.0f}, which no density of tissue has"
    if found is not None:
        message = f"{image.source}: found {found}: these look like HU. {cure}"
        raise ImageError(message)
    outside = image.values[~mask.inside]
    is_open = tissue is None or tissue.apart > DENSITY_APART
    is_whole = bool(np.all(image.values == np.rint(image.values)))
    if is_open and is_whole and float((outside < 0).mean()) > _NEGATIVE_SHARE:
        return (
            f"bone.density_image: {image.source} holds whole numbers down to {lowest:.0f}, as a CT in HU has them, and "
            "not enough fat and muscle to know. HU taken for mg/cm3 make bone some 25 % too dense: check that it is "
            "calibrated.",
        )
    return ()


def _air(image: Image) -> float | None:
    """Most frequent value below that of any tissue; None where there are next to none."""
    low = image.values[image.values < _BELOW_TISSUE]
    if len(low) < max(_AIR_SHARE * image.values.size, 1):
        return None
    edges = np.arange(np.floor(low.min() / _AIR_BIN), np.ceil(low.max() / _AIR_BIN) + 1.5) * _AIR_BIN
    at = int(np.histogram(low, edges)[0].argmax())
    return float(low[(low >= edges[at]) & (low <= edges[at + 1])].mean())


def doubts_of_hu(image: Image, mask: Mask) -> tuple[str, ...]:
    """What a reader must know of an image said to hold HU that looks calibrated already.

    Parameters
    ----------
    image : Image
    mask : Mask
    """
    tissue = soft_tissue(image, mask)
    blank = float((image.values[~mask.inside] == 0).mean())
    found = None
    if tissue is not None and tissue.apart <= _CALIBRATED_APART:
        found = (
            f"fat at {tissue.fat:.0f} and muscle at {tissue.muscle:.0f} beside the vertebra, {tissue.apart:.0f} apart, "
            f"expected some 150"
        )
    elif blank > _BLANK_SHARE:
        found = (
            f"exactly 0 in {100 * blank:.0f} % of the voxels beside the mask, expected tissue or air at -1000"
        )
    if found is None:
        return ()
    return (
        f"bone.density_image: {image.source} has {found}: it may hold densities already. Calibrated twice, bone is "
        'some 20 % too light: if so, set unit = "mg/cm3" and no calibration.',
    )


def _require_soft_surroundings(image: Image, mask: Mask) -> None:
    """Refuse raw values of scanners, HU + 1024: soft tissue then has the values of compact bone."""
    beside = image.values[~mask.inside]
    if len(beside) < _FEWEST_BESIDE or float((beside == 0).mean()) > _BLANK_SHARE:
        return
    low, median, high = np.percentile(beside[beside != 0], [25, 50, 75]).tolist()
    if _RAW[0] <= median <= _RAW[1] and high - low > _SAME:  # caps of a model have one value
        message = (
            f"{image.source}: what lies beside the mask has a median of {median:.0f}, expected that of soft tissue or "
            "air, at most 100. These look like raw values of a scanner, HU + 1024: subtract the offset, or apply slope "
            "and intercept of the file."
        )
        raise ImageError(message)


def require_hu(image: Image, mask: Mask) -> None:
    """Refuse an image that is no CT in HU over bone.

    Raises
    ------
    ImageError
    """
    _require_soft_surroundings(image, mask)
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
