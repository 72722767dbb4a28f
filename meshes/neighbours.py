"""Which tetrahedra share a face."""

import numpy as np

from .skin import CORNERS


def face_neighbours(cells: np.ndarray) -> np.ndarray:
    """Pairs of cells that share a face.

    Parameters
    ----------
    cells : ndarray of int, shape (m, 4) or (m, 10)

    Returns
    -------
    ndarray of int64, shape (k, 2)
        Every pair once, the lower index first.
    """
    corners = np.sort(cells[:, CORNERS].reshape(-1, 3).astype(np.int64), axis=1)
    size = corners.max(initial=0) + 1
    code = (corners[:, 0] * size + corners[:, 1]) * size + corners[:, 2]
    order = np.argsort(code, kind="stable")
    same = code[order][1:] == code[order][:-1]
    pairs = np.stack([order[:-1][same], order[1:][same]], axis=1) // len(CORNERS)
    return np.sort(pairs, axis=1)
