"""Sizes of many residuals that are combinations of few directions, at the cost of one cycle per principal direction.

Residuals r_t = sum_i w_ti x_i are small against what they are combined of, so that products x_i . M x_j would lose them
in rounding. Their sketches S r_t = sum_i w_ti S x_i are accurate: S adds all unknowns with random signs into few sums
and keeps norms of such combinations within a factor of two (D. Woodruff, Found. Trends Theor. Comput. Sci. 10 (2014) 1,
doi:10.1561/0400000060, section 2). The sketches of all times have few principal directions; these are formed, and M is
applied to them.
"""

from collections.abc import Callable

import numpy as np

TAIL = 1e-5
"""Share of each residual, in the weighted norm, that principal directions may leave."""
SMOOTHER = 40.0
"""What is left counts as this many times the largest r . M r over the weighted norm that was met."""
SUMS = 8
"""Sums of a sketch for each direction."""
BATCH = 8
"""Directions that share a cycle."""


def measure_residuals(
    directions: np.ndarray,
    weight: np.ndarray,
    apply: Callable[[np.ndarray], np.ndarray],
    combinations: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Size of residuals in the norm of a cycle M and in the Euclidean norm.

    Parameters
    ----------
    directions : ndarray, shape (p, 3 r)
        x_i times the weight.
    weight : ndarray, shape (r, 3)
        About 1 / sqrt(diagonal of the stiffness), zero on held unknowns.
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
    triangle = np.asarray(np.linalg.qr(_sketch(directions), mode="r"))
    coordinates = combinations @ triangle.T
    norm = np.sqrt((coordinates**2).sum(axis=1))
    norm = np.where(norm > 0, norm, 1.0)
    mixing, share, principal = np.linalg.svd(coordinates / norm[:, None], full_matrices=False)
    count = max(1, int(np.count_nonzero(np.cumsum(share[::-1] ** 2)[::-1] > TAIL**2)))
    formed = (mixing[:, :count] / np.maximum(share[:count], TAIL)).T @ (combinations / norm[:, None])
    main = coordinates @ principal[:count].T
    left = np.sqrt(np.maximum(norm**2 - (main**2).sum(axis=1), 0.0))
    left = np.where(left > 1e-7 * norm, left, 1e-7 * norm)

    inverse = np.where(weight > 0, 1 / np.where(weight > 0, weight, 1.0), 0.0)
    fields = (formed @ directions).reshape(count, *weight.shape) * inverse
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


def _sketch(directions):
    """Sketch of directions (p, n): n entries with random signs in 8 p random sums, shape (8 p, p)."""
    from scipy.sparse import csr_array  # late, see `systems.direct`

    p, n = directions.shape
    rng = np.random.default_rng(0)
    sums, signs = rng.integers(SUMS * p, size=n), rng.choice([-1.0, 1.0], n)
    return csr_array((signs, (sums, np.arange(n))), shape=(SUMS * p, n)) @ directions.T
