"""How much of the variance of what a vertebra bears each input makes, by polynomials through samples.

What is borne is the least of several loads: the capacity, and the load at which the body is too short. Where one takes
over from the other the least has a kink that no polynomial follows, while each piece is smooth. So the logarithms of
the pieces are fitted, and the least of them is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .orthonormal import Variable
from .surrogate import Surrogate, missed

_SAMPLES = 1024
"""Base samples of the indices; a power of two."""


@dataclass(frozen=True, eq=False)
class Borne:
    """Outputs that are each the least of some positive pieces.

    Attributes
    ----------
    surrogate : Surrogate
        Of the logarithms of all pieces.
    pieces : tuple of tuple of int
        Numbers of the pieces of each output.
    error : ndarray, shape (k,) [-]
        Mean square error of the outputs at samples that are left out, over the variance.
    """

    surrogate: Surrogate
    pieces: tuple[tuple[int, ...], ...]
    error: np.ndarray

    @classmethod
    def fit(
        cls,
        places: np.ndarray,
        values: np.ndarray,
        pieces: Sequence[tuple[int, ...]],
        variables: Sequence[Variable] | None = None,
    ) -> "Borne":
        """Fit the pieces at samples.

        Parameters
        ----------
        places : ndarray, shape (n, d)
            Between 0 and 1.
        values : ndarray, shape (n, p)
            Of all pieces, positive.
        pieces : sequence of k tuple of int
        variables : sequence of d callable, optional
            As for `Surrogate.fit`.
        """
        surrogate = Surrogate.fit(places, np.log(values), variables)
        known = _least(np.log(values), pieces)
        return cls(surrogate, tuple(pieces), missed(_least(surrogate.left_out, pieces), known))

    def __call__(self, places: np.ndarray) -> np.ndarray:
        """Outputs (n, k) at places (n, d)."""
        return _least(self.surrogate(places), self.pieces)

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


def _least(logarithms: np.ndarray, pieces: Sequence[tuple[int, ...]]) -> np.ndarray:
    """Least of the pieces of each output; (n, p) logarithms to (n, k) outputs."""
    return np.exp(np.stack([logarithms[:, list(each)].min(axis=1) for each in pieces], axis=1))
