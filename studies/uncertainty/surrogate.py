"""A polynomial through samples, its error, and how much of the variance each input makes.

Inputs are taken as places between 0 and 1 in their own distributions, so that all of them are uniform. Terms are
Legendre polynomials: each input to the third degree, and products of two of the inputs that matter most. Coefficients
are those of ridge regression; the weight of the ridge and the error come from leaving out one sample at a time, which
for a linear fit needs no second one.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.polynomial.legendre import legval

_DEGREE = 3
_PAIRED = 8
"""Inputs of which products of two are taken."""
_RIDGES = np.geomspace(1e-6, 1e2, 17)
_SAMPLES = 1024
"""Base samples of the indices; a power of two."""


@dataclass(frozen=True, eq=False)
class Surrogate:
    """A polynomial in places of inputs.

    Attributes
    ----------
    terms : tuple of tuple of (int, int)
        Factors of each term: number and degree of an input; the first term is empty, 1.
    coefficients : ndarray, shape (t, k)
        Of k outputs.
    error : ndarray, shape (k,) [-]
        Mean square error at samples that are left out, over the variance.
    """

    terms: tuple[tuple[tuple[int, int], ...], ...]
    coefficients: np.ndarray
    error: np.ndarray

    @classmethod
    def fit(cls, places: np.ndarray, values: np.ndarray) -> "Surrogate":
        """Fit outputs at samples.

        Parameters
        ----------
        places : ndarray, shape (n, d)
            Between 0 and 1.
        values : ndarray, shape (n, k)
        """
        d = places.shape[1]
        degree = max(1, min(_DEGREE, (len(places) // 3) // max(d, 1)))
        single = [(), *(((i, p),) for i in range(d) for p in range(1, degree + 1))]
        first = _ridge(_matrix(single, places), values)[0]
        matters = [np.abs(first[1 + degree * i]).max() for i in range(d)] if d else []
        chosen = np.argsort(matters)[::-1][:_PAIRED]
        room = max(0, len(places) // 3 - len(single))
        pairs = [((int(i), 1), (int(j), 1)) for i, j in combinations(chosen, 2)][:room]
        terms = tuple((*single, *pairs))
        coefficients, error = _ridge(_matrix(terms, places), values)
        return cls(terms, coefficients, error)

    def __call__(self, places: np.ndarray) -> np.ndarray:
        """Outputs (n, k) at places (n, d)."""
        return _matrix(self.terms, places) @ self.coefficients

    def indices(self, d: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """First-order and total indices of Sobol', each (k, d) [-]."""
        from scipy.stats import sobol_indices, uniform  # late: it takes a second to load

        found = sobol_indices(
            func=lambda x: self(x.T).T,
            n=_SAMPLES,
            dists=[uniform()] * d,
            rng=np.random.default_rng(seed),
        )
        return np.atleast_2d(found.first_order), np.atleast_2d(found.total_order)


def _matrix(terms, places: np.ndarray) -> np.ndarray:
    """Terms at places: (n, t)."""
    x = 2 * places - 1
    powers = {
        factor: np.sqrt(2 * factor[1] + 1) * legval(x[:, factor[0]], [0] * factor[1] + [1])
        for term in terms
        for factor in term
    }
    out = np.ones((len(places), len(terms)))
    for column, term in enumerate(terms):
        for factor in term:
            out[:, column] *= powers[factor]
    return out


def _ridge(terms: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (t, k) and the share of the variance (k,) that is missed at samples that are left out."""
    U, s, V = np.linalg.svd(terms, full_matrices=False)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    scaled = (values - mean) / np.where(spread > 0, spread, 1.0)
    projected = U.T @ scaled
    best: tuple[np.ndarray, np.ndarray] | None = None
    for ridge in _RIDGES * len(terms):
        shrink = s**2 / (s**2 + ridge)
        fitted = U @ (shrink[:, None] * projected)
        lever = np.minimum(np.einsum("ns,s,ns->n", U, shrink, U), 1 - 1e-9)
        error = (((scaled - fitted) / (1 - lever[:, None])) ** 2).mean(axis=0)
        if best is None or error.mean() < best[1].mean():
            best = V.T @ ((s / (s**2 + ridge))[:, None] * projected), error
    assert best is not None  # there is more than one ridge
    coefficients = best[0] * spread
    coefficients[0] += mean
    return coefficients, best[1]
