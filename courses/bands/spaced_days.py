"""Some days of a course, and what a patient is beside the median one on the days between them."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.interpolate import CubicSpline

_SOON = 28.0
"""Days that are added where days are compared: about the time in which soft tissue becomes woven bone [d]."""


def spaced(days: Sequence[int], widest: float) -> list[int]:
    """Some of the days, the first and the last among them, as far apart as allowed where they are listed so densely.

    Parameters
    ----------
    days : sequence of int [d]
        Increasing.
    widest : float [-]
        Largest ratio of one day to the one before, four weeks added to both.
    """
    kept = [days[0]]
    for day, later in pairwise([*days[1:], np.inf]):
        if later + _SOON > (kept[-1] + _SOON) * widest:
            kept.append(int(day))
    return kept


def between_days(known: np.ndarray, ratio: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Ratios of a patient to the median one on all days, from those on some of them: smooth, and exact there.

    A natural cubic spline of the logarithm over that of the time.

    Parameters
    ----------
    known : ndarray, shape (k,) [d]
        Increasing.
    ratio : ndarray, shape (k,) [-]
    days : ndarray, shape (n,) [d]
        Between the first and the last of the known ones.

    Returns
    -------
    ndarray, shape (n,) [-]
    """
    if len(known) == 1:
        return np.full(len(days), ratio[0])
    spline = CubicSpline(np.log(known + _SOON), np.log(ratio), bc_type="natural")
    return np.exp(spline(np.log(days + _SOON)))
