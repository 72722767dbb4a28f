"""Layers of a structured body moved so that they end at the borders of a band that varies from column to column."""

import dataclasses

import numpy as np

from ..parametric.lattice import VTK_EDGES
from ..quality import require_positive
from ..tetmesh import TetMesh
from .band import BandRule, grow_band
from .columns import EndSurfaces
from .shape import CrushShape

THINNEST = 0.35
"""Thinnest layer of cells over what it was. Where the band is thinner its layers hold a part of it, and grow again to
what they were where there is none."""
_ITERATIONS = 4


def fit_layers(
    mesh: TetMesh, stacked: np.ndarray, shape: CrushShape, height_loss: float, rule: BandRule
) -> TetMesh:
    """Move the levels of a structured body along its columns onto the borders of the band.

    So cells lie in the band or outside of it, and what a law of healing reads from a cell is that of crushed bone. The
    two levels nearest to the borders where the band is thickest become the borders; the others part evenly what
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
    regular = old[last, :, 2] - old[first, :, 2]

    def borders(points):
        return _borders(points[[first, last]], ends, lambda at: shape.loss_mm(at, height_loss), rule, regular)

    new = old.copy()
    for _ in range(_ITERATIONS):
        new[..., 2] = _heights(old[..., 2], (first, last), borders(new))
        for column in range(old.shape[1]):
            for axis in (0, 1):
                new[:, column, axis] = np.interp(new[:, column, 2], old[:, column, 2], old[:, column, axis])
    new[[first, last], :, 2] = borders(new)
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


def _borders(points, ends, loss_of, rule, regular):
    """Heights of the lower and upper border level (2, p): the borders of the band, or a thinnest stack around it."""
    heights = []
    for side, at in enumerate(points):
        columns = ends.columns(at)
        band = grow_band(columns, loss_of(at), rule)
        least = regular * (1 - (1 - THINNEST) * np.minimum(band.thickness / (THINNEST * regular), 1))
        thickness = np.minimum(np.maximum(band.thickness, least), columns.room)
        lower = (band.lower + band.upper - thickness) / 2
        lower = np.clip(lower, columns.lowest, columns.highest - thickness)
        thin = thickness > band.thickness
        stack = lower if side == 0 else lower + thickness
        heights.append(np.where(thin, stack, band.lower if side == 0 else band.upper))
    return np.stack(heights)


def _heights(z, levels, borders):
    """Heights of all levels where two of them stand at the borders and the outermost two do not move."""
    first, last = levels
    new = z.copy()
    parts = ((1, first, z[1], borders[0]), (first, last, *borders), (last, len(z) - 2, borders[1], z[-2]))
    for low, high, below, above in parts:
        t = (np.arange(low, high + 1) - low)[:, None] / (high - low)
        new[low : high + 1] = (1 - t) * below + t * above
    return new
