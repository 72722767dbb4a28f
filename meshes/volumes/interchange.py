"""MSH, VTU and VTK through meshio: Gmsh with its physical groups, VTK with integer data on cells and flags on points.

Formats: Gmsh reference manual, section "Gmsh file formats" (2.2 and 4.1); VTK file formats.
"""

import io
import warnings
from contextlib import redirect_stdout
from pathlib import Path

import meshio
import numpy as np

from ..files.msh import SURFACE
from ..files.xml_prolog import refuse_declarations
from ..tetmesh import REGIONS
from .content import KINDS, Block, FileMesh, MeshFileError

_NO_SETS = ("gmsh:geometrical", "layer")
_MOST_VALUES = 64
"""Integer data on cells with more values are no regions."""


def read_interchange(path: Path) -> FileMesh:
    """Read a mesh; groups of faces and lines become node sets, groups of elements element sets.

    On VTK files, each value of integer data on cells is a set `name=value` (our own `region` by the names of regions),
    and data on points of zeros and ones are node sets.

    Raises
    ------
    MeshFileError
    """
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            if path.suffix.lower() == ".vtu":
                refuse_declarations(path)
            read = _read(path)
    except (Exception, SystemExit) as error:  # meshio raises whatever its parsers meet, and may exit
        message = (
            f"{path}: this is not a readable mesh ({' '.join(str(error).split())[:160] or type(error).__name__}). "
            f"Export it again."
        )
        raise MeshFileError(message) from error
    blocks, places, start = [], [], 0
    element_sets: dict[str, list[np.ndarray]] = {}
    node_sets: dict[str, list[np.ndarray]] = {}
    skipped: dict[str, int] = {}
    for cells in read.cells:
        used = cells.type in KINDS
        places.append(start if used else -1)
        if used:
            blocks.append(Block(cells.type, np.asarray(cells.data, np.int64)))
            start += len(cells.data)
        else:
            skipped[cells.type] = skipped.get(cells.type, 0) + len(cells.data)

    def note(name: str, block: int, members: np.ndarray) -> None:
        if not len(members):
            return
        if places[block] >= 0:
            element_sets.setdefault(name, []).append(members + places[block])
        else:
            node_sets.setdefault(name.removesuffix(SURFACE), []).append(
                np.unique(read.cells[block].data[members])
            )

    groups = {(int(tag), int(dim)): name for name, (tag, dim) in read.field_data.items()}
    for name, per_block in read.cell_data.items():
        for block, values in enumerate(per_block):
            whole = np.asarray(values)
            if whole.ndim != 1 or not np.issubdtype(whole.dtype, np.integer):
                continue
            found = np.unique(whole)
            if name in _NO_SETS or len(found) > _MOST_VALUES:
                continue
            for value in found.tolist():
                label = f"{name}={value}"
                if name == "gmsh:physical":
                    label = groups.get((value, _dimension(read.cells[block].type)), str(value))
                elif name == "region" and 0 <= value < len(REGIONS):
                    label = REGIONS[value]
                note(label, block, np.flatnonzero(whole == value))
    for name, per_block in read.cell_sets.items():
        if not name.startswith("gmsh:") and name not in element_sets and name not in node_sets:
            for block, members in enumerate(per_block):
                note(name, block, np.asarray([] if members is None else members, np.int64))
    for name, values in read.point_data.items():
        flags = np.asarray(values)
        if flags.ndim == 1 and len(flags) and np.isin(flags, (0, 1)).all() and flags.any():
            node_sets.setdefault(name, []).append(np.flatnonzero(flags))
    for name, members in read.point_sets.items():
        node_sets.setdefault(name, []).append(np.asarray(members, np.int64))
    points = np.asarray(read.points, float)
    if points.ndim != 2 or points.shape[1] != 3:
        message = (
            f"{path}: found points of {points.shape[-1]} coordinates, expected three. Export a volume mesh."
        )
        raise MeshFileError(message)
    ignored = ("vertex", "line", "line3", "triangle", "triangle6", "quad")
    notes = tuple(
        f"{count} elements of kind {kind} left out: no element that can be used"
        for kind, count in skipped.items()
        if kind not in ignored
    )
    if notes and not blocks:
        message = f"{path}: {notes[0]}; expected {', '.join(KINDS)}. Export elements with straight edges."
        raise MeshFileError(message)
    return FileMesh(points, tuple(blocks), _joined(element_sets), _joined(node_sets), notes)


def _read(path: Path) -> meshio.Mesh:
    """Read by meshio or, what it cannot read of VTK's own files, by VTK."""
    try:
        return meshio.read(path)
    except (Exception, SystemExit):
        if path.suffix.lower() not in (".vtu", ".vtk") or not _is_vtk(path):
            raise
        import pyvista

        grid = pyvista.read(path)
        if not isinstance(grid, pyvista.DataSet) or not grid.n_cells:
            raise
        return pyvista.to_meshio(grid)


def _is_vtk(path: Path) -> bool:
    """Whether a file begins as VTK's files do."""
    with path.open("rb") as file:
        begin = file.read(400)
    return any(word in begin for word in (b"<VTKFile", b"# vtk DataFile"))


def _dimension(kind: str) -> int:
    return (
        0 if kind == "vertex" else 1 if kind.startswith("line") else 2 if kind[:4] in ("tria", "quad") else 3
    )


def _joined(sets: dict[str, list[np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.unique(np.concatenate(parts)).astype(np.int64) for name, parts in sets.items()}
