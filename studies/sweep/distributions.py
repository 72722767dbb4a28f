"""Values of a parameter from places between 0 and 1, by the distribution that a study names."""

from typing import Any

import numpy as np

from .keys import Distribution


def quantiles(distribution: Distribution, shares: np.ndarray) -> np.ndarray:
    """Values below which given shares lie.

    Parameters
    ----------
    distribution : Distribution
        One with `low` or `high` that needs neither is cut there: the shares are those of what is left.
    shares : ndarray, shape (n,) [-]
        Between 0 and 1.

    Returns
    -------
    ndarray, shape (n,)
    """
    law = frozen(distribution)
    if distribution.kind in ("normal", "log_normal"):
        low, high = distribution.low, distribution.high
        below = 0.0 if low is None else float(law.cdf(low))
        above = 1.0 if high is None else float(law.cdf(high))
        shares = below + (above - below) * shares
    return np.asarray(law.ppf(shares))


def frozen(distribution: Distribution) -> Any:
    """The distribution of `scipy.stats`, before it is cut."""
    from scipy import stats  # late: it takes a second to load

    d = distribution
    match d.kind:
        case "uniform":
            return stats.uniform(d.low, _span(d))
        case "log_uniform":
            return stats.loguniform(d.low, d.high)
        case "normal":
            return stats.norm(d.mean, d.sd)
        case "log_normal":
            return stats.lognorm(d.spread, scale=d.median)
        case "triangular":
            low, mode = d.low or 0.0, d.mode or 0.0  # checked when it was read
            return stats.triang((mode - low) / _span(d), low, _span(d))


def _span(distribution: Distribution) -> float:
    return (distribution.high or 0.0) - (distribution.low or 0.0)
