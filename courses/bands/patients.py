"""Patients who differ in what no known factor explains: the pace of healing and that of vessels."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import ndtri

from vertebra.materials.table import value

SHARES = (0.1, 0.9)
"""Ends of a band: 10 % of the patients lie below the lower one, 10 % above the upper one."""
_PACES, _VESSELS = 401, 3


@dataclass(frozen=True, eq=False)
class Patients:
    """Representatives of all patients with the same known factors.

    Attributes
    ----------
    pace : ndarray, shape (n,) [-]
        How many times longer healing lasts than in the median patient.
    vessel_time : ndarray, shape (n,) [-]
        How many times longer vessels need on top of that.
    weight : ndarray, shape (n,) [-]
        Share of the patients that each stands for; the sum is 1.
    """

    pace: np.ndarray
    vessel_time: np.ndarray
    weight: np.ndarray


@cache
def vessel_times() -> tuple[np.ndarray, np.ndarray]:
    """Times of vessels that stand for all, and their weights; the nodes of a Gauss-Hermite rule of their logarithm."""
    nodes, weights = hermegauss(_VESSELS)
    return np.exp(value("cohort", "vessel_time") * nodes), weights / weights.sum()


def paces(shares) -> np.ndarray:
    """Paces below which given shares of the patients lie: exp(s z), of the log-normal spread of `cohort.tempo`."""
    return np.exp(value("cohort", "tempo") * ndtri(np.asarray(shares, dtype=float)))


@cache
def representatives() -> Patients:
    """Patients of equal shares of pace, each with every time of vessels; both are independent of each other."""
    pace = paces((np.arange(_PACES) + 0.5) / _PACES)
    vessels, weights = vessel_times()
    return Patients(
        pace=np.repeat(pace, len(vessels)),
        vessel_time=np.tile(vessels, _PACES),
        weight=np.tile(weights, _PACES) / _PACES,
    )


def percentiles(values: np.ndarray, weight: np.ndarray, shares=SHARES) -> np.ndarray:
    """Values below which given shares of the patients lie.

    Parameters
    ----------
    values : ndarray, shape (n, k)
        One row a patient, one column a day.
    weight : ndarray, shape (n,) [-]
        Their sum is 1.
    shares : sequence of s float [-]

    Returns
    -------
    ndarray, shape (s, k)
        Linear between patients, each of whom stands in the middle of the share that is theirs.
    """
    order = np.argsort(values, axis=0)
    out = np.empty((len(shares), values.shape[1]))
    for column in range(values.shape[1]):
        mine = order[:, column]
        place = np.cumsum(weight[mine]) - 0.5 * weight[mine]
        out[:, column] = np.interp(shares, place, values[mine, column])
    return out
