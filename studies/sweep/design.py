"""Which values the cases of a study have: combined, side by side, listed or sampled."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from vertebra.scenarios.error import ScenarioError

from .distributions import quantiles
from .keys import MOST_CASES, Method, Parameter, StudyKeys

Values = dict[str, Any]
_DIGITS = 6
"""Significant digits of sampled values, so that a table gives back what was computed."""


def case_values(study: StudyKeys) -> list[Values]:
    """Values of every case by key, in order.

    Parameters
    ----------
    study : StudyKeys

    Returns
    -------
    list of dict
        All with the keys of the parameters in their order, or those of a listed case.

    Raises
    ------
    ScenarioError
        There are too many cases, or lists of different length side by side.
    """
    if study.cases:
        return [flat(case) for case in study.cases]
    listed = [each for each in study.parameters if each.values is not None]
    sampled = [each for each in study.parameters if each.distribution is not None]
    rows = _zipped(listed) if study.method.kind == "zip" else _combined(listed)
    samples = _samples(sampled, study.method) if sampled else [{}]
    _check_number(len(rows) * len(samples))
    keys = [each.key for each in study.parameters]
    made = [row | sample for row in rows for sample in samples]
    return [{key: values[key] for key in keys} for values in made]


def flat(tables: Mapping[str, Any], above: str = "") -> Values:
    """Values by their keys with dots, of tables inside each other."""
    out: Values = {}
    for key, value in tables.items():
        name = f"{above}.{key}" if above else key
        out |= flat(value, name) if isinstance(value, dict) and value else {name: value}
    return out


def _combined(parameters: Sequence[Parameter]) -> list[Values]:
    number = 1
    for each in parameters:
        number *= len(each.values or ())
    _check_number(number)
    keys = [each.key for each in parameters]
    return [dict(zip(keys, row, strict=True)) for row in product(*(each.values or () for each in parameters))]


def _check_number(number: int) -> None:
    if number > MOST_CASES:
        message = f"parameters: found {number} cases, expected at most {MOST_CASES}. Take fewer values."
        raise ScenarioError(message)


def _zipped(parameters: Sequence[Parameter]) -> list[Values]:
    lengths = {each.key: len(each.values or ()) for each in parameters}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{number} of {key}" for key, number in lengths.items())
        message = (
            f"parameters: found {found}, expected as many values of each with method zip. Complete the lists."
        )
        raise ScenarioError(message)
    rows = zip(*(each.values or () for each in parameters), strict=True)
    return [dict(zip(lengths, row, strict=True)) for row in rows]


def _samples(parameters: Sequence[Parameter], method: Method) -> list[Values]:
    """Samples of all distributions at once."""
    assert method.samples is not None  # of a method that samples
    places = unit_samples(method, len(parameters))
    columns: Values = {}
    for each, shares in zip(parameters, places.T, strict=True):
        assert each.distribution is not None  # chosen by it
        found = quantiles(each.distribution, shares)
        columns[each.key] = [
            round(value) if each.whole else float(f"{value:.{_DIGITS}g}") for value in found.tolist()
        ]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def unit_samples(method: Method, dimensions: int) -> np.ndarray:
    """Places in the unit cube, shape (samples, dimensions), the same for the same seed."""
    from scipy.stats import qmc  # late: it takes a second to load

    assert method.samples is not None  # of a method that samples
    draw = np.random.default_rng(method.seed)
    if method.kind == "latin_hypercube":
        return qmc.LatinHypercube(dimensions, rng=draw).random(method.samples)
    places = qmc.Sobol(dimensions, rng=draw).random_base2(method.samples.bit_length() - 1)
    edge = 0.5 / method.samples
    return np.clip(places, 1e-3 * edge, 1 - 1e-3 * edge)  # an unbounded distribution has no value at 0 or 1
