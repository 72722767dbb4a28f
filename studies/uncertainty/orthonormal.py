"""Polynomials that are orthonormal in the distribution of an input, in a variable that outputs follow smoothly.

Inputs are given as places between 0 and 1 in their own distributions, so that all of them are uniform. A place itself
is a poor variable: the quantile of a triangle rises like a root at its ends, that of a normal distribution without
bound.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.polynomial.legendre import leggauss

Variable = Callable[[np.ndarray], np.ndarray]
"""From places (n,) to values (n,) of an input, or of its logarithm."""
Term = tuple[tuple[int, int], ...]
"""Factors of a term: number and degree of an input each; the constant term has none."""
_NODES = 200


@dataclass(frozen=True, eq=False)
class Orthonormal:
    """Polynomials of one input.

    Attributes
    ----------
    variable : callable
    middle, spread : float
        Mean and standard deviation of the variable.
    coefficients : ndarray, shape (degree + 1, degree + 1)
        Of the powers of the scaled variable (rows) in each polynomial (columns).
    """

    variable: Variable
    middle: float
    spread: float
    coefficients: np.ndarray

    @classmethod
    def of(cls, variable: Variable, degree: int) -> "Orthonormal":
        """Polynomials up to a degree, by quadrature over the places."""
        nodes, weights = leggauss(_NODES)
        values, weights = variable((nodes + 1) / 2), weights / 2
        middle = float(weights @ values)
        spread = float(np.sqrt(weights @ (values - middle) ** 2))
        powers = np.vander((values - middle) / spread, degree + 1, increasing=True)
        triangle = np.linalg.qr(powers * np.sqrt(weights)[:, None], mode="r")
        return cls(variable, middle, spread, np.linalg.inv(triangle) * np.sign(np.diag(triangle)))

    def __call__(self, places: np.ndarray) -> np.ndarray:
        """All polynomials (n, degree + 1) at places (n,)."""
        scaled = (self.variable(places) - self.middle) / self.spread
        return np.vander(scaled, len(self.coefficients), increasing=True) @ self.coefficients


def single_terms(inputs: int, degree: int) -> tuple[Term, ...]:
    """The constant, and the powers of every input."""
    return ((), *(((each, power),) for each in range(inputs) for power in range(1, degree + 1)))


def pair_terms(chosen: Sequence[int]) -> tuple[Term, ...]:
    """Products of two of the chosen inputs."""
    return tuple(((int(one), 1), (int(other), 1)) for one, other in combinations(chosen, 2))


def terms_at(polynomials: Sequence[Orthonormal], terms: Sequence[Term], places: np.ndarray) -> np.ndarray:
    """Terms (n, t) at places (n, d)."""
    of_input = [each(places[:, number]) for number, each in enumerate(polynomials)]
    out = np.ones((len(places), len(terms)))
    for column, term in enumerate(terms):
        for number, power in term:
            out[:, column] *= of_input[number][:, power]
    return out
