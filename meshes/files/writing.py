"""Meshes to files: VTU for ParaView, MSH for Gmsh, INP for Abaqus and CalculiX."""

import os
from pathlib import Path

import meshio
import numpy as np
from numpy.typing import ArrayLike

from ..tetmesh import REGIONS, TetMesh

FORMATS = {".vtu": "vtu", ".msh": "gmsh22", ".inp": "abaqus"}


def write_mesh(mesh: TetMesh, path: Path | str) -> Path:
    """Write a mesh with its regions and node sets; the file appears when it is complete.

    - VTU: `region`, `layer` and the fractions of shell and endplate as cell data, `zeta` and one flag for each
      node set as point data;
    - MSH (version 2.2): regions as physical volumes with names;
    - INP: regions as element sets, node sets as such.

    Parameters
    ----------
    mesh : TetMesh
    path : path
        Ends in .vtu, .msh or .inp.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ValueError
        Ending not known, or folder missing.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        msg = (
            f"{path}: can not write {path.suffix or 'a file without ending'}: expected {', '.join(FORMATS)}."
        )
        raise ValueError(msg)
    if not path.parent.is_dir():
        msg = f"{path}: the folder {path.parent} does not exist: expected an existing one. Make it first."
        raise ValueError(msg)
    kind = FORMATS[path.suffix.lower()]
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        meshio.write(part, _content(mesh, kind), file_format=kind)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _content(mesh: TetMesh, kind: str) -> meshio.Mesh:
    """Express a mesh in the terms of a format."""
    cells: list[tuple[str, ArrayLike] | meshio.CellBlock] = [
        ("tetra" if mesh.order == 1 else "tetra10", mesh.cells)
    ]
    used = np.unique(mesh.region).tolist()
    if kind == "abaqus":
        return meshio.Mesh(
            mesh.points,
            cells,
            point_sets=dict(mesh.node_sets),
            cell_sets={REGIONS[i]: [np.flatnonzero(mesh.region == i)] for i in used},
        )
    if kind == "gmsh22":
        tag = mesh.region.astype(np.int32) + 1
        return meshio.Mesh(
            mesh.points,
            cells,
            cell_data={"gmsh:physical": [tag], "gmsh:geometrical": [tag]},
            field_data={REGIONS[i]: np.array([i + 1, 3]) for i in used},
        )
    flags = {name: np.zeros(mesh.n_points, np.int8) for name in mesh.node_sets}
    for name, nodes in mesh.node_sets.items():
        flags[name][nodes] = 1
    return meshio.Mesh(
        mesh.points,
        cells,
        point_data={"zeta": mesh.zeta, **flags},
        cell_data={
            "region": [mesh.region],
            "layer": [mesh.layer],
            "shell_fraction": [mesh.shell_fraction],
            "endplate_fraction": [mesh.endplate_fraction],
        },
    )
