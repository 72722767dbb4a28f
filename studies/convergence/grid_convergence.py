"""From a value on three or more meshes to the value without discretisation error, with its uncertainty.

A power of the element size is fitted to the values, ``v(h) = v0 + a h^p`` (Richardson extrapolation with observed
order). What is left at the finest mesh, ``e = |v(h1) - v0|``, times a factor of safety is the uncertainty: 1.25 where
the order is credible, as in the grid convergence index of Roache [1]_, and 3 where it is not. With more than three
meshes the fit is one of least squares and its scatter is added, after Eca and Hoekstra [2]_. Two rules of [3]_ hold
what is doubtful apart: values that do not go one way have no order, so the finest one stands with three times the
range of all values; those that converge faster than they can are believed to 1.25 times that range.

References
----------
.. [1] Roache 1994, J Fluids Eng 116:405, doi 10.1115/1.2910291.
.. [2] Eca, Hoekstra 2014, J Comput Phys 262:104, doi 10.1016/j.jcp.2014.01.006.
.. [3] Eca, Hoekstra 2008, J Mar Sci Technol 13:328, doi 10.1007/s00773-008-0018-1.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.optimize import minimize_scalar

LOWEST_ORDER = 0.5
CREDIBLE, DOUBTFUL = 1.25, 3.0
"""Factors of safety."""
_SCANNED = np.linspace(-6.0, 12.0, 181)
"""Orders among which the best fit is looked for."""

Verdict = Literal["converging", "slow", "fast", "not monotone", "settled"]
MEANING: dict[Verdict, str] = {
    "converging": "the observed order is credible",
    "slow": f"the order is below {LOWEST_ORDER:g}, taken as {LOWEST_ORDER:g}; uncertainty with factor 3",
    "fast": "the order is above what the element can have, taken as that; uncertainty with factor 3, at least 1.25 "
    "times the range of the values",
    "not monotone": "the values do not approach anything in one direction: the finest one, and three times the range",
    "settled": "the values differ by no more than the computation of each leaves open",
}


@dataclass(frozen=True)
class GridConvergence:
    """A value without discretisation error.

    Attributes
    ----------
    value : float
        At element size 0, or the finest one where no order was found.
    uncertainty : float
        The value without discretisation error is expected within `value` plus and minus this.
    order : float
        Observed order p; NaN where there is none.
    slope, order_used : float
        Of the curve ``value + slope h^order_used`` that was extrapolated; 0 and 1 where there is none.
    verdict : str
        A key of `MEANING`.
    """

    value: float
    uncertainty: float
    order: float
    slope: float
    order_used: float
    verdict: Verdict

    def at(self, size: np.ndarray) -> np.ndarray:
        """The fitted curve at some element sizes."""
        return self.value + self.slope * np.asarray(size, float) ** self.order_used


@dataclass(frozen=True)
class _Fit:
    intercept: float
    slope: float
    residual: np.ndarray
    squares: float


def extrapolate(size, value, *, highest_order: float, noise: float = 1e-4) -> GridConvergence:
    """Extrapolate values to element size 0.

    Parameters
    ----------
    size : array, shape (n,)
        Element sizes, at least three, decreasing.
    value : array, shape (n,)
        What was computed with each.
    highest_order : float
        Order that no smooth problem exceeds: twice the degree of the element for energies and what hangs on them.
    noise : float
        Relative difference that says nothing: the solver's tolerance, or what else a value is known to.

    Returns
    -------
    GridConvergence

    Raises
    ------
    ValueError
        For fewer than three sizes, or sizes that do not decrease.
    """
    h, v = np.asarray(size, float), np.asarray(value, float)
    if len(h) < 3 or len(h) != len(v) or not (np.diff(h) < 0).all() or not h[-1] > 0:
        message = (
            f"found sizes {h.tolist()} for {len(v)} values, expected three or more that decrease, one each."
        )
        raise ValueError(message)
    span = float(np.ptp(v))
    floor = noise * float(np.abs(v).max())
    if span <= floor:
        return GridConvergence(float(v[-1]), floor, np.nan, 0.0, 1.0, "settled")
    order = _observed_order(h, v)
    one_way = len(h) > 3 or np.diff(v).prod() > 0
    used = float(np.clip(order, LOWEST_ORDER, highest_order))
    fit = _fit(h, v, used)
    free = len(h) - (3 if used == order else 2)
    scatter = float(np.sqrt(fit.squares / free)) if free > 0 else 0.0
    if order <= 0 or not one_way or scatter >= span / (len(h) - 1):
        return GridConvergence(float(v[-1]), DOUBTFUL * span, np.nan, 0.0, 1.0, "not monotone")
    verdict: Verdict = "converging" if used == order else "slow" if order < used else "fast"
    left = abs(fit.slope * h[-1] ** used)
    factor = CREDIBLE if verdict == "converging" else DOUBTFUL
    uncertainty = float(factor * left + scatter + abs(fit.residual[-1]) + floor)
    if verdict == "fast":  # the coarsest mesh may be no part of the series
        uncertainty = max(uncertainty, CREDIBLE * span)
    return GridConvergence(fit.intercept, uncertainty, order, fit.slope, used, verdict)


def _observed_order(h: np.ndarray, v: np.ndarray) -> float:
    """Order of the best fit; negative where differences grow with refinement."""
    squares = [_box_cox_squares(order, h, v) for order in _SCANNED]
    best = int(np.argmin(squares))
    low, high = _SCANNED[max(best - 1, 0)], _SCANNED[min(best + 1, len(_SCANNED) - 1)]
    found: Any = minimize_scalar(
        _box_cox_squares, bounds=(low, high), args=(h, v), method="bounded", options={"xatol": 1e-10}
    )
    return float(found.x)


def _box_cox_squares(order: float, h: np.ndarray, v: np.ndarray) -> float:
    """Sum of squares left by a constant and (x^p - 1) / p, x = h over the finest, which is ln x at p = 0."""
    logarithm = np.log(h / h[-1])
    basis = logarithm if abs(order) < 1e-8 else np.expm1(order * logarithm) / order
    return _least_squares(basis, v).squares


def _fit(h: np.ndarray, v: np.ndarray, order: float) -> _Fit:
    return _least_squares(h**order, v)


def _least_squares(basis: np.ndarray, v: np.ndarray) -> _Fit:
    """Straight line of values over a basis."""
    off, rise = basis - basis.mean(), v - v.mean()
    slope = float(off @ rise / (off @ off))
    residual = rise - slope * off
    return _Fit(float(v.mean() - slope * basis.mean()), slope, residual, float(residual @ residual))
