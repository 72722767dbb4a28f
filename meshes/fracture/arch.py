"""How arch and processes of a whole vertebra go along when its body is deformed."""

import numpy as np
from scipy.spatial import KDTree

from ..tetmesh import TetMesh

PEDICLE_MM = 10.0
"""Distance from the body over which the motion of the body turns into that of the arch."""


def follow_body(mesh: TetMesh, values: np.ndarray) -> np.ndarray:
    """Continue nodal values of the body into the arch: constant there, blended over the pedicles.

    At distance d from the body a value becomes (1 - w) value + w mean, with w = 3 t^2 - 2 t^3, t = d / 10 mm
    up to 1, and the mean over the nodes where body and arch meet: beyond the pedicles, what is moved so keeps
    its shape. The body keeps its values; so does a mesh without an arch.

    Parameters
    ----------
    mesh : TetMesh
    values : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n,)
    """
    arch = mesh.is_arch
    if not arch.any():
        return values
    of_body = np.unique(mesh.cells[~arch, :4])
    of_arch = np.unique(mesh.cells[arch, :4])
    shared = np.intersect1d(of_body, of_arch)
    beyond = np.setdiff1d(of_arch, of_body)
    share = np.zeros(mesh.n_points)
    share[beyond] = np.minimum(KDTree(mesh.points[of_body]).query(mesh.points[beyond])[0] / PEDICLE_MM, 1)
    weight = share**2 * (3 - 2 * share)
    return (1 - weight) * values + weight * values[shared].mean()
