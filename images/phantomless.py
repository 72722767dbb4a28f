"""HU to density without a phantom, from air and tissues of the patient.

After the idea of [1]_: the effective energy of the scan is the one at which the HU of reference tissues are most
nearly a straight line over their attenuation, which then turns any HU into attenuation. The last step is that of a
liquid phantom: the density of K2HPO4 in water of the same attenuation,

    mu = rho (mu/rho)_K + (1 - rho / rho_K) mu_water

so that the result compares with phantoms of K2HPO4. In [1]_ a voxel is divided into K2HPO4 and triglyceride instead.

References
----------
.. [1] A. S. Michalski, B. A. Besler, G. J. Michalak, S. K. Boyd, CT-based internal density calibration for
   opportunistic skeletal assessment using abdominal CT scans, Med. Eng. Phys. 78 (2020) 55-63, doi
   10.1016/j.medengphy.2020.01.009
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from .calibration import Calibration
from .image import Image, ImageError
from .reading import read_labels

TISSUES = ("air", "fat", "muscle", "blood", "cortical_bone")
"""Reference tissues; the last one is optional and fixes the energy best. Their labels in a mask count from 1."""
_NEEDED = TISSUES[:4]
_EXPECTED = {
    "air": (-1100, -900),
    "fat": (-160, -40),
    "muscle": (10, 110),
    "blood": (0, 110),
    "cortical_bone": (500, 2200),
}
"""HU between which reference tissues lie without contrast medium."""
_TABLE = Path(__file__).with_name("attenuation.toml")
_ENERGIES = np.arange(40.0, 120.0, 0.1)


@cache
def _attenuation() -> dict:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


def linear_attenuation(material: str, energy: np.ndarray | float) -> np.ndarray:
    """Attenuation coefficient of a reference material at its density, log-log between the energies of the table.

    Parameters
    ----------
    material : str
    energy : ndarray [keV]

    Returns
    -------
    ndarray [1/cm]
    """
    table = _attenuation()
    at = np.log(np.asarray(energy, float))
    known = np.log(np.array(table["energy_keV"], float))
    return table[material]["density_g_cm3"] * np.exp(
        np.interp(at, known, np.log(table[material]["cm2_per_g"]))
    )


def phantomless(hu: Mapping[str, float]) -> Calibration:
    """Calibrate by the mean HU of reference tissues.

    Parameters
    ----------
    hu : mapping of str to float [HU]
        Of `TISSUES`; cortical bone may be left out.

    Raises
    ------
    ImageError
        A tissue is missing, or no tissue of that name has such HU.
    """
    for name in _NEEDED:
        if name not in hu:
            message = (
                f"phantomless calibration: {name} is missing, expected {', '.join(_NEEDED)}. Mark it, or use "
                f"another calibration."
            )
            raise ImageError(message)
    for name, found in hu.items():
        low, high = _EXPECTED[name]
        if not low <= found <= high:
            message = (
                f"phantomless calibration: found {found:.0f} HU of {name}, expected {low} to {high}. Check the "
                f"region, and "
                "that no contrast medium was given."
            )
            raise ImageError(message)
    names = [name for name in TISSUES if name in hu]
    found = np.array([hu[name] for name in names])
    mu = np.array([linear_attenuation(name, _ENERGIES) for name in names])  # (tissue, energy)
    straight = np.array([np.corrcoef(found, column)[0, 1] ** 2 for column in mu.T])
    best = int(np.argmax(straight))
    energy = float(_ENERGIES[best])
    per_hu, at_zero = np.polyfit(found, mu[:, best], 1)  # mu = per_hu HU + at_zero
    water = float(linear_attenuation("water", energy))
    salt = _attenuation()["k2hpo4"]
    gain = float(linear_attenuation("k2hpo4", energy)) / salt["density_g_cm3"] - water / salt["density_g_cm3"]
    return Calibration(
        slope=float(1000 * per_hu / gain),
        intercept=float(1000 * (at_zero - water) / gain),
        material="k2hpo4",
        how=f"{', '.join(names)} of the patient, effective energy {energy:.1f} keV (R2 {straight[best]:.6f})",
    )


def tissue_means(image: Image, path: Path) -> dict[str, float]:
    """Mean HU of the reference tissues that a mask marks, by labels 1 to 5 in the order of `TISSUES`.

    Raises
    ------
    ImageError
    """
    labels = read_labels(path)
    if labels.shape != image.shape:
        message = f"{path}: found a mask of another size than {image.source}. Resample it onto the image."
        raise ImageError(message)
    return {
        name: float(image.values[labels.values == label].mean())
        for label, name in enumerate(TISSUES, 1)
        if np.any(labels.values == label)
    }
