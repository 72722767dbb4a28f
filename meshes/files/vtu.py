"""VTU: VTK's XML format of unstructured grids, with everything that a mesh knows.

Format: https://docs.vtk.org/en/latest/vtk_file_formats/vtkxml_file_format.html; written by meshio.
"""

from pathlib import Path

import meshio
import numpy as np

from ..tetmesh import TetMesh


def write_vtu(mesh: TetMesh, path: Path) -> None:
    """Write points, tetrahedra and data on both.

    On cells: `region`, `layer` and the fractions of shell and endplate; on points: `zeta` and one flag for
    each node set.

    Parameters
    ----------
    mesh : TetMesh
    path : Path
    """
    flags = {name: np.zeros(mesh.n_points, np.int8) for name in mesh.node_sets}
    for name, nodes in mesh.node_sets.items():
        flags[name][nodes] = 1
    content = meshio.Mesh(
        mesh.points,
        [("tetra" if mesh.order == 1 else "tetra10", mesh.cells)],
        point_data={"zeta": mesh.zeta, **flags},
        cell_data={
            "region": [mesh.region],
            "layer": [mesh.layer],
            "shell_fraction": [mesh.shell_fraction],
            "endplate_fraction": [mesh.endplate_fraction],
        },
    )
    meshio.write(path, content, file_format="vtu")
