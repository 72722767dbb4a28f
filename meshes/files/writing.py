"""Meshes to files, one module a format: VTU for ParaView, MSH for Gmsh, INP for Abaqus and CalculiX."""

import os
from pathlib import Path

from ..tetmesh import TetMesh
from .inp import write_inp
from .msh import write_msh
from .vtu import write_vtu

FORMATS = {".vtu": write_vtu, ".msh": write_msh, ".inp": write_inp}
"""What writes a mesh to a file with each ending."""


def write_mesh(mesh: TetMesh, path: Path | str) -> Path:
    """Write a mesh in the format of the file's ending; the file appears when it is complete.

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
    write = FORMATS.get(path.suffix.lower())
    if write is None:
        msg = (
            f"{path}: cannot write {path.suffix or 'a file without ending'}: expected {', '.join(FORMATS)}. "
            "Rename the file."
        )
        raise ValueError(msg)
    if not path.parent.is_dir():
        msg = f"{path}: the folder {path.parent} does not exist: expected an existing one. Make it first."
        raise ValueError(msg)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        write(mesh, part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path
