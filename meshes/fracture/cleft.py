"""An intravertebral cleft: a flat, fluid-filled lens in the middle of a crushed zone, as in Kuemmell's disease.

The lens is an ellipsoid sheared along z, so that it follows the middle of the zone where a wedge tilts it; shear keeps
volume. It lies in trabecular bone alone, never in shell or endplates.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np

from ..quality import cell_volumes
from ..tetmesh import TetMesh
from ..volume_fraction import CellSamples, sixteen_points

SHARE = 0.6
"""Width and depth of the lens over those of the crushed trabecular core."""
_FULL = 0.9
_OUTSIDE = 0.02
"""Share of the lens that may lie outside of the zone, at its tips."""


@dataclass(frozen=True)
class Cleft:
    """A cleft in a mesh.

    Attributes
    ----------
    fraction : ndarray, shape (m,) [-]
        Volume fraction of the cleft in each cell.
    volume_mm3 : float [mm3]
        Sum of fraction times cell volume.
    centre, semi_axes : ndarray, shape (3,) [mm]
        Of the ellipsoid before it is sheared, along x, y, z.
    resolved : float [-]
        Share of that volume in cells which the cleft fills by at least 0.9. In the others it stands beside bone,
        and a law of mixture that lets both bear load side by side makes the cleft too stiff: take elements no
        larger than it is thick.
    """

    fraction: np.ndarray
    volume_mm3: float
    centre: np.ndarray
    semi_axes: np.ndarray
    resolved: float


def place_cleft(
    mesh: TetMesh, zone: np.ndarray, thickness_mm: float, *, width: float = SHARE, depth: float = SHARE
) -> Cleft:
    """Place a lens in the middle of the fracture zone.

    Parameters
    ----------
    mesh : TetMesh
        The crushed body, with or without caps.
    zone : ndarray, shape (m,) [-]
        Volume fraction of each cell in the fracture zone.
    thickness_mm : float [mm]
        Thickness along z in the middle of the lens.
    width, depth : float [-]
        Extent along x and y as a share of that of the crushed trabecular core.

    Returns
    -------
    Cleft

    Raises
    ------
    ValueError
        Where the lens leaves the crushed trabecular bone, or is too thin for the elements.
    """
    _check(thickness_mm, width, depth)
    core = mesh.in_region("trabecular") & mesh.is_body & (zone > 0.5 * zone.max(initial=0.0))
    if not core.any():
        message = "no trabecular cell belongs to the fracture zone: expected a crushed body. Crush it first."
        raise ValueError(message)
    flat = dataclasses.replace(mesh, points=_levelled(mesh, core))
    inside = flat.points[np.unique(mesh.cells[core, :4])]
    low, high = inside.min(axis=0), inside.max(axis=0)
    extent = (high - low)[:2] * [width, depth] / 2
    middle, axes = (low + high) / 2, np.array([*extent, thickness_mm / 2])
    centre = np.array([middle[0], middle[1], 0.0])

    heights = flat.points[mesh.cells[:, :4], 2]
    near = np.flatnonzero(mesh.is_bone & (heights.min(axis=1) < axes[2]) & (heights.max(axis=1) > -axes[2]))
    volumes = cell_volumes(mesh.points, mesh.cells[near])
    fraction = np.zeros(mesh.n_cells)
    fraction[near] = _samples(flat, near, volumes).fraction(centre[None], axes[None])
    volume = float(fraction[near] @ volumes)
    exact = float(4 / 3 * np.pi * axes.prod())
    outside = float(np.maximum(fraction - zone, 0)[near] @ volumes) / exact
    shell = mesh.shell_fraction + mesh.endplate_fraction
    if outside > _OUTSIDE or np.any((fraction > 0) & (shell > 0)):
        message = (
            f"a cleft {thickness_mm:g} mm thick, {2 * axes[0]:.1f} mm wide and {2 * axes[1]:.1f} mm deep leaves the "
            f"crushed trabecular bone: {outside:.1%} of it lie outside. Make it thinner or smaller, or the "
            "fracture zone thicker."
        )
        raise ValueError(message)
    if abs(volume / exact - 1) > 0.05:
        message = (
            f"a cleft {thickness_mm:g} mm thick holds {exact:.0f} mm3, the cells give it {volume:.0f} mm3: the "
            "elements are too coarse. Take a shorter edge or a thicker cleft."
        )
        raise ValueError(message)
    filled = fraction[near] >= _FULL
    resolved = float((fraction[near] * volumes)[filled].sum()) / volume
    return Cleft(fraction, volume, centre, axes, resolved)


def _check(thickness_mm, width, depth):
    if not 0 < thickness_mm <= 20:
        message = f"thickness_mm = {thickness_mm:g}: expected more than 0 and at most 20 mm. Correct it."
        raise ValueError(message)
    for name, share in (("width", width), ("depth", depth)):
        if not 0 < share <= 0.95:
            message = (
                f"{name} = {share:g}: expected a share of the body, above 0 and at most 0.95. Correct it."
            )
            raise ValueError(message)


def _samples(mesh, cells, volumes):
    """Sixteen points in each of the eight children of the cells, for lenses thinner than an element."""
    corner = np.eye(4)
    middle = {(i, j): (corner[i] + corner[j]) / 2 for i in range(4) for j in range(i)}
    m10, m20, m30, m21, m31, m32 = (middle[i, j] for i, j in ((1, 0), (2, 0), (3, 0), (2, 1), (3, 1), (3, 2)))
    tips = [
        [corner[0], m10, m20, m30],
        [corner[1], m10, m21, m31],
        [corner[2], m20, m21, m32],
        [corner[3], m30, m31, m32],
    ]
    octahedron = [[m20, m31, *pair] for pair in ((m10, m21), (m21, m32), (m32, m30), (m30, m10))]
    points = np.concatenate([sixteen_points() @ np.array(child) for child in (*tips, *octahedron)])
    coarse = CellSamples.of(mesh, cells, volumes)
    corners = mesh.points[mesh.cells[cells, :4]]
    return dataclasses.replace(coarse, points=np.einsum("qa,cai->cqi", points, corners))


def _levelled(mesh, core):
    """Nodes with the middle of the zone brought to z = 0, fitted by a plane; shape (n, 3) [mm].

    z = a + b x + c y + (d + e x + f y) (zeta - zeta_middle) over the corners of the zone.
    """
    nodes = np.unique(mesh.cells[core, :4])
    zeta = mesh.zeta[nodes]
    away = zeta - (zeta.min() + zeta.max()) / 2
    plane = np.column_stack([np.ones(len(nodes)), mesh.points[nodes, :2]])
    fit = np.linalg.lstsq(np.hstack([plane, plane * away[:, None]]), mesh.points[nodes, 2])[0]
    points = mesh.points.copy()
    points[:, 2] -= fit[0] + mesh.points[:, :2] @ fit[1:3]
    return points
