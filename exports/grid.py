"""A body on a day as a grid of pyvista, with its fields and the names of its regions."""

from typing import TYPE_CHECKING

import numpy as np

from vertebra.meshes.tetmesh import REGIONS
from vertebra.records.fields.reading import FieldFile

if TYPE_CHECKING:
    import pyvista

_VTK_CELL = {4: 10, 10: 24}


def grid_of(fields: FieldFile, day: int) -> "pyvista.UnstructuredGrid":
    """Grid of the body as it is on a day.

    Parameters
    ----------
    fields : FieldFile
        Of an arm.
    day : int [d]

    Returns
    -------
    pyvista.UnstructuredGrid
        Fields under their names with units; tensors in Voigt order. `region_names` in its field data names the numbers
        of `region`.
    """
    import pyvista

    cells = fields.cells
    layout = np.column_stack([np.full(len(cells), cells.shape[1]), cells]).ravel()
    kinds = np.full(len(cells), _VTK_CELL[cells.shape[1]], dtype=np.uint8)
    grid = pyvista.UnstructuredGrid(layout, kinds, fields.points(day).astype(float))
    for name in fields.names:
        values = fields.field(name, day)
        data = grid.point_data if len(values) == grid.n_points else grid.cell_data
        data[name] = values
    grid.field_data["region_names"] = list(REGIONS)
    return grid
