"""The intact mesh of a result in a file of its own: nodes, cells, regions and sets, as they were computed."""

from pathlib import Path

import numpy as np

from vertebra.meshes.tetmesh import TetMesh
from vertebra.records.result_files import MESH

_ARRAYS = ("points", "cells", "region", "zeta", "layer", "shell_fraction", "endplate_fraction")
_SET = "node_set:"


def write_mesh(folder: Path, mesh: TetMesh) -> None:
    """Write the mesh into the folder of a result."""
    arrays = {name: getattr(mesh, name) for name in _ARRAYS}
    arrays |= {f"{_SET}{name}": nodes for name, nodes in mesh.node_sets.items()}
    np.savez_compressed(folder / MESH.name, allow_pickle=False, **arrays)


def read_mesh(folder: Path) -> TetMesh:
    """Read it back."""
    with np.load(folder / MESH.name, allow_pickle=False) as archive:
        sets = {key.removeprefix(_SET): archive[key] for key in archive.files if key.startswith(_SET)}
        return TetMesh(**{name: archive[name] for name in _ARRAYS}, node_sets=sets)
