"""The model of an arm on a day, as a finished result holds it: what every deck writes."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from vertebra.meshes.tetmesh import TetMesh
from vertebra.records.fields.reading import FieldFile
from vertebra.records.fields.stored_mesh import read_mesh

NEEDED = ("displacement", "young", "poisson")
"""Fields without which there is no deck."""


class ExportError(ValueError):
    """A model that cannot be exported: what is wrong, found, expected, next step."""


@dataclass(frozen=True, eq=False)
class ExportModel:
    """A loaded vertebra between its platens, as it was solved.

    Attributes
    ----------
    mesh : TetMesh
        As it is on that day, with its ends.
    young, poisson : ndarray, shape (m,) [MPa], [-]
    platen : ndarray, shape (f, 3) [mm]
        Displacement of the nodes of `superior_face`, in the order of the set; `inferior_face` is held.
    force_N : float [N]
        Axial force that the platen bears then.
    turns : bool
        Whether the platen turned, so that its nodes move differently.
    title : str
        Scenario, arm and day.
    """

    mesh: TetMesh
    young: np.ndarray
    poisson: np.ndarray
    platen: np.ndarray
    force_N: float
    turns: bool
    title: str


def read_model(folder: Path | str, arm: str, day: int) -> ExportModel:
    """Read the model of an arm on a day from the folder of a finished run.

    Parameters
    ----------
    folder : path-like
    arm : str
    day : int [d]

    Raises
    ------
    ExportError
        The result does not hold what is asked for.
    """
    folder = Path(folder)
    manifest = _manifest(folder)
    file = folder / f"fields-{arm}.vtkhdf"
    if not file.is_file():
        known = sorted(each.stem.removeprefix("fields-") for each in folder.glob("fields-*.vtkhdf"))
        message = f"--arm {arm}: found no fields of that arm in {folder}, expected one of {', '.join(known) or 'none'}."
        raise ExportError(message)
    fields = FieldFile(file)
    if day not in fields.days:
        message = (
            f"--day {day}: found days {', '.join(map(str, fields.days))} of arm {arm}, expected one of them. Add "
            f"the day to "
            "healing.days (and output.days) and run again."
        )
        raise ExportError(message)
    missing = [name for name in NEEDED if not any(known.startswith(name) for known in fields.names)]
    if missing:
        message = (
            f"{file}: found no {', '.join(missing)}, expected them: output.fields left them out. Run again with "
            f"them."
        )
        raise ExportError(message)
    scenario = manifest["scenario"]
    if scenario["bone"].get("anisotropy", "none") != "none":
        message = (
            f'{folder}: found bone.anisotropy = "{scenario["bone"]["anisotropy"]}", expected "none": a result '
            f"holds the modulus "
            "along the spine only. Run with isotropic bone to export it."
        )
        raise ExportError(message)
    mesh = read_mesh(folder)
    points = fields.points(day)
    if not np.array_equal(points, mesh.points.astype(points.dtype)):  # else the mesh has more digits
        mesh = replace(mesh, points=points.astype(float))
    moved = fields.field("displacement", day).astype(float)
    platen = moved[mesh.node_sets["superior_face"]]
    return ExportModel(
        mesh=mesh,
        young=fields.field("young", day).astype(float),
        poisson=fields.field("poisson", day).astype(float),
        platen=platen,
        force_N=float(scenario["output"]["load_N"]),
        turns=scenario["loading"]["rotation"] != "fixed",
        title=f"{manifest['name']}, arm {arm}, day {day}",
    )


def approach(model: ExportModel) -> float:
    """How far the platen comes down where it does not turn [mm]."""
    return -float(model.platen[:, 2].mean())


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = (
            f"{folder}: found no readable manifest.json, expected the folder of a finished run. Run the scenario "
            f"first."
        )
        raise ExportError(message) from error
