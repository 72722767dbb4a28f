"""Which cases of a study are computed in full when the others follow from those nearest to them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..case import Case


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
        if all(is_number(each) for each in values):
            numbers = np.array(values, dtype=float)
            span = np.ptp(numbers)
            columns.append((numbers - numbers.min()) / span if span > 0 else np.zeros(len(cases)))
        else:
            words = [repr(each) for each in values]
            columns += [np.array([float(each == word) for each in words]) for word in dict.fromkeys(words)]
    return np.stack(columns, axis=1) if columns else np.zeros((len(cases), 1))


def is_number(value: object) -> bool:
    """Whether a value of a key is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def choose_anchors(place: np.ndarray, number: int) -> list[int]:
    """Choose cases spread evenly: each is the one farthest from those chosen before it.

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


@dataclass(frozen=True)
class Between:
    """Two cases in full that another one lies between.

    Attributes
    ----------
    first, second : int
    share : float
        Weight of the second one, 0 to 1.
    """

    first: int
    second: int
    share: float


def groups(cases: Sequence[Case], keys: Sequence[str]) -> list[str]:
    """What each case has of keys that are no numbers: cases of one group differ in numbers alone."""
    words = [key for key in keys if not all(is_number(case.values.get(key)) for case in cases)]
    return [repr([case.values.get(key) for key in words]) for case in cases]


def between(place: np.ndarray, anchors: Sequence[int], group: Sequence[object]) -> list[Between]:
    """The two anchors that each case lies between: on both sides of it on a line, else the two nearest.

    Parameters
    ----------
    place : ndarray, shape (n, d)
    anchors : sequence of int
    group : sequence of n
        A case lies between anchors of its own group, where there are some.

    Returns
    -------
    list of Between
        With all weight on the case itself for an anchor; twice the same where its group has one anchor only.
    """
    out = []
    for at, mine in enumerate(group):
        known = [each for each in anchors if group[each] == mine] or list(anchors)
        distance = np.linalg.norm(place[known] - place[at], axis=1)
        order = [known[each] for each in np.argsort(distance, kind="stable")]
        nearest, others = order[0], order[1:2]
        if place.shape[1] == 1:
            side = np.sign(place[nearest, 0] - place[at, 0])
            others = [each for each in order if side * np.sign(place[each, 0] - place[at, 0]) < 0][
                :1
            ] or others
        other = others[0] if others else nearest
        near, far = (float(np.linalg.norm(place[each] - place[at])) for each in (nearest, other))
        out.append(Between(nearest, other, near / (near + far) if near + far > 0 else 0.0))
    return out
