"""The outer faces of a tetrahedral mesh."""

import numpy as np

from .parametric.lattice import VTK_EDGES

CORNERS = np.array([(0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2)])
"""Corner nodes of the faces of a tetrahedron, counter-clockwise seen from outside."""

_MID_OF = {tuple(sorted(edge)): 4 + number for number, edge in enumerate(VTK_EDGES)}
_MIDS = np.array(
    [[_MID_OF[min(i, j), max(i, j)] for i, j in ((a, b), (b, c), (c, a))] for a, b, c in CORNERS]
)


def outer_faces(cells):
    """Faces that belong to one cell only.

    Parameters
    ----------
    cells : ndarray of int, shape (m, 4) or (m, 10)

    Returns
    -------
    faces : ndarray of int, shape (k, 3) or (k, 6)
        Corner nodes, counter-clockwise seen from outside, then the mid nodes of the edges 01, 12, 20.
    cell : ndarray of int64, shape (k,)
        The cell behind each face.
    """
    columns = CORNERS if cells.shape[1] == 4 else np.concatenate([CORNERS, _MIDS], axis=1)
    faces = cells[:, columns].reshape(-1, columns.shape[1])
    corners = np.sort(faces[:, :3].astype(np.int64), axis=1)
    code = (corners[:, 0] * (corners.max() + 1) + corners[:, 1]) * (corners.max() + 1) + corners[:, 2]
    _, first, count = np.unique(code, return_index=True, return_counts=True)
    kept = np.sort(first[count == 1])
    return faces[kept], kept // 4


def plane_triangles(faces):
    """Cut faces of 6 nodes into four plane triangles; faces of 3 nodes stay as they are.

    Returns
    -------
    ndarray of int, shape (k or 4 k, 3)
    """
    if faces.shape[1] == 3:
        return faces
    return faces[:, [[0, 3, 5], [3, 1, 4], [5, 4, 2], [3, 4, 5]]].reshape(-1, 3)
