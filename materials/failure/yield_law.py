"""The yield law of bone in bounded principal stresses, by name: how much shear it bears beside its uniaxial strengths.

| name | bears in pure shear | largest s_1 - s_3 |
| --- | --- | --- |
| `cut_box` | 0.5 sigma_c (or half of sigma_t, where that is more) | max(sigma_c, sigma_t) |
| `box` | the smaller uniaxial strength | sigma_c + sigma_t, at the corner of the box |

Trabecular bone bears 0.44 +- 0.16 of its compressive strength in shear [1]_. A convex isotropic law through both
uniaxial strengths bears sigma_c sigma_t / (sigma_c + sigma_t) at least, 0.474 for sigma_t = 0.9 sigma_c. The cut box
bears little more and leaves strengths under one or several equal pressures as the box has them.

References
----------
.. [1] A. Sanyal, A. Gupta, H. H. Bayraktar, R. Y. Kwon, T. M. Keaveny, Shear strength behavior of human trabecular
   bone, J Biomech 45 (2012) 2513-2519.
"""

import numpy as np

from ..table import value

YIELD_LAWS = ("cut_box", "box")
YIELD_LAW = "cut_box"
"""The one that is taken unless another is asked for."""


def shear_strength(law: str, strength_compression, strength_tension) -> np.ndarray:
    """Largest shear stress (s_1 - s_3) / 2 that a yield law allows.

    Parameters
    ----------
    law : str
        One of `YIELD_LAWS`.
    strength_compression, strength_tension : ndarray, shape (...) [MPa]
        Uniaxial, positive.

    Returns
    -------
    ndarray, shape (...) [MPa]
        Never below half of either uniaxial strength, which it would lower.

    Raises
    ------
    ValueError
        The law is not known.
    """
    compression, tension = np.asarray(strength_compression, float), np.asarray(strength_tension, float)
    if law == "box":
        return (compression + tension) / 2
    if law == "cut_box":
        wanted = value("failure", "cut_box.shear") * compression
        return np.maximum(wanted, np.maximum(compression, tension) / 2)
    message = f"yield law {law!r} is not known: expected one of {', '.join(YIELD_LAWS)}. Choose one."
    raise ValueError(message)
