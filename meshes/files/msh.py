"""MSH: the mesh format of Gmsh, version 2.2, with the regions of a mesh.

Format: C. Geuzaine, J.-F. Remacle, Gmsh reference manual, section "Legacy formats"; written by meshio.
"""

from pathlib import Path
from typing import Any

import meshio
import numpy as np

from ..caps import end_faces
from ..skin import outer_faces
from ..tetmesh import REGIONS, TetMesh

SURFACE = "_surface"
"""Behind the name of a node set that stands as faces, as regions have some of the same names."""


def write_msh(mesh: TetMesh, path: Path) -> None:
    """Write points, tetrahedra, regions as named physical volumes and node sets as named physical surfaces.

    The format has no node sets: the faces of bone all of whose nodes belong to a set stand for it.

    Parameters
    ----------
    mesh : TetMesh
    path : Path
    """
    tag = mesh.region.astype(np.int32) + 1
    blocks: list[Any] = [("tetra" if mesh.order == 1 else "tetra10", mesh.cells)]
    tags: list[Any] = [tag]
    named = {REGIONS[i]: np.array([i + 1, 3]) for i in np.unique(mesh.region).tolist()}
    for number, (name, nodes) in enumerate(mesh.node_sets.items(), len(REGIONS) + 1):
        faces = _faces_of(mesh, name, nodes)
        if len(faces):
            blocks.append(("triangle" if mesh.order == 1 else "triangle6", faces))
            tags.append(np.full(len(faces), number, np.int32))
            named[f"{name}{SURFACE}"] = np.array([number, 2])
    content = meshio.Mesh(
        mesh.points,
        blocks,
        cell_data={"gmsh:physical": tags, "gmsh:geometrical": tags},
        field_data=named,
    )
    meshio.write(path, content, file_format="gmsh22")


def _faces_of(mesh: TetMesh, name: str, nodes: np.ndarray) -> np.ndarray:
    """Faces of a node set: those of the bony ends under a cap, too."""
    side, _, what = name.partition("_")
    if what == "endplate":
        return end_faces(mesh, side)
    faces = outer_faces(mesh.cells)[0]
    return faces[np.isin(faces, nodes).all(axis=1)]
