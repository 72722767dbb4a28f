"""Cement that the mesh follows: whole cells inside, their nodes on its surface, its volume as asked for.

Topology stays; only nodes inside the trabecular core of the body move. Nodes of shell, endplates, caps, arch and
outer surface stay, and nodes on a border of the crush band slide within it.
"""

from dataclasses import dataclass

import numpy as np

from ..parametric.lattice import VTK_EDGES
from ..quality import cell_volumes, inverted_cells
from ..skin import outer_faces
from ..tetmesh import TetMesh
from .contact import face_codes
from .fitting import Fit
from .freedom import Freedom, fillable_cells
from .labelling import inside_cells, share_inside
from .relaxation import Patch, mean_ratios
from .shape import CementRegion

_BEYOND = 0.1
"""Edge lengths beyond roof or floor from which a node that can not move keeps its cells out of the cement."""
_FACE_POINTS = np.array([[4, 1, 1], [1, 4, 1], [1, 1, 4], [2, 2, 2]]) / 6


@dataclass(frozen=True, eq=False)
class ResolvedCement:
    """Cells filled with cement and the mesh that follows their surface.

    Attributes
    ----------
    points : ndarray, shape (n, 3) [mm]
        Nodes of the mesh with this cement; the cells are those of the mesh that was given.
    filled : ndarray of bool, shape (m,)
        Whole cells of cement.
    offset_mm : float [mm]
        By how much the shape had to grow so that cells with plane faces have its volume.
    volume_ml : float [mL]
    volume_error : float [-]
        Relative to the volume asked for.
    surface_error_mm, surface_error_max_mm : float [mm]
        Distance of the faces of the cement to the shape, mean by area and largest; faces on endplates left out.
    misplaced_share : float [-]
        Volume between those faces and the shape over the volume of the cement.
    off_surface : int
        Nodes of the surface that cells would not let go there.
    n_surface : int
        Nodes of the surface.
    least_mean_ratio : float [-]
        Of the trabecular cells that moved.
    moved_cells : int
        Cells with a node that moved by more than 1 % of the edge length.
    """

    points: np.ndarray
    filled: np.ndarray
    offset_mm: float
    volume_ml: float
    volume_error: float
    surface_error_mm: float
    surface_error_max_mm: float
    misplaced_share: float
    off_surface: int
    n_surface: int
    least_mean_ratio: float
    moved_cells: int


def resolve_cement(
    mesh: TetMesh,
    shape: CementRegion,
    volume_ml: float,
    *,
    zone: np.ndarray | None = None,
    contacts: tuple[str, ...] = (),
) -> ResolvedCement:
    """Move nodes of a mesh onto the surface of cement.

    Parameters
    ----------
    mesh : TetMesh
        Body as it is on the day, with or without caps.
    shape : CementRegion
    volume_ml : float [mL]
        Volume asked for; the shape grows or shrinks evenly until the cells have it.
    zone : ndarray, shape (m,), optional [-]
        Share of each cell in the crush band. Where it is 0 or 1 the borders of the band are kept.
    contacts : tuple of str
        "superior", "inferior": endplates that cement may touch; elsewhere a layer of cells is left.

    Returns
    -------
    ResolvedCement
    """
    core = np.flatnonzero(mesh.in_region("trabecular") & mesh.is_body)
    points = np.ascontiguousarray(mesh.points, float)
    patch = Patch.of(mesh.cells[core], points, np.zeros(len(core), bool))
    layer = np.flatnonzero(mesh.in_region(*(f"{side}_endplate" for side in contacts)))
    open_shape = shape.opened(contacts)
    freedom = Freedom.of(mesh, core, layer, zone)
    nodes = np.unique(patch.cells)
    distance, toward = np.full(mesh.n_points, np.inf), np.zeros((mesh.n_points, 3))
    distance[nodes], _, toward[nodes] = open_shape.nearest(points[nodes])
    edge = _edge_lengths(patch.cells, points)
    off = np.where(np.isfinite(distance), np.abs(distance), 0.0) / edge / freedom.way(distance, toward)
    target = 1000 * volume_ml
    portion = 1 - (mesh.shell_fraction + mesh.endplate_fraction)[core]
    beyond = np.zeros(mesh.n_points, bool)
    beyond[nodes] = open_shape.overhead(points[nodes]) > _BEYOND * edge[nodes]
    beyond &= ~freedom.free
    filled = inside_cells(
        patch,
        off,
        share_inside(points, patch.cells, distance, open_shape.contains),
        fillable_cells(mesh, core, contacts) & ~beyond[patch.cells].any(axis=1),
        portion * cell_volumes(points, mesh.cells[core]),
        target,
    )
    between = _between(patch.cells, filled, mesh.n_points) & freedom.free
    whole = np.concatenate([core, layer])
    fit = Fit(
        patch=Patch.of(mesh.cells[whole], points, np.arange(len(whole)) >= len(core)),
        shape=open_shape,
        filled=np.concatenate([filled, np.zeros(len(layer), bool)]),
        faces=_faces_between(patch.cells, filled),
        between=between,
        free=freedom.free,
        normal=freedom.surfaces(patch.cells, None if zone is None else zone[core], filled, distance),
        edge=edge,
        portion=portion[filled],
        target=target,
    )
    moved, offset = fit.solve(points)
    everywhere = np.zeros(mesh.n_cells, bool)
    everywhere[core[filled]] = True
    return _measured(mesh, fit, _straight(mesh, points, moved), everywhere, offset)


def _faces_between(cells, filled):
    """Faces between filled and other cells of the core; shape (k, 3)."""
    faces = outer_faces(cells[filled])[0]
    n_points = int(cells.max()) + 1
    ends = face_codes(outer_faces(cells)[0], n_points)
    return faces[~np.isin(face_codes(faces, n_points), ends)]


def _edge_lengths(cells, points):
    """Mean length of the edges at each node, 1 where there are none; shape (n,) [mm]."""
    i, j = (
        cells[:, list(ends)].ravel()
        for ends in zip(*((a, b) for a in range(4) for b in range(a)), strict=True)
    )
    length = np.linalg.norm(points[i] - points[j], axis=1)
    ends = np.concatenate([i, j])
    count = np.bincount(ends, minlength=len(points))
    total = np.bincount(ends, np.concatenate([length, length]), len(points))
    return np.where(count > 0, total / np.maximum(count, 1), 1.0)


def _between(cells, filled, n_points):
    """Nodes of cells inside and of cells outside; shape (n,)."""
    marks = np.zeros((2, n_points), bool)
    marks[0, cells[filled]] = True
    marks[1, cells[~filled]] = True
    return marks.all(axis=0)


def _straight(mesh, before, points):
    """Put mid nodes in the middle of edges with a moved end; a node whose curved cell would fold goes back."""
    for _ in range(20):
        if mesh.order == 1:
            return points
        went = (points != before).any(axis=1)
        bent = before.copy()
        bent[went] = points[went]
        touched = np.flatnonzero(went[mesh.cells[:, :4]].any(axis=1))
        cells = mesh.cells[touched]
        for mid, (i, j) in enumerate(VTK_EDGES, start=4):
            rows = went[cells[:, i]] | went[cells[:, j]]
            bent[cells[rows, mid]] = (points[cells[rows, i]] + points[cells[rows, j]]) / 2
        folded = touched[inverted_cells(bent, cells)]
        if not len(folded):
            return bent
        points = points.copy()
        back = np.unique(mesh.cells[folded, :4])
        points[back] = before[back]
    return before


def _measured(mesh, fit, points, filled, offset):
    """State how well the cells follow the shape."""
    volume = fit.volume(points)
    nodes = np.flatnonzero(fit.between)
    off = np.abs(fit.shape.grown(offset).nearest(points[nodes])[0])
    a, b, c = points[fit.faces].transpose(1, 0, 2)
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    at = np.einsum("qa,fai->fqi", _FACE_POINTS, points[fit.faces])
    error = np.abs(fit.shape.nearest(at.reshape(-1, 3))[0]).reshape(at.shape[:2])
    between = float(error.mean(axis=1) @ area)
    moved = (np.linalg.norm(points - mesh.points, axis=1) > 0.01 * fit.edge)[mesh.cells[:, :4]].any(axis=1)
    quality = mean_ratios(points, mesh.cells[moved & mesh.in_region("trabecular")])
    return ResolvedCement(
        points=points,
        filled=filled,
        offset_mm=offset,
        volume_ml=volume / 1000,
        volume_error=volume / fit.target - 1,
        surface_error_mm=float(between / area.sum()),
        surface_error_max_mm=float(error.max()),
        misplaced_share=between / volume,
        off_surface=int((off > 0.05 * fit.edge[nodes]).sum()),
        n_surface=len(nodes),
        least_mean_ratio=float(quality.min(initial=1.0)),
        moved_cells=int(moved.sum()),
    )
