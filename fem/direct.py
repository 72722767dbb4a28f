"""Direct factorisation of small problems (SuperLU)."""

import numpy as np
from scipy.sparse import bsr_array
from scipy.sparse.linalg import splu

from .pattern import Pattern


def solve_direct(pattern: Pattern, values: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Solve for k right-hand sides b (k, r, 3) with stiffness values (b, 3, 3); one step of refinement."""
    size = 3 * len(pattern.node)
    matrix = bsr_array((values, pattern.indices, pattern.indptr), shape=(size, size)).tocsc()
    factor = splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    flat = b.reshape(len(b), -1).T
    x = factor.solve(flat)
    x += factor.solve(flat - matrix @ x)
    return np.ascontiguousarray(x.T).reshape(b.shape)
