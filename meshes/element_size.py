"""The size of the elements that a mesh has, which is not always the one that was asked for."""

import numpy as np

from .quality import cell_volumes
from .tetmesh import TetMesh


def element_size(mesh: TetMesh) -> float:
    """Edge of the regular tetrahedron that is as large as the mean cell of the trabecular core.

    A regular tetrahedron of edge a has the volume ``a^3 / (6 sqrt 2)``. Shell and endplates, whose thickness is
    anatomy, are left out: they do not become thinner with the mesh.

    Parameters
    ----------
    mesh : TetMesh

    Returns
    -------
    float [mm]

    Raises
    ------
    ValueError
        There is no trabecular cell.
    """
    core = mesh.in_region("trabecular")
    if not core.any():
        message = "the mesh has no trabecular cell: expected a core whose cells can be measured."
        raise ValueError(message)
    mean = cell_volumes(mesh.points, mesh.cells[core]).mean()
    return float((6 * np.sqrt(2) * mean) ** (1 / 3))
