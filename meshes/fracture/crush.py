"""Crushed vertebral bodies: wedge, biconcave and crush fractures after Genant.

A fracture is a monotone map of z that keeps the mesh: the shift s(x, y) is taken up by the fracture zone
between two surfaces of constant relative height and is constant in z outside of it. `height_loss` is the
residual loss, as a radiograph shows it after the recoil.

References
----------
.. [1] H. K. Genant et al., Vertebral fracture assessment using a semiquantitative technique, J. Bone Miner.
   Res. 8 (1993) 1137-1148, doi 10.1002/jbmr.5650080915
.. [2] J. Wegrzyn et al., Determinants of the mechanical behavior of human lumbar vertebrae after simulated
   mild fracture, J. Bone Miner. Res. 26 (2011) 739-746, doi 10.1002/jbmr.264
"""

import dataclasses
from dataclasses import dataclass

import numpy as np

from ..caps import rim_edges
from ..heights import Heights, body_heights
from ..parametric.lattice import VTK_EDGES
from ..quality import cell_volumes, require_positive
from ..tetmesh import TetMesh
from .arch import follow_body

KINDS = ("wedge", "biconcave", "crush")
ZONE = 0.60
"""Initial thickness of the fracture zone over the height of the body."""
_LOSS_RANGE = (0.01, 0.5)


@dataclass(frozen=True)
class CrushedBody:
    """A crushed body; density and damage follow from its compaction.

    Attributes
    ----------
    mesh : TetMesh
        Same cells, moved nodes; `zeta` and `layer` are those of the intact body.
    zone : ndarray, shape (m,) [-]
        Volume fraction of the fracture zone in each cell: 0 or 1 where layers end at its borders; 0 in arch
        and processes.
    compaction : ndarray, shape (m,) [-]
        Old over new volume of each cell, so that density x compaction conserves mineral. Outside the zone it
        differs from 1 by the bending of the cells only, and in the pedicles by their going along; damage
        belongs to the zone.
    kind : str
    height_loss : float [-]
        Residual loss.
    loss_mm : float [mm]
        Largest shift.
    before, after : Heights [mm]
        Heights of the intact and of the crushed body.
    mineral_error : float [-]
        Relative change of the mineral of the body.
    """

    mesh: TetMesh
    zone: np.ndarray
    compaction: np.ndarray
    kind: str
    height_loss: float
    loss_mm: float
    before: Heights
    after: Heights
    mineral_error: float


def zone_borders(centre: float = 0.5, zone: float = ZONE) -> tuple[float, float]:
    """Relative heights of the lower and upper border of a fracture zone: the breaks of its mesh.

    Parameters
    ----------
    centre, zone : float [-]
        Middle and initial thickness of the zone, as shares of the height of the body.
    """
    lower, upper = centre - zone / 2, centre + zone / 2
    if not (zone > 0 and lower > 0 and upper < 1):
        msg = (
            f"centre = {centre:g} and zone = {zone:g} put the fracture zone between relative heights {lower:g} "
            f"and {upper:g}: expected within 0 to 1. Move its centre or make it thinner."
        )
        raise ValueError(msg)
    return round(lower, 12), round(upper, 12)


def crush_body(
    mesh: TetMesh, kind: str, height_loss: float, *, centre: float = 0.5, zone: float = ZONE
) -> CrushedBody:
    """Crush a body.

    - wedge: nothing over the posterior third of the depth, then linear to the anterior edge, where the body
      loses `height_loss` of its height;
    - biconcave: (1 - r^2)^2 over the relative radius r, `height_loss` in the middle and nothing at the rim;
      both endplates sink in by half of it;
    - crush: the part above the zone moves down by `height_loss` times the mean height.

    Depth and radius are those of the superior endplate. Arch and processes of a whole vertebra belong to no
    fracture zone: they keep their shape and go along with the roots of the pedicles (`follow_body`).

    Parameters
    ----------
    mesh : TetMesh
        Body or whole vertebra without caps, best with cell layers that end at `zone_borders(centre, zone)`.
    kind : str
        "wedge", "biconcave" or "crush".
    height_loss : float [-]
        Residual loss, 0.01 to 0.5.
    centre, zone : float [-]
        Middle and initial thickness of the fracture zone, as shares of the height.

    Raises
    ------
    ValueError
        Where the zone is too thin for the loss, or reaches into an endplate.
    """
    if kind not in KINDS:
        msg = f"type of fracture {kind!r}: expected one of {', '.join(KINDS)}. Choose one of them."
        raise ValueError(msg)
    if not _LOSS_RANGE[0] <= height_loss <= _LOSS_RANGE[1]:
        msg = (
            f"height_loss = {height_loss:g}: expected {_LOSS_RANGE[0]:g} to {_LOSS_RANGE[1]:g}, the residual "
            "share of the height. A percentage is to be divided by 100."
        )
        raise ValueError(msg)
    if not mesh.is_bone.all():
        msg = "the mesh has caps: expected bone alone. Crush the body first, then add the caps."
        raise ValueError(msg)
    lower, upper = zone_borders(centre, zone)
    inside = np.round(_fraction_below(mesh, upper) - _fraction_below(mesh, lower), 12) + 0.0
    inside[mesh.is_arch] = 0
    if np.any(inside[mesh.in_region("superior_endplate", "inferior_endplate")] > 0):
        msg = (
            f"the fracture zone, relative heights {lower:g} to {upper:g}, reaches into a bony endplate. Move "
            "its centre towards 0.5 or make it thinner."
        )
        raise ValueError(msg)

    before = body_heights(mesh)
    shift = _shift(mesh, kind, height_loss, before)
    kept = before.mean_mm * zone - shift.max()
    if kept < 0.05 * before.mean_mm * zone:
        msg = (
            f"a loss of {shift.max():.1f} mm does not fit into a fracture zone of {before.mean_mm * zone:.1f} mm "
            f"({zone:.2f} of the height). Take a thicker zone or a smaller height_loss."
        )
        raise ValueError(msg)
    ramp = np.clip((mesh.zeta - lower) / (upper - lower), 0, 1)
    if kind == "biconcave":
        ramp = ramp - 0.5
    points = _moved(mesh, -shift * follow_body(mesh, ramp))
    require_positive(
        points,
        mesh.cells,
        f"the {kind} fracture with height_loss = {height_loss:g} and zone = {zone:g}",
        "Take a smaller height_loss, a thicker zone, or a finer mesh.",
    )
    old, new = cell_volumes(mesh.points, mesh.cells), cell_volumes(points, mesh.cells)
    crushed = dataclasses.replace(mesh, points=points)
    compaction = old / new
    return CrushedBody(
        mesh=crushed,
        zone=inside,
        compaction=compaction,
        kind=kind,
        height_loss=height_loss,
        loss_mm=float(shift.max()),
        before=before,
        after=body_heights(crushed),
        mineral_error=abs(float((compaction * new).sum() / old.sum()) - 1),
    )


def _shift(mesh, kind, height_loss, heights: Heights):
    """How far the body shortens above and below each node; shape (n,) [mm]."""
    x, y = mesh.points[:, 0], mesh.points[:, 1]
    if kind == "crush":
        return np.full(mesh.n_points, height_loss * heights.mean_mm)
    end = mesh.points[mesh.node_sets["superior_endplate"]]
    if kind == "wedge":
        front, back = end[:, 1].max(), end[:, 1].min()
        third = back + (front - back) / 3
        return height_loss * heights.anterior_mm * np.maximum((y - third) / (front - third), 0)
    middle = (end[:, :2].max(axis=0) + end[:, :2].min(axis=0)) / 2
    rim = mesh.points[np.unique(rim_edges(mesh, "superior")), :2] - middle
    angle, radius = np.arctan2(rim[:, 1], rim[:, 0]), np.hypot(*rim.T)
    theta = np.arctan2(y - middle[1], x - middle[0])
    r = np.hypot(x - middle[0], y - middle[1]) / np.interp(theta, angle, radius, period=2 * np.pi)
    return height_loss * heights.middle_mm * np.maximum(1 - r**2, 0) ** 2


def _moved(mesh, dz):
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


def _fraction_below(mesh, height):
    """Volume fraction of each cell below a relative height, zeta being linear over its corners; shape (m,).

    Cells cut between the second and the third corner by height leave a wedge, summed from three tetrahedra.
    """
    v = np.sort(mesh.zeta[mesh.cells[:, :4]], axis=1)
    v = np.where(np.abs(v - height) < 1e-9, height, v)
    a, b, c, d = (height - v).T
    fraction = (d >= 0).astype(float)
    one = (a > 0) & (b <= 0)
    fraction[one] = a[one] ** 3 / ((a - b) * (a - c) * (a - d))[one]
    three = (c > 0) & (d < 0)
    fraction[three] = 1 - (-d[three]) ** 3 / ((a - d) * (b - d) * (c - d))[three]
    two = (b > 0) & (c <= 0) & (d < 0)
    a, b, c, d = a[two], b[two], c[two], d[two]
    ac, ad, bc, bd = a / (a - c), a / (a - d), b / (b - c), b / (b - d)
    fraction[two] = ac * ad + bc * bd * (1 - ad) + bc * ad * (1 - ac)
    return fraction
