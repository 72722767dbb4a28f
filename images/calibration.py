"""HU to density: straight lines, from stated numbers or from the rods of a phantom."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from .image import Image, ImageError

MATERIALS = ("k2hpo4", "hydroxyapatite")
"""What the rods of phantoms hold; densities in equivalents of the two differ by some 8 % at 100 mg/cm3."""
SLOPES = (0.3, 2.0)
"""Slopes between which CT of bone at 80-140 kV lies [mg/cm3 per HU]."""
_LIQUID_SIGMA, _LIQUID_BETA = 0.2174, 999.6
"""Correction of liquid rods to their water-free part, Mindways QCT PRO: sigma - 0.2174, beta + 999.6."""


@dataclass(frozen=True)
class Calibration:
    """Mineral-equivalent density = slope HU + intercept.

    Attributes
    ----------
    slope : float [mg/cm3 per HU]
    intercept : float [mg/cm3]
    material : str
        Whose equivalent the density is; of `MATERIALS`.
    how : str
        Where the line comes from, for people.
    """

    slope: float
    intercept: float
    material: str
    how: str

    def __post_init__(self):
        """Refuse slopes that no scanner has.

        Raises
        ------
        ImageError
        """
        if not SLOPES[0] <= self.slope <= SLOPES[1]:
            hint = (
                " Is it in g/cm3 per HU? Then multiply by 1000."
                if 0 < 1000 * self.slope < 1000 * SLOPES[0]
                else ""
            )
            message = (
                f"{self.how}: a slope of {self.slope:.4g} mg/cm3 per HU, expected {SLOPES[0]:g} to {SLOPES[1]:g} "
                f"(about "
                f"0.8 at 120 kV).{hint} Check the rods or the numbers."
            )
            raise ImageError(message)

    @classmethod
    def from_rods(cls, hu: np.ndarray, density: np.ndarray, material: str) -> Self:
        """Least-squares line through solid rods, such as hydroxyapatite in resin.

        Parameters
        ----------
        hu : ndarray, shape (n,) [HU]
        density : ndarray, shape (n,) [mg/cm3]
        material : str
        """
        slope, intercept, worst = _line(hu, density)
        return cls(
            slope,
            intercept,
            material,
            f"{len(hu)} rods of a phantom ({material}), worst off by {worst:.1f} mg/cm3",
        )

    @classmethod
    def from_liquid_rods(cls, hu: np.ndarray, density: np.ndarray, water: np.ndarray) -> Self:
        """Line through rods of K2HPO4 in water and resin (Mindways), whose water density is stated for each rod.

        HU - water = sigma K2HPO4 + beta over the rods, then K2HPO4 = (HU - beta - 999.6) / (sigma - 0.2174).

        Parameters
        ----------
        hu : ndarray, shape (n,) [HU]
        density, water : ndarray, shape (n,) [mg/cm3]
            K2HPO4 and water equivalents of the rods.
        """
        sigma, beta = np.polyfit(density, np.asarray(hu) - water, 1)
        slope = 1 / (sigma - _LIQUID_SIGMA)
        return cls(
            float(slope),
            float(-slope * (beta + _LIQUID_BETA)),
            "k2hpo4",
            f"{len(hu)} liquid rods of a phantom (k2hpo4), sigma {sigma - _LIQUID_SIGMA:.4f}, beta "
            f"{beta + _LIQUID_BETA:.2f}",
        )

    def density(self, image: Image) -> Image:
        """Image of densities [mg/cm3]."""
        return replace(image, values=self.slope * image.values.astype(float) + self.intercept)

    def __str__(self) -> str:
        """One sentence for people."""
        line = f"density = {self.slope:.4f} HU {self.intercept:+.2f} mg/cm3"
        return f"{line} ({self.material} equivalent), from {self.how}"


def _line(hu, density):
    """Slope, intercept and largest miss of a line through rods."""
    hu, density = np.asarray(hu, float), np.asarray(density, float)
    if len(hu) != len(density) or len(hu) < 2 or np.ptp(hu) < 50:
        message = (
            f"found {len(hu)} HU and {len(density)} densities of rods, spanning {np.ptp(hu) if len(hu) else 0:.0f} HU; "
            "expected two or more rods, as many of each, at least 50 HU apart. Add rods."
        )
        raise ImageError(message)
    slope, intercept = np.polyfit(hu, density, 1)
    return float(slope), float(intercept), float(np.abs(slope * hu + intercept - density).max())
