"""The model of an arm on a day in a file that another program reads, by the ending of its name."""

import os
from pathlib import Path
from typing import Any

import meshio
import numpy as np

from vertebra.meshes.quality import cell_volumes
from vertebra.records.fields.reading import FieldFile

from .feb import SCALE, write_feb
from .grid import grid_of
from .inp import write_deck
from .materials import binned, exact
from .model import ExportError, ExportModel, read_model

ENDINGS = (".inp", ".feb", ".vtu")


def export(folder: Path | str, arm: str, day: int, to: Path | str, bins: int | None = None) -> list[str]:
    """Write the model of an arm on a day.

    Parameters
    ----------
    folder : path-like
        Of a finished run.
    arm : str
    day : int [d]
    to : path-like
        Ends in .inp (CalculiX, Abaqus), .feb (FEBio 4.0) or .vtu (VTK).
    bins : int, optional
        Materials of an .inp: so many bins of moduli, instead of one material for each element.

    Returns
    -------
    list of str
        What was written, and what is to be known of it.

    Raises
    ------
    ExportError
        The ending is not known, or the result does not hold what is asked for.
    """
    path = Path(to)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        message = f"--to {path}: found ending {path.suffix!r}, expected one of {', '.join(ENDINGS)}. Rename the file."
        raise ExportError(message)
    if not path.parent.is_dir():
        message = f"--to {path}: found no folder {path.parent}, expected one that exists. Make it first."
        raise ExportError(message)
    if path.is_dir():
        message = f"--to {path}: found a folder, expected a file to write. Add a name to it."
        raise ExportError(message)
    if bins is not None and ending != ".inp":
        message = (
            f"--bins {bins}: found it with {ending}, expected .inp: the others hold every element's own modulus. "
            f"Leave it out."
        )
        raise ExportError(message)
    model = read_model(folder, arm, day)
    part = path.with_name(f".{path.stem}.part{ending}")
    try:
        said = _write(model, FieldFile(Path(folder) / f"fields-{arm}.vtkhdf"), day, part, bins)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return [f"wrote {path}: {model.title}, {model.mesh.n_cells} elements", *said]


def _write(model: ExportModel, fields: FieldFile, day: int, path: Path, bins: int | None) -> list[str]:
    if path.suffix == ".feb":
        write_feb(model, path)
        return [
            f"displacements are written times {SCALE:g} (FEBio has no linear elasticity): its reaction should be "
            f"{-SCALE * model.force_N:g} N along z",
            "written to the format of FEBio 4.0, not run here",
        ]
    if path.suffix == ".vtu":
        grid, mesh = grid_of(fields, day), model.mesh
        number = np.arange(mesh.n_points)
        at_points: dict[str, Any] = {name: np.asarray(values) for name, values in grid.point_data.items()}
        for name, nodes in mesh.node_sets.items():
            at_points[name] = np.isin(number, nodes).astype(np.int8)
        at_cells: dict[str, Any] = {name: [np.asarray(values)] for name, values in grid.cell_data.items()}
        at_cells["region"] = [mesh.region]
        kind = "tetra" if mesh.order == 1 else "tetra10"
        content = meshio.Mesh(mesh.points, [(kind, mesh.cells)], point_data=at_points, cell_data=at_cells)
        meshio.write(path, content, file_format="vtu")
        return ["fields under their names with units, node sets as flags on points"]
    if bins is None:
        materials = exact(model.young, model.poisson)
    else:
        volume = cell_volumes(model.mesh.points, model.mesh.cells)
        materials = binned(model.young, model.poisson, volume, bins)
    write_deck(model, materials, path)
    off = f", moduli off by at most {100 * materials.largest_error:.2g} % in an element" if bins else ""
    return [
        f"{len(materials.young)} materials{off}; supports and the displacement of the platen in the deck",
        f"run: ccx {path.name.removeprefix('.').replace('.part', '').removesuffix('.inp')}; the total of RF should be "
        f"{-model.force_N:g} N along z",
    ]
