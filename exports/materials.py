"""Moduli of elements as materials of a deck: one for each pair of values, or bins that say what they cost."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Materials:
    """Materials, and which element has which.

    Attributes
    ----------
    young, poisson : ndarray, shape (k,) [MPa], [-]
    of_cell : ndarray of int, shape (m,)
    largest_error : float [-]
        By which the modulus of an element is off.
    """

    young: np.ndarray
    poisson: np.ndarray
    of_cell: np.ndarray
    largest_error: float


def exact(young: np.ndarray, poisson: np.ndarray) -> Materials:
    """One material for each pair of values that occurs.

    Parameters
    ----------
    young, poisson : ndarray, shape (m,) [MPa], [-]
    """
    pairs, of_cell = np.unique(np.column_stack([young, poisson]), axis=0, return_inverse=True)
    return Materials(pairs[:, 0], pairs[:, 1], of_cell.ravel(), 0.0)


def binned(young: np.ndarray, poisson: np.ndarray, volume: np.ndarray, bins: int) -> Materials:
    """Bins of equal ratio between their borders; each has the mean of its elements by volume.

    Parameters
    ----------
    young, poisson : ndarray, shape (m,) [MPa], [-]
    volume : ndarray, shape (m,) [mm3]
    bins : int
        Between the smallest and the largest modulus.
    """
    low, high = float(young.min()), float(young.max())
    place = np.zeros(len(young), int)
    if high > low:
        place = np.minimum((bins * np.log(young / low) / np.log(high / low)).astype(int), bins - 1)
    _, of_cell = np.unique(place, return_inverse=True)
    weight = np.bincount(of_cell, volume)
    mean = np.bincount(of_cell, volume * young) / weight
    ratio = np.bincount(of_cell, volume * poisson) / weight
    return Materials(mean, ratio, of_cell, float(np.abs(mean[of_cell] / young - 1).max()))
