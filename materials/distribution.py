"""How cancellous density is distributed inside a vertebral body."""

import numpy as np

from .table import value

DISTRIBUTIONS = ("regional", "uniform")
_HALF = 0.5
"""Place of a core, and the mean place of a half, on an axis that goes from -1 to 1 over the body."""


def regional_factor(place: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Density over the mean density of the body: denser behind and in the upper half.

    Linear from front to back and from the lower to the upper end, with the two ratios of `density.toml`
    (`regional`) [1]_.

    Parameters
    ----------
    place : ndarray, shape (n, 3) [-]
        Where in the body, each coordinate from -1 to 1 over it: right, anterior, superior. Beyond, the value at the
        border counts.
    weight : ndarray, shape (n,)
        Weights of the mean, such as volumes of cancellous bone; 0 outside the body.

    Returns
    -------
    ndarray, shape (n,) [-]
        With a weighted mean of 1.

    References
    ----------
    .. [1] Banse et al. 2001, Bone 28:563.
    """
    _, y, z = np.clip(place, -1.0, 1.0).T
    factor = (1 - _slope(value("density", "regional.posterior_per_anterior")) * y) * (
        1 - _slope(value("density", "regional.lower_per_upper")) * z
    )
    return factor / np.average(factor, weights=weight)


def _slope(ratio: float) -> float:
    """Rise s of 1 - s x for a ratio between x = -1/2 and x = 1/2."""
    return (ratio - 1) / (ratio + 1) / _HALF
