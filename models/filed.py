"""A volume mesh that a scenario names, in mm and RAS."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from vertebra.meshes.quality import orient
from vertebra.meshes.surface.reading import POSSIBLE_MM, UNITS_MM, axes_matrix
from vertebra.meshes.volumes.content import MeshFileError, Tetrahedra
from vertebra.meshes.volumes.reading import read_tetrahedra as read
from vertebra.scenarios.imported.mesh import MeshFile


def read_tetrahedra(anatomy: MeshFile) -> Tetrahedra:
    """Read the tetrahedra of an anatomy, in mm and RAS.

    Raises
    ------
    MeshFileError
        The file cannot be used, or its size is that of no vertebra: the unit is named that would make one of it.
    """
    content = read(Path(anatomy.path))
    matrix = axes_matrix(anatomy.axes)
    points = content.points @ matrix.T * UNITS_MM[anatomy.unit]
    largest = float(np.ptp(points, axis=0).max())
    if not POSSIBLE_MM[0] <= largest <= POSSIBLE_MM[1]:
        stored = largest / UNITS_MM[anatomy.unit]
        fits = [unit for unit, mm in UNITS_MM.items() if POSSIBLE_MM[0] <= stored * mm <= POSSIBLE_MM[1]]
        meant = f' It looks like {fits[0]}: set unit = "{fits[0]}".' if fits else ""
        message = (
            f'{anatomy.path}: with unit = "{anatomy.unit}" the mesh is {largest:.4g} mm across: no vertebra is. '
            f"Expected "
            f"{POSSIBLE_MM[0]:g}-{POSSIBLE_MM[1]:g} mm.{meant}"
        )
        raise MeshFileError(message)
    return replace(content, points=points, cells=orient(points, content.cells))
