"""Levels of a structured body, read from a finished mesh."""

import numpy as np

from ..tetmesh import TetMesh


def stacked_nodes(mesh: TetMesh) -> np.ndarray | None:
    """Corner nodes of a structured body: rows are levels from below upwards, columns stand above each other.

    Parameters
    ----------
    mesh : TetMesh
        Bone without caps.

    Returns
    -------
    ndarray of int, shape (n_levels, p), or None
        None where the mesh is no stack of discs in the numbering of `lattice.stack`.
    """
    corners = mesh.cells[:, :4]
    n = int(corners.max()) + 1
    ends = [mesh.node_sets[f"{side}_endplate"] for side in ("inferior", "superior")]
    bottom, top = (np.sort(nodes[nodes < n]) for nodes in ends)
    p = len(bottom)
    if n % p or not np.array_equal(bottom, np.arange(p)) or not np.array_equal(top, np.arange(n - p, n)):
        return None
    if np.any(np.ptp(corners // p, axis=1) != 1):
        return None
    stacked = np.arange(n).reshape(-1, p)
    return stacked if np.all(np.diff(mesh.zeta[stacked], axis=0) > 0) else None
