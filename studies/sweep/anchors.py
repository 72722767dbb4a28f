"""Which cases of a study are computed in full when the others follow from the nearest of them."""

from collections.abc import Sequence

import numpy as np

from .case import Case


def places(cases: Sequence[Case], keys: Sequence[str]) -> np.ndarray:
    """Places of cases in the space of what was varied, each key from 0 to 1.

    Returns
    -------
    ndarray, shape (n, d)
        Numbers by their value; a key of words has a dimension for each of them, so that other words are far.
    """
    columns = []
    for key in keys:
        values = [case.values.get(key) for case in cases]
        if all(isinstance(each, int | float) and not isinstance(each, bool) for each in values):
            numbers = np.array(values, dtype=float)
            span = np.ptp(numbers)
            columns.append((numbers - numbers.min()) / span if span > 0 else np.zeros(len(cases)))
        else:
            words = [repr(each) for each in values]
            columns += [np.array([float(each == word) for each in words]) for word in dict.fromkeys(words)]
    return np.stack(columns, axis=1) if columns else np.zeros((len(cases), 1))


def choose_anchors(place: np.ndarray, number: int) -> list[int]:
    """So many cases, spread evenly: each the one that is farthest from those before it.

    Parameters
    ----------
    place : ndarray, shape (n, d)
    number : int

    Returns
    -------
    list of int
        Increasing.
    """
    chosen = [int(np.argmin(place.sum(axis=1)))]
    distance = np.linalg.norm(place - place[chosen[0]], axis=1)
    while len(chosen) < min(number, len(place)):
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, np.linalg.norm(place - place[chosen[-1]], axis=1))
    return sorted(set(chosen))


def nearest(place: np.ndarray, anchors: Sequence[int]) -> list[int]:
    """Anchor nearest to each case."""
    distance = np.linalg.norm(place[:, None] - place[list(anchors)][None], axis=2)
    return [anchors[each] for each in distance.argmin(axis=1)]
