"""Field files of a run: which states, fields and nodes of an arm go into its file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from vertebra.courses.day_state import State
from vertebra.meshes.tetmesh import REGIONS, TetMesh

from .vtkhdf import vtk_tensor, write_fields


def write_arm_fields(
    file: Path, meshes: Sequence[TetMesh], states: Iterable[State], days: Sequence[int], wanted: Sequence[str]
) -> None:
    """Write the field file of an arm.

    Parameters
    ----------
    file : Path
        To write.
    meshes : sequence of TetMesh
        The body on each day: cells are the same on all of them, points may move.
    states : iterable of State
        The state of each day, with its fields. Read one at a time.
    days : sequence of int [d]
    wanted : sequence of str
        Beginnings of the names of fields to be written.
    """

    def chosen(fields: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {name: values for name, values in fields.items() if name.startswith(tuple(wanted))}

    def steps() -> Iterator[tuple[dict[str, np.ndarray], dict[str, np.ndarray]]]:
        for state in states:
            cells = dict(state.at_cells)
            cells["stress_MPa"] = vtk_tensor(cells["stress_MPa"])
            cells["strain"] = vtk_tensor(cells["strain"], engineering=True)
            yield chosen(state.at_points), chosen(cells)

    static = chosen({"region": meshes[0].region})
    write_fields(
        file,
        [mesh.points for mesh in meshes],
        meshes[0].cells,
        days,
        steps(),
        static,
        {"region_names": REGIONS} if static else {},
    )
