"""Preconditioner: smoothed aggregation with rigid-body modes."""

import numpy as np
import pyamg
from scipy.sparse import bsr_array

from .pattern import Pattern, rigid_modes


class Multigrid:
    """One V-cycle of smoothed aggregation as an approximate inverse of the stiffness."""

    def __init__(self, pattern: Pattern, points: np.ndarray):
        self._pattern = pattern
        self._modes = (rigid_modes(points[pattern.node]) * pattern.free[:, :, None]).reshape(-1, 6)

    def factorise(self, values: np.ndarray) -> None:
        """Take over new values (b, 3, 3) of the stiffness."""
        pattern = self._pattern
        size = 3 * len(pattern.node)
        matrix = bsr_array((values, pattern.indices, pattern.indptr), shape=(size, size))
        with np.errstate(all="ignore"):
            hierarchy = pyamg.smoothed_aggregation_solver(
                matrix,
                self._modes,
                max_coarse=100,
                presmoother=("block_gauss_seidel", {"sweep": "forward"}),
                postsmoother=("block_gauss_seidel", {"sweep": "backward"}),
                improve_candidates=None,
                coarse_solver="pinv",
            )
        self._cycle = hierarchy.aspreconditioner(cycle="V")

    def apply(self, residual: np.ndarray) -> np.ndarray:
        """Approximate solution for k residuals (k, r, 3)."""
        with np.errstate(all="ignore"):
            return np.stack([self._cycle.matvec(r.ravel()).reshape(r.shape) for r in residual])
