"""A body that is fractured already, brought back to what it was: the crush of `crush.py` the other way round."""

from dataclasses import replace

import numpy as np

from ..quality import require_positive
from ..tetmesh import TetMesh
from .arch import follow_body
from .band import Band, BandRule, grow_band
from .columns import Columns, EndSurfaces
from .crush import moved
from .shape import CrushShape


def uncrush_body(mesh: TetMesh, kind: str, height_loss: float, rule: BandRule | None = None) -> TetMesh:
    """Stretch the crushed band of a fractured body by what it lost.

    `crush_body` of the result, with the same arguments, gives the fractured body again, to what the height of single
    nodes of its rims differs.

    Parameters
    ----------
    mesh : TetMesh
        Fractured bone without caps.
    kind : str
        "wedge", "biconcave" or "crush".
    height_loss : float [-]
        Residual loss as a share of the height before the fracture.
    rule : BandRule, optional
        Where the band lies in the body before the fracture.

    Returns
    -------
    TetMesh
        Same cells and regions, other nodes.

    Raises
    ------
    ValueError
        Cells would be turned inside out.
    """
    rule = BandRule() if rule is None else rule
    shape = CrushShape.of(mesh, kind)
    before = {
        name: getattr(shape.heights, name) / (1 - height_loss)
        for name in ("anterior_mm", "middle_mm", "mean_mm")
    }
    shape = replace(shape, heights=replace(shape.heights, **before))
    loss = shape.loss_mm(mesh.points, height_loss)
    below, above = (1 - shape.from_above) * loss, shape.from_above * loss
    now = EndSurfaces.of(mesh).columns(mesh.points)
    columns = Columns(now.bottom - below, now.top + above, now.lowest - below, now.highest + above)
    dz = follow_body(mesh, _stretch(mesh.points[:, 2], grow_band(columns, loss, rule), below, above))
    points = moved(mesh, dz)
    require_positive(points, mesh.cells, "the body before its fracture", "Take a smaller height_loss.")
    return replace(mesh, points=points)


def _stretch(z: np.ndarray, band: Band, below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """How far nodes of a crushed body move back along z; shape (n,) [mm]."""
    lower, upper = band.lower + below, band.upper - above  # borders now
    left = np.maximum(upper - lower, 1e-12)
    inside = band.lower + (z - lower) / left * band.thickness
    return np.where(z <= lower, -below, np.where(z >= upper, above, inside - z))
