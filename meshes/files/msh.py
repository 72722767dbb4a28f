"""MSH: the mesh format of Gmsh, version 2.2, with the regions of a mesh.

Format: C. Geuzaine, J.-F. Remacle, Gmsh reference manual, section "Legacy formats"; written by meshio.
"""

from pathlib import Path

import meshio
import numpy as np

from ..tetmesh import REGIONS, TetMesh


def write_msh(mesh: TetMesh, path: Path) -> None:
    """Write points, tetrahedra and regions as named physical volumes; the format has no node sets.

    Parameters
    ----------
    mesh : TetMesh
    path : Path
    """
    tag = mesh.region.astype(np.int32) + 1
    content = meshio.Mesh(
        mesh.points,
        [("tetra" if mesh.order == 1 else "tetra10", mesh.cells)],
        cell_data={"gmsh:physical": [tag], "gmsh:geometrical": [tag]},
        field_data={REGIONS[i]: np.array([i + 1, 3]) for i in np.unique(mesh.region).tolist()},
    )
    meshio.write(path, content, file_format="gmsh22")
