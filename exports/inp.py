"""INP: a deck that CalculiX and Abaqus run as it is."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vertebra.meshes.files.inp import mesh_lines, set_lines, shortest

from .materials import Materials
from .model import ExportModel, approach


def write_deck(model: ExportModel, materials: Materials, path: Path) -> None:
    """Write mesh, sets, moduli, supports and the displacement of the platen; the reaction is printed.

    Parameters
    ----------
    model : ExportModel
    materials : Materials
    path : Path
    """
    with path.open("w", encoding="ascii", errors="replace", newline="\n") as file:
        file.writelines(_lines(model, materials))


def _lines(model: ExportModel, materials: Materials) -> Iterator[str]:
    yield f"** {model.title}\n"
    yield f"** the sum of RF over superior_face should be {-model.force_N:g} N along z\n"
    if materials.largest_error:
        off = f"off by at most {100 * materials.largest_error:.2g} % in an element"
        yield f"** moduli in {len(materials.young)} bins: {off}\n"
    yield from mesh_lines(model.mesh)
    order = np.argsort(materials.of_cell, kind="stable")
    ends = np.cumsum(np.bincount(materials.of_cell, minlength=len(materials.young)))
    for number, members in enumerate(np.split(order, ends[:-1]), 1):
        yield from set_lines("*ELSET, ELSET", f"E{number}", members)
    for number, (young, poisson) in enumerate(zip(materials.young, materials.poisson, strict=True), 1):
        yield f"*MATERIAL, NAME=M{number}\n*ELASTIC\n{shortest(float(young))},{shortest(float(poisson))}\n"
        yield f"*SOLID SECTION, ELSET=E{number}, MATERIAL=M{number}\n"
    yield "*STEP\n*STATIC\n*BOUNDARY\ninferior_face,1,3\n"
    if model.turns:
        nodes = model.mesh.node_sets["superior_face"].tolist()
        for node, moved in zip(nodes, model.platen.tolist(), strict=True):
            for axis, value in enumerate(moved, 1):
                yield f"{node + 1},{axis},{axis},{shortest(value)}\n"
    else:
        yield f"superior_face,1,2\nsuperior_face,3,3,{shortest(-approach(model))}\n"
    yield "*NODE PRINT, NSET=superior_face, TOTALS=ONLY\nRF\n*NODE FILE\nU,RF\n*EL FILE\nS\n*END STEP\n"
