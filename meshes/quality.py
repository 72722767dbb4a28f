"""Volume, orientation and shape of tetrahedra."""

from dataclasses import dataclass

import numpy as np

from .folding import LATTICE, is_folded
from .parametric.lattice import VTK_EDGES
from .tetmesh import REGIONS, TetMesh

_CHUNK = 100_000
_CORNERS = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=float)
_MIDS = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [0, 1, 1]]) / 2
_GAUSS = np.full((4, 3), (5 - 5**0.5) / 20) + np.vstack([np.zeros(3), np.eye(3)]) * 5**0.5 / 5
_KEAST = np.full((5, 3), 1 / 6) + np.vstack([np.full(3, 1 / 12), np.zeros(3), np.eye(3) / 3])
_KEAST_WEIGHTS = np.array([-4 / 30, 9 / 120, 9 / 120, 9 / 120, 9 / 120])
_FACES_AT_EDGE = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))
"""Faces 021, 013, 032, 123 that meet at the edges 01, 02, 03, 12, 13, 23."""


@dataclass(frozen=True)
class MeshQuality:
    """Shape of the elements of a mesh.

    The thin layers (shell, endplates) are flat by design, so the angles are given for the other cells too.

    Attributes
    ----------
    n_points, n_cells, order : int
    n_inverted : int
        Cells whose Jacobian is negative anywhere, or zero at a corner, mid node or Gauss point.
    min_dihedral_deg, median_dihedral_deg : float [degree]
        Smallest and median of the smallest angle between two faces of a cell (straight edges).
    min_dihedral_core_deg, median_dihedral_core_deg : float [degree]
        The same over trabecular cells.
    max_radius_ratio_core : float [-]
        Largest circumradius over three inradii of trabecular cells; 1 for the regular tetrahedron.
    min_scaled_jacobian : float [-]
        Smallest sqrt(2) det(t1, t2, t3) / (|t1| |t2| |t3|) with the edge tangents at the corners; 1 for the
        regular tetrahedron.
    median_edge_core_mm : float [mm]
        Median length of the straight edges of trabecular cells.
    volume_mm3 : dict of str to float [mm3]
        Volume by region, regions without cells left out.
    """

    n_points: int
    n_cells: int
    order: int
    n_inverted: int
    min_dihedral_deg: float
    median_dihedral_deg: float
    min_dihedral_core_deg: float
    median_dihedral_core_deg: float
    max_radius_ratio_core: float
    min_scaled_jacobian: float
    median_edge_core_mm: float
    volume_mm3: dict[str, float]


def _gradients(at):
    """Evaluate derivatives of the 10 shape functions at reference points; shape (q, 10, 3)."""
    r, s, t = at.T
    u = 1 - r - s - t
    zero = np.zeros_like(r)
    d_u, d_r = 1 - 4 * u, 4 * r - 1
    d_s, d_t = 4 * s - 1, 4 * t - 1
    rows = [
        (d_u, d_u, d_u),
        (d_r, zero, zero),
        (zero, d_s, zero),
        (zero, zero, d_t),
        (4 * (u - r), -4 * r, -4 * r),
        (4 * s, 4 * r, zero),
        (-4 * s, 4 * (u - s), -4 * s),
        (-4 * t, -4 * t, 4 * (u - t)),
        (4 * t, zero, 4 * r),
        (zero, 4 * t, 4 * s),
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=1)


def _triple(a, b, c):
    """Triple product a . (b x c) of vectors on the last axis."""
    return (
        a[..., 0] * (b[..., 1] * c[..., 2] - b[..., 2] * c[..., 1])
        + a[..., 1] * (b[..., 2] * c[..., 0] - b[..., 0] * c[..., 2])
        + a[..., 2] * (b[..., 0] * c[..., 1] - b[..., 1] * c[..., 0])
    )


def _straight_determinant(points, cells):
    """Six times the volume of the tetrahedra of the four corners; shape (m,)."""
    x = points[cells[:, 0]]
    return _triple(points[cells[:, 1]] - x, points[cells[:, 2]] - x, points[cells[:, 3]] - x)


def _curved_determinant(points, cells, at):
    """Jacobian determinant of 10-node tetrahedra at reference points; shape (m, q)."""
    gradients = _gradients(at)
    x = points[cells]
    jacobian = np.moveaxis(np.tensordot(x, gradients, axes=(1, 1)), 1, 2)  # (m, q, 3, 3)
    return _triple(jacobian[..., 0], jacobian[..., 1], jacobian[..., 2])


def _is_curved(points, cells):
    """Mark 10-node cells with a mid node away from the middle of its edge; shape (m,)."""
    curved = np.zeros(len(cells), bool)
    for mid, (i, j) in enumerate(VTK_EDGES, start=4):
        offset = 2 * points[cells[:, mid]] - points[cells[:, i]] - points[cells[:, j]]
        curved |= np.abs(offset).max(axis=1) > 1e-9
    return curved


def _chunks(cells):
    return ((i, cells[i : i + _CHUNK]) for i in range(0, len(cells), _CHUNK))


def cell_volumes(points, cells):
    """Volume of tetrahedra, curved edges included.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int, shape (m, 4) or (m, 10)
        VTK order.

    Returns
    -------
    ndarray, shape (m,) [mm3]
        Negative where the nodes are numbered the wrong way round.

    Notes
    -----
    The Jacobian of a 10-node tetrahedron is a cubic polynomial; the 5-point rule of degree 3 is exact.
    """
    volumes = np.empty(len(cells))
    for start, chunk in _chunks(cells):
        part = _straight_determinant(points, chunk) / 6
        if cells.shape[1] == 10:
            curved = np.flatnonzero(_is_curved(points, chunk))
            if len(curved):
                part[curved] = _curved_determinant(points, chunk[curved], _KEAST) @ _KEAST_WEIGHTS
        volumes[start : start + len(chunk)] = part
    return volumes


def inverted_cells(points, cells):
    """Cells whose Jacobian is negative anywhere, or zero at corners, mid nodes, the 4 Gauss points or the centre.

    Returns
    -------
    ndarray of int, shape (k,)
        Indices of such cells.
    """
    at = np.concatenate([_CORNERS, _MIDS, _GAUSS, np.full((1, 3), 0.25), LATTICE])
    found = []
    for start, chunk in _chunks(cells):
        straight = _straight_determinant(points, chunk)
        bad = straight <= 0
        if cells.shape[1] == 10:
            curved = np.flatnonzero(_is_curved(points, chunk))
            if len(curved):
                values = _curved_determinant(points, chunk[curved], at)
                bad[curved] = (values[:, : -len(LATTICE)].min(axis=1) <= 0) | is_folded(
                    values[:, -len(LATTICE) :]
                )
        found.append(start + np.flatnonzero(bad))
    return np.concatenate(found) if found else np.empty(0, int)


def require_positive(points, cells, what, advice):
    """Refuse cells that are turned inside out.

    Raises
    ------
    ValueError
        Naming the first such cell and its place.
    """
    bad = inverted_cells(points, cells)
    if len(bad):
        place = points[cells[bad[0], :4]].mean(axis=0)
        msg = (
            f"{what}: {len(bad)} of {len(cells)} tetrahedra would be turned inside out, the first at "
            f"({place[0]:.1f}, {place[1]:.1f}, {place[2]:.1f}) mm; all must have positive volume. {advice}"
        )
        raise ValueError(msg)


def orient(points, cells):
    """Renumber the cells of negative volume so that every volume is positive.

    Returns
    -------
    ndarray of int32, shape (m, 4) or (m, 10)
    """
    swap = [1, 0, 2, 3] if cells.shape[1] == 4 else [1, 0, 2, 3, 4, 6, 5, 8, 7, 9]
    turned = np.array(cells, dtype=np.int32)
    negative = _straight_determinant(points, cells) < 0
    turned[negative] = turned[negative][:, swap]
    return turned


def dihedral_angles(points, cells):
    """Angles between the faces of tetrahedra with straight edges.

    Returns
    -------
    ndarray, shape (m, 6) [degree]
        At the edges 01, 02, 03, 12, 13, 23.
    """
    x = points[cells[:, :4]]
    a, b, c = x[:, 1] - x[:, 0], x[:, 2] - x[:, 0], x[:, 3] - x[:, 0]
    normals = [np.cross(b, a), np.cross(a, c), np.cross(c, b), np.cross(b - a, c - a)]
    normals = [n / np.linalg.norm(n, axis=1, keepdims=True) for n in normals]  # all outwards or all inwards
    angles = np.empty((len(cells), 6))
    for e, (i, j) in enumerate(_FACES_AT_EDGE):
        cosine = -np.einsum("ci,ci->c", normals[i], normals[j])
        angles[:, e] = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return angles


def radius_ratios(points, cells):
    """Circumradius over three inradii of tetrahedra with straight edges, 1 for the regular one.

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    x = points[cells[:, :4]]
    a, b, c = x[:, 1] - x[:, 0], x[:, 2] - x[:, 0], x[:, 3] - x[:, 0]
    det = np.abs(_triple(a, b, c))
    faces = (np.cross(a, b), np.cross(b, c), np.cross(c, a), np.cross(b - a, c - a))
    area = sum(np.linalg.norm(face, axis=1) for face in faces) / 2
    square = [np.einsum("ci,ci->c", v, v)[:, None] for v in (a, b, c)]
    centre = square[0] * faces[1] + square[1] * faces[2] + square[2] * faces[0]
    circumradius = np.linalg.norm(centre, axis=1) / (2 * det)
    return circumradius * area / (1.5 * det)  # inradius = 3 V / area = det / (2 area)


def _scaled_jacobian(points, cells):
    """Smallest scaled Jacobian over the corners of each cell; shape (m,)."""
    least = np.full(len(cells), np.inf)
    x = points[cells[:, :4]]
    toward = ((1, 2, 3), (2, 0, 3), (0, 1, 3), (0, 2, 1))
    mid = {edge: number for number, edge in enumerate(VTK_EDGES, start=4)}
    for corner, others in enumerate(toward):
        tangents = []
        for other in others:
            t = x[:, other] - x[:, corner]
            if cells.shape[1] == 10:
                middle = points[cells[:, mid[min(corner, other), max(corner, other)]]]
                t = 4 * middle - 3 * x[:, corner] - x[:, other]
            tangents.append(t)
        length = np.prod([np.linalg.norm(t, axis=1) for t in tangents], axis=0)
        least = np.minimum(least, 2**0.5 * _triple(*tangents) / length)
    return least


def mesh_quality(mesh: TetMesh) -> MeshQuality:
    """Measure the elements of a mesh.

    Returns
    -------
    MeshQuality
    """
    points, cells = mesh.points, mesh.cells
    core = mesh.in_region("trabecular")
    smallest, radius = np.empty(len(cells)), np.empty(len(cells))
    scaled, edges = np.inf, []
    for start, chunk in _chunks(cells):
        rows = slice(start, start + len(chunk))
        smallest[rows] = dihedral_angles(points, chunk).min(axis=1)
        radius[rows] = radius_ratios(points, chunk)
        scaled = min(scaled, float(_scaled_jacobian(points, chunk).min()))
        edges.append(_edge_codes(chunk[core[rows]], mesh.n_points))
    code = np.unique(np.concatenate(edges))
    ends = points[np.stack([code // mesh.n_points, code % mesh.n_points])]
    volumes = cell_volumes(points, cells)
    has_core = bool(core.any())
    return MeshQuality(
        n_points=mesh.n_points,
        n_cells=mesh.n_cells,
        order=mesh.order,
        n_inverted=len(inverted_cells(points, cells)),
        min_dihedral_deg=float(smallest.min()),
        median_dihedral_deg=float(np.median(smallest)),
        min_dihedral_core_deg=float(smallest[core].min()) if has_core else float("nan"),
        median_dihedral_core_deg=float(np.median(smallest[core])) if has_core else float("nan"),
        max_radius_ratio_core=float(radius[core].max()) if has_core else float("nan"),
        min_scaled_jacobian=scaled,
        median_edge_core_mm=float(np.median(np.linalg.norm(ends[0] - ends[1], axis=1)))
        if has_core
        else float("nan"),
        volume_mm3={
            name: float(volumes[mesh.region == i].sum())
            for i, name in enumerate(REGIONS)
            if np.any(mesh.region == i)
        },
    )


def _edge_codes(cells, n_points):
    """Code the corner edges of cells as lower * n_points + higher, each once."""
    pairs = np.sort(cells[:, :4][:, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]], axis=2)
    return np.unique(pairs[..., 0].astype(np.int64) * n_points + pairs[..., 1])
