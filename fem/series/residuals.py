"""Sizes of many residuals that are combinations of few directions, at the cost of one cycle per principal direction.

Residuals r_t = sum_i w_ti x_i are small against what they are combined of, so that products x_i . M x_j would lose them
in rounding. Their sketches S r_t = sum_i w_ti S x_i are accurate: S adds all unknowns with random signs into few sums
and keeps norms of such combinations within a factor of two (D. Woodruff, Found. Trends Theor. Comput. Sci. 10 (2014) 1,
doi:10.1561/0400000060, section 2). The sketches of all times have few principal directions; these are formed, and M is
applied to them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit

TAIL = 1e-5
"""Share of each residual, in the weighted norm, that principal directions may leave."""
SMOOTHER = 40.0
"""What is left counts as this many times the largest r . M r over the weighted norm that was met."""
SUMS = 8
"""Sums of a sketch for each direction."""
BATCH = 8
"""Directions that share a cycle."""


@njit(cache=True)
def _add_signed(fields, weight, place, sums):
    """Add the weighted entries of fields (p, r, 3) to their sums (p, count).

    place (r, 3) is the number of a sum plus one, negative where it is subtracted.
    """
    for f in range(fields.shape[0]):
        for i in range(fields.shape[1]):
            for a in range(3):
                value = fields[f, i, a] * weight[i, a]
                if place[i, a] > 0:
                    sums[f, place[i, a] - 1] += value
                else:
                    sums[f, -place[i, a] - 1] -= value


@dataclass(frozen=True)
class Sketch:
    """Map of fields to few sums of their weighted entries with random signs.

    Attributes
    ----------
    weight : ndarray, shape (r, 3)
        About 1 / sqrt(diagonal of the stiffness), zero on held unknowns.
    place : ndarray of int32, shape (r, 3)
        Number of the sum plus one, negative where an entry is subtracted.
    count : int
        Number of sums.
    """

    weight: np.ndarray
    place: np.ndarray
    count: int

    @classmethod
    def of(cls, weight: np.ndarray, n_directions: int) -> "Sketch":
        """Sketch that keeps norms of combinations of so many directions."""
        rng = np.random.default_rng(0)
        count = SUMS * n_directions
        sign = 2 * rng.integers(2, size=weight.shape, dtype=np.int32) - 1
        return cls(weight, sign * rng.integers(1, count + 1, size=weight.shape, dtype=np.int32), count)

    def on(self, rows: np.ndarray) -> "Sketch":
        """The same sums for fields that are known on some rows and zero elsewhere."""
        return Sketch(self.weight[rows], self.place[rows], self.count)

    def __call__(self, fields: np.ndarray) -> np.ndarray:
        """Sums (count, p) of fields (p, r, 3)."""
        sums = np.zeros((len(fields), self.count))
        _add_signed(fields, self.weight, self.place, sums)
        return sums.T


def measure_residuals(
    sketches: np.ndarray,
    form: Callable[[np.ndarray], np.ndarray],
    apply: Callable[[np.ndarray], np.ndarray],
    combinations: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Size of residuals in the norm of a cycle M and in the Euclidean norm.

    Parameters
    ----------
    sketches : ndarray, shape (s, p)
        Of the directions x_i, by a `Sketch`.
    form : callable
        Maps weights (k, p) to combinations of the directions, (k, r, 3).
    apply : callable
        Maps (k, r, 3) to M times it.
    combinations : ndarray, shape (t, p)
        Weights w of the residuals.

    Returns
    -------
    square : ndarray, shape (t,)
        Bound of r . M r, sharp to about `TAIL`.
    size : ndarray, shape (t,)
        |r|.
    """
    triangle = np.asarray(np.linalg.qr(sketches, mode="r"))
    coordinates = combinations @ triangle.T
    norm = np.sqrt((coordinates**2).sum(axis=1))
    norm = np.where(norm > 0, norm, 1.0)
    mixing, share, principal = np.linalg.svd(coordinates / norm[:, None], full_matrices=False)
    count = max(1, int(np.count_nonzero(np.cumsum(share[::-1] ** 2)[::-1] > TAIL**2)))
    formed = (mixing[:, :count] / np.maximum(share[:count], TAIL)).T @ (combinations / norm[:, None])
    main = coordinates @ principal[:count].T
    left = np.sqrt(np.maximum(norm**2 - (main**2).sum(axis=1), 0.0))
    left = np.where(left > 1e-7 * norm, left, 1e-7 * norm)

    fields = form(formed)
    images = np.concatenate([apply(fields[i : i + BATCH]) for i in range(0, count, BATCH)])
    flat = fields.reshape(count, -1)
    gram = flat @ images.reshape(count, -1).T
    gram = 0.5 * (gram + gram.T)
    largest = float(np.linalg.eigvalsh(gram)[-1])
    square = np.maximum(np.einsum("ti,ij,tj->t", main, gram, main), 0.0)
    square = (np.sqrt(square) + np.sqrt(SMOOTHER * largest) * left) ** 2

    plain = flat @ flat.T
    size = np.sqrt(np.maximum(np.einsum("ti,ij,tj->t", main, plain, main), 0.0))
    return square, size
