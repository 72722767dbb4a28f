"""A volume mesh by the ending of its file."""

from pathlib import Path

from ..files.endings import reader_of
from .content import FileMesh, MeshFileError, Tetrahedra
from .feb import read_feb
from .inp import read_inp
from .interchange import read_interchange
from .splitting import to_tetrahedra

READERS = {
    ".inp": read_inp,
    ".msh": read_interchange,
    ".vtu": read_interchange,
    ".vtk": read_interchange,
    ".feb": read_feb,
}
MOST_BYTES = 2_000_000_000


def read_file_mesh(path: Path | str) -> FileMesh:
    """Read a volume mesh with its sets, in the unit and axes of the file.

    Raises
    ------
    MeshFileError
    """
    path = Path(path)
    advice = "A surface belongs into mesh.surface.file; convert other formats with meshio."
    read = reader_of(path, READERS, "a volume mesh", advice, MeshFileError)
    if path.stat().st_size > MOST_BYTES:
        message = (
            f"{path}: found {path.stat().st_size / 1e9:.1f} GB, expected at most {MOST_BYTES / 1e9:.0f} GB. Take "
            f"a coarser mesh."
        )
        raise MeshFileError(message)
    return read(path)


def read_tetrahedra(path: Path | str) -> Tetrahedra:
    """Read a volume mesh as tetrahedra of one order, in the unit and axes of the file.

    Raises
    ------
    MeshFileError
    """
    try:
        return to_tetrahedra(read_file_mesh(path))
    except MeshFileError as error:
        text = str(error)
        raise MeshFileError(text if text.startswith(str(path)) else f"{path}: {text}") from error
