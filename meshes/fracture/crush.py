"""Crushed vertebral bodies.

A fracture is a monotone map of z that keeps the mesh: each column of bone is shortened within the crushed band and
moves as a whole below and above it. `height_loss` is the residual loss, as a radiograph shows it after the recoil [1]_.

References
----------
.. [1] J. Wegrzyn et al., Determinants of the mechanical behavior of human lumbar vertebrae after simulated
   mild fracture, J. Bone Miner. Res. 26 (2011) 739-746, doi 10.1002/jbmr.264
"""

import dataclasses
from dataclasses import dataclass

import numpy as np

from ..heights import Heights, body_heights
from ..parametric.lattice import VTK_EDGES
from ..parametric.levels import stacked_nodes
from ..quality import cell_volumes, require_positive
from ..tetmesh import TetMesh
from .arch import follow_body
from .band import Band, BandRule, grow_band, require_room
from .band_share import band_share
from .columns import EndSurfaces
from .full_band import FullBand, find_full_band
from .layers import fit_layers
from .shape import CrushShape

LARGEST_LOSS = 0.5
"""Residual loss beyond which no body is crushed."""
_LOSS_RANGE = (0.01, LARGEST_LOSS)


@dataclass(frozen=True, eq=False)
class Crush:
    """What crushing does to a mesh; cells and topology stay.

    Attributes
    ----------
    points : ndarray, shape (n, 3) [mm]
    compaction : ndarray, shape (m,) [-]
        Old over new volume of each cell, so that density times compaction conserves mineral for any field of
        density. Outside the band it differs from 1 by the bending of the cells only, and in the pedicles by their
        going along; damage belongs to the band.
    zone : ndarray, shape (m,) [-]
        Volume fraction of the band in each crushed cell; 0 in arch and processes.
    band_compaction : ndarray, shape (m,) [-]
        Old over new volume of the part of each cell that lies in the band; 1 without one.
    worst_compaction : ndarray, shape (m,) [-]
        The largest that it has been; larger than `band_compaction` where a band has been stretched back.
    """

    points: np.ndarray
    compaction: np.ndarray
    zone: np.ndarray
    band_compaction: np.ndarray
    worst_compaction: np.ndarray


@dataclass(frozen=True, eq=False)
class CrushedBody:
    """A crushed body; density and damage follow from its compaction.

    Attributes
    ----------
    mesh : TetMesh
        Same cells, moved nodes; `zeta` and `layer` are those of the intact body.
    zone, compaction, band_compaction, worst_compaction : ndarray, shape (m,) [-]
        As in `Crush`.
    kind : str
    height_loss : float [-]
        Residual loss.
    loss_mm : float [mm]
        Largest shift.
    band_mm : ndarray, shape (n,) [mm]
        Thickness of the band in the column of each node, before the crush.
    before, after : Heights [mm]
        Heights of the intact and of the crushed body.
    mineral_error : float [-]
        Largest relative change of the mineral of a cell: bounds that of the body for any field of density.
    full : FullBand or None
        Where and from which loss the band reaches from endplate to endplate.
    """

    mesh: TetMesh
    zone: np.ndarray
    compaction: np.ndarray
    band_compaction: np.ndarray
    worst_compaction: np.ndarray
    kind: str
    height_loss: float
    loss_mm: float
    band_mm: np.ndarray
    before: Heights
    after: Heights
    mineral_error: float
    full: FullBand | None


def crush(
    mesh: TetMesh, band: Band, loss_mm: np.ndarray, from_above: float = 1.0, *, what: str = "the fracture"
) -> Crush:
    """Shorten the columns of an intact body within a band.

    Depends on its arguments alone: another loss of the same body, with its own band, gives the crush of another day
    on the same topology.

    Parameters
    ----------
    mesh : TetMesh
        Intact bone without caps.
    band : Band
        At its nodes.
    loss_mm : ndarray, shape (n,) [mm]
        By which the column of each node shortens.
    from_above : float [-]
        Share of the loss by which the part above the band sinks; the part below rises by the rest.
    what : str
        Name of the fracture for messages.

    Raises
    ------
    ValueError
        Where cells would be turned inside out.
    """
    z, thickness = mesh.points[:, 2], band.thickness
    ramp = np.divide(z - band.lower, thickness, out=(z > band.lower).astype(float), where=thickness > 0)
    ramp = follow_body(mesh, np.clip(ramp, 0, 1) - (1 - from_above))
    points = moved(mesh, -loss_mm * ramp)
    require_positive(points, mesh.cells, what, "Take a smaller height_loss or a finer mesh.")
    compaction = cell_volumes(mesh.points, mesh.cells) / cell_volumes(points, mesh.cells)
    share = band_share(mesh, band)
    in_band = share > 0
    mean = _mean_strain(mesh, band.strain)
    local = np.where(share == 1, compaction, np.where(in_band, 1 / (1 - mean), 1.0))
    since = (1 - mean) / (1 - _mean_strain(mesh, band.worst_strain))
    return Crush(
        points=points,
        compaction=compaction,
        zone=np.clip(share * compaction / local, 0, 1),
        band_compaction=local,
        worst_compaction=np.where(in_band, local * since, local),
    )


def _mean_strain(mesh: TetMesh, strain: np.ndarray) -> np.ndarray:
    """Mean strain of the corners of each cell that lie in pressed columns, (n,) to (m,) [-]."""
    corners = strain[mesh.cells[:, :4]]
    return corners.sum(axis=1) / np.maximum((corners > 0).sum(axis=1), 1)


def fit_to_band(mesh: TetMesh, kind: str, height_loss: float, rule: BandRule | None = None) -> TetMesh:
    """Let the layers of a structured body end at the borders of the band that it will be crushed in.

    Another mesh, as of fTetWild, stays as it is: the borders cut its cells, which `zone` states.

    Parameters
    ----------
    mesh : TetMesh
        Intact bone without caps, best with layers that end at `BandRule.borders`.
    kind, height_loss, rule
        As for `crush_body`.

    Returns
    -------
    TetMesh
        The intact body; same cells, regions and outer shape, other nodes.
    """
    stacked = stacked_nodes(mesh)
    if stacked is None:
        return mesh
    rule = BandRule() if rule is None else rule
    _require_bone(mesh, height_loss)
    return fit_layers(mesh, stacked, CrushShape.of(mesh, kind), height_loss, rule)


def crush_body(mesh: TetMesh, kind: str, height_loss: float, rule: BandRule | None = None) -> CrushedBody:
    """Crush a body by the residual loss of a fracture; see `CrushShape` for the kinds.

    Arch and processes of a whole vertebra belong to no band: they keep their shape and go along with the roots of the
    pedicles (`follow_body`).

    Parameters
    ----------
    mesh : TetMesh
        Body or whole vertebra without caps, best from `fit_to_band`.
    kind : str
        "wedge", "biconcave" or "crush".
    height_loss : float [-]
        Residual loss, 0.01 to 0.5.
    rule : BandRule, optional
        Where the band lies; `BandRule()` unless given.

    Raises
    ------
    ValueError
        Where the loss does not fit into the band, or the band into the body.
    """
    rule = BandRule() if rule is None else rule
    _require_bone(mesh, height_loss)
    shape = CrushShape.of(mesh, kind)
    ends = EndSurfaces.of(mesh)
    section, area = ends.section()
    columns, loss = ends.columns(section), shape.loss_mm(section, height_loss)
    require_room(columns, loss, rule, height_loss)
    full = find_full_band(section, area, columns, loss, height_loss, rule)
    loss = shape.loss_mm(mesh.points, height_loss)
    band = grow_band(ends.columns(mesh.points), loss, rule)
    done = crush(
        mesh, band, loss, shape.from_above, what=f"the {kind} fracture with height_loss = {height_loss:g}"
    )
    crushed = dataclasses.replace(mesh, points=done.points)
    return CrushedBody(
        mesh=crushed,
        zone=done.zone,
        compaction=done.compaction,
        band_compaction=done.band_compaction,
        worst_compaction=done.worst_compaction,
        kind=kind,
        height_loss=height_loss,
        loss_mm=float(loss.max()),
        band_mm=band.thickness,
        before=shape.heights,
        after=body_heights(crushed),
        mineral_error=_mineral_error(mesh, done),
        full=full,
    )


def _require_bone(mesh, height_loss):
    """Refuse a loss that is no share, and caps."""
    if not _LOSS_RANGE[0] <= height_loss <= _LOSS_RANGE[1]:
        msg = (
            f"height_loss = {height_loss:g}: expected {_LOSS_RANGE[0]:g} to {_LOSS_RANGE[1]:g}, the residual "
            "share of the height. A percentage is to be divided by 100."
        )
        raise ValueError(msg)
    if not mesh.is_bone.all():
        msg = "the mesh has caps: expected bone alone. Crush the body first, then add the caps."
        raise ValueError(msg)


def _mineral_error(mesh, done):
    """Largest relative change of the mineral of a cell, its density times the compaction."""
    kept = done.compaction * cell_volumes(done.points, mesh.cells) / cell_volumes(mesh.points, mesh.cells)
    return float(np.abs(kept - 1).max())


def moved(mesh, dz):
    """Move corners by dz along z; mid nodes keep their offset from the middle of their edge; shape (n, 3)."""
    points = mesh.points.copy()
    if mesh.order == 1:
        points[:, 2] += dz
        return points
    corners = np.unique(mesh.cells[:, :4])
    points[corners, 2] += dz[corners]
    for mid, (i, j) in enumerate(VTK_EDGES, start=4):
        a, b, m = mesh.cells[:, i], mesh.cells[:, j], mesh.cells[:, mid]
        points[m] = mesh.points[m]
        points[m, 2] += (dz[a] + dz[b]) / 2
    return points
