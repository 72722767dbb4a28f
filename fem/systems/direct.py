"""Direct factorisation of small problems (SuperLU) with the interface of the multigrid cycle."""

import numpy as np

from .pattern import Pattern


class Factorisation:
    """Exact inverse of the stiffness on free unknowns.

    Attributes
    ----------
    refreshes : int
        Number of calls of `refresh`.
    """

    def __init__(self, pattern: Pattern):
        self._pattern = pattern
        self._factor = None
        self.refreshes = 0

    def refresh(self, values: np.ndarray) -> None:
        """Factorise new values (b, 3, 3)."""
        from scipy.sparse import (
            bsr_array,
        )  # as late as this: loading takes a third of the time to import the room
        from scipy.sparse.linalg import splu

        self.refreshes += 1
        size = 3 * len(self._pattern.node)
        matrix = bsr_array((values, self._pattern.indices, self._pattern.indptr), shape=(size, size)).tocsc()
        self._factor = splu(
            matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
        )

    def apply(self, b: np.ndarray) -> np.ndarray:
        """Solve for k right-hand sides (k, r, 3)."""
        assert self._factor is not None
        x = self._factor.solve(b.reshape(len(b), -1).T)
        return np.ascontiguousarray(x.T).reshape(b.shape)
