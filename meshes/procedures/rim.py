"""The bone around cement, whose interface is weak where cement has filled a void instead of bone."""

import numpy as np

from ..tetmesh import TetMesh
from ..volume_fraction import sixteen_points
from .shape import CementRegion


def interface_rim(
    mesh: TetMesh, points: np.ndarray, fraction: np.ndarray, shape: CementRegion, width_mm: float = 1.5
) -> np.ndarray:
    """Volume fraction of each cell that is trabecular bone within a distance of the cement.

    Parameters
    ----------
    mesh : TetMesh
    points : ndarray, shape (n, 3) [mm]
        Nodes with the cement.
    fraction : ndarray, shape (m,) [-]
        Of cement.
    shape : CementRegion
        That the cells of the cement follow.
    width_mm : float [mm]
        1.5 mm around void-filled cement gives the stiffness that kyphoplasty is measured to lack.

    Returns
    -------
    ndarray, shape (m,) [-]
        0 in cement, shell, endplates, caps, arch; at most the trabecular part of a cell.
    """
    bone = np.flatnonzero(mesh.in_region("trabecular") & mesh.is_body & (fraction == 0))
    corners = points[mesh.cells[bone, :4]]
    middle = corners.mean(axis=1)
    reach = np.linalg.norm(corners - middle[:, None], axis=2).max(axis=1)
    near = np.flatnonzero(shape.nearest(middle)[0] <= width_mm + reach)
    samples = np.einsum("qa,cai->cqi", sixteen_points(), corners[near])
    within = shape.nearest(samples.reshape(-1, 3))[0].reshape(samples.shape[:2]) <= width_mm
    rim = np.zeros(mesh.n_cells)
    rim[bone[near]] = within.mean(axis=1)
    return rim * (1 - mesh.shell_fraction - mesh.endplate_fraction)
