"""Layers of a structured body moved so that they end at the borders of a band that varies from column to column."""

import dataclasses

import numpy as np

from ..parametric.lattice import VTK_EDGES
from ..quality import require_positive
from ..tetmesh import TetMesh
from .band import Band, BandRule, grow_band
from .columns import Columns, EndSurfaces
from .shape import CrushShape

THINNEST = 0.35
"""Thinnest layer of cells over what it was: where the band is thinner than its layers they hold a part of it."""
_ITERATIONS = 4


def fit_layers(
    mesh: TetMesh, stacked: np.ndarray, shape: CrushShape, height_loss: float, rule: BandRule
) -> TetMesh:
    """Move the levels of a structured body along its columns onto the borders of the band.

    The two levels nearest to the borders where the band is thickest become the borders; the others part evenly what
    lies between them. `zeta` and `layer` stay with the nodes and cells, so that sections are what lies between two
    levels.

    Parameters
    ----------
    mesh : TetMesh
        Intact bone without caps.
    stacked : ndarray of int, shape (n_levels, p)
        As `stacked_nodes` gives it.
    shape : CrushShape
    height_loss : float [-]
    rule : BandRule

    Returns
    -------
    TetMesh
    """
    ends = EndSurfaces.of(mesh)
    old = mesh.points[stacked]
    first, last = _border_levels(mesh, stacked, shape, height_loss, rule, ends)
    regular = THINNEST * (old[last, :, 2] - old[first, :, 2])
    new = old.copy()
    for _ in range(_ITERATIONS):
        borders = []
        for level in (first, last):
            columns = ends.columns(new[level])
            band = grow_band(columns, shape.loss_mm(new[level], height_loss), rule)
            borders.append(_spread(band, columns, regular)[0 if level == first else 1])
        new[..., 2] = _heights(old[..., 2], (first, last), borders)
        for column in range(old.shape[1]):
            for axis in (0, 1):
                new[:, column, axis] = np.interp(
                    new[:, column, 2], old[:, column, 2], old[:, column, axis]
                )
    moved = np.zeros((mesh.n_points, 3))
    moved[stacked] = new - old
    if mesh.order == 2:
        for mid, (i, j) in enumerate(VTK_EDGES, start=4):
            moved[mesh.cells[:, mid]] = (moved[mesh.cells[:, i]] + moved[mesh.cells[:, j]]) / 2
    points = mesh.points + moved
    require_positive(
        points,
        mesh.cells,
        "the body with layers along the borders of the crushed band",
        "Take a shorter edge, or another height_loss or centre of the fracture.",
    )
    return dataclasses.replace(mesh, points=points)


def _border_levels(mesh, stacked, shape, height_loss, rule, ends):
    """Levels that become the borders: those nearest to them in the column where the band is thickest."""
    middle = mesh.points[stacked[len(stacked) // 2]]
    band = grow_band(ends.columns(middle), shape.loss_mm(middle, height_loss), rule)
    thickest = int(np.argmax(band.thickness))
    z = mesh.points[stacked[:, thickest], 2]
    top = len(stacked) - 1
    first = int(np.clip(np.argmin(np.abs(z - band.lower[thickest])), 2, top - 3))
    last = int(np.clip(np.argmin(np.abs(z - band.upper[thickest])), first + 1, top - 2))
    return first, last


def _spread(band: Band, columns: Columns, least: np.ndarray):
    """Heights of the two border levels: the borders of the band, or a thinnest stack of layers around it."""
    thickness = np.minimum(np.maximum(band.thickness, least), columns.room)
    lower = np.clip((band.lower + band.upper - thickness) / 2, columns.lowest, columns.highest - thickness)
    thin = thickness > band.thickness
    lower = np.where(thin, lower, band.lower)
    return lower, np.where(thin, lower + thickness, band.upper)


def _heights(z, levels, borders):
    """Heights of all levels where two of them stand at the borders and the outermost two do not move."""
    first, last = levels
    new = z.copy()
    parts = ((1, first, z[1], borders[0]), (first, last, *borders), (last, len(z) - 2, borders[1], z[-2]))
    for low, high, below, above in parts:
        t = (np.arange(low, high + 1) - low)[:, None] / (high - low)
        new[low : high + 1] = (1 - t) * below + t * above
    return new
