"""What a reader must know where linear tetrahedra are made of a nearly incompressible material."""

from collections.abc import Sequence

import numpy as np

from vertebra.fem.cells.locking import LIMIT, locking_cells
from vertebra.meshes.tetmesh import REGIONS, TetMesh


def locking_warnings(mesh: TetMesh, poisson: Sequence[np.ndarray]) -> tuple[str, ...]:
    """One warning that names the regions whose cells lock, or none.

    Parameters
    ----------
    mesh : TetMesh
        Of 4-node tetrahedra.
    poisson : sequence of ndarray, shape (m,) [-]
        In every state; healing does not change it.

    Returns
    -------
    tuple of str
    """
    largest = np.max(poisson, axis=0)
    locked = locking_cells(mesh.cells, largest)
    if not locked.any():
        return ()
    regions = ", ".join(REGIONS[index].replace("_", " ") for index in np.unique(mesh.region[locked]))
    return (
        f"mesh.order 1: Poisson's ratio is up to {largest[locked].max():g} in {regions}, expected at most {LIMIT:g} in "
        "4-node tetrahedra: they lock there and the vertebra comes out too stiff. Set mesh.order = 2.",
    )
