"""What cement does to the bone beside it: how hard that works, and how much softer it is."""

import numpy as np

from ..fractured_bone import FracturedBone
from .loaded import LoadedVertebra

_TOP = 0.95
"""Share of the volume of the rim that works less hard than what is said of it: a peak that a finer mesh keeps."""
_FILLED = 0.99
"""A cell is cement if this share of it is."""


def beside_cement_row(bone: FracturedBone, loaded: LoadedVertebra, cement: np.ndarray) -> dict[str, float]:
    """Columns of `augmentation.csv` that one state decides; NaN without cement.

    Parameters
    ----------
    bone : FracturedBone
        Whose `rim` is the share of each bone cell within 1.5 mm of the cement.
    loaded : LoadedVertebra
    cement : ndarray, shape (b,) [-]
        Share of each bone cell that is cement.

    Returns
    -------
    dict of str to float
        `rim_utilisation`, the 95th percentile by volume over the rim under the output load; `rim_modulus_ratio`, mean
        Young's modulus of the cement over that of the rim.
    """
    inside = bone.is_bone
    rim, filled = bone.rim * bone.cell_volume, cement >= _FILLED
    if not rim.any() or not filled.any():
        return {"rim_utilisation": float("nan"), "rim_modulus_ratio": float("nan")}
    young = loaded.properties.young[inside]
    of_cement = np.average(young[filled], weights=bone.cell_volume[filled])
    return {
        "rim_utilisation": _percentile(loaded.utilisation[inside], rim, _TOP),
        "rim_modulus_ratio": float(of_cement / np.average(young, weights=rim)),
    }


def _percentile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """Smallest value with at least this share of the weight at or below it."""
    order = np.argsort(values)
    passed = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(passed, share * passed[-1])])
