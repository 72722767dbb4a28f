"""Cement that the mesh follows: whole cells inside, their nodes on its surface, its volume as asked for.

Topology stays; only nodes inside the trabecular core of the body move. Nodes of shell, endplates, caps, arch and
outer surface stay, and nodes on a border of the crush band slide within it.
"""

from dataclasses import dataclass

import numpy as np

from ..neighbours import face_neighbours
from ..parametric.lattice import VTK_EDGES
from ..quality import cell_volumes, inverted_cells
from ..skin import CORNERS, outer_faces
from ..tetmesh import TetMesh
from .labelling import inside_cells, share_inside
from .relaxation import Patch, mean_ratios
from .shape import CementShape

FLOOR = 0.2
"""Mean ratio below which no cell is pressed by a node on its way to the surface; 1 for the regular tetrahedron."""
VOLUME_TOLERANCE = 1e-3
_ROUNDS = 12
_SWEEPS = 2
_FIRST_WEIGHT, _LAST_WEIGHT = 3.0, 300.0
"""Pull of the surface on its nodes, in energies of a regular cell over the square of an edge length."""
_ANCHOR, _ANCHOR_BETWEEN = 0.2, 0.06
"""Pull of the first place on the nodes around, and on those that go to the surface."""
_CORRECTIONS = 12
_FIXED = 0.3
"""Nodes that can not move count as if they were as much farther off the surface, so that few lie on it."""
_RINGS = 2
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
        Of the cells that moved.
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
    shape: CementShape,
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
    shape : CementShape
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
    patch = Patch.of(mesh.cells[core], mesh.n_points)
    points = np.ascontiguousarray(mesh.points, float)
    free = _movable(mesh, core)
    nodes = np.unique(patch.cells)
    distance = np.full(mesh.n_points, np.inf)
    distance[nodes] = shape.nearest(points[nodes])[0]
    edge = _edge_lengths(patch.cells, points)
    volume = cell_volumes(points, mesh.cells[core])
    target = 1000 * volume_ml
    border, normal = _border(patch.cells, points, None if zone is None else zone[core], free)
    way = np.where(free, 1.0, _FIXED)
    way[border] = np.maximum(_across(shape, points[border], normal[border]), _FIXED)
    filled = inside_cells(
        patch,
        np.where(np.isfinite(distance), np.abs(distance) / edge, 0.0) / way,
        share_inside(points, patch.cells, distance, shape.contains),
        _allowed(mesh, core, contacts),
        volume,
        target,
    )
    between = _between(patch.cells, filled, mesh.n_points) & free
    moved, offset = _fitted(patch, points, shape, filled, between, free, border, normal, edge, target)
    moved = _straight(mesh, points, moved)
    return _measured(mesh, core, patch, shape, moved, filled, between, edge, offset, target)


def _fitted(patch, points, shape, filled, between, free, border, normal, edge, target):
    """Draw the nodes of the surface onto the shape and correct its size; places of all nodes and the growth."""
    near = between.copy()
    for _ in range(_RINGS):
        near[patch.cells[near[patch.cells].any(axis=1)]] = True
    nodes = np.flatnonzero(near & free)
    home, h = points[nodes], edge[nodes]
    on = np.flatnonzero(between[nodes])
    faces = _faces_between(patch.cells, filled, between)
    plane = np.stack([home, home], axis=1)
    normals = np.stack([np.zeros_like(home), normal[nodes]], axis=1)
    weight = np.stack([np.zeros(len(nodes)), np.where(border[nodes], _LAST_WEIGHT, 0) / h**2], axis=1)
    anchor = np.where(between[nodes], _ANCHOR_BETWEEN, _ANCHOR) / h**2
    offset = 0.0
    for step in range(_ROUNDS):
        _, plane[on, 0], normals[on, 0] = shape.grown(offset).nearest(points[nodes[on]])
        weight[on, 0] = min(_FIRST_WEIGHT * 2.0**step, _LAST_WEIGHT) / h[on] ** 2
        points = patch.relaxed(points, nodes, plane, normals, weight, home, anchor, _SWEEPS)
        if step >= _ROUNDS // 3:
            offset += _growth(patch, points, filled, faces, shape, offset, target)
    held = np.flatnonzero(between[nodes] | border[nodes])
    for _ in range(_CORRECTIONS):
        goal = _goal(shape.grown(offset), points, nodes, on, home, normals[:, 1])
        points = patch.gone(points, nodes[held], goal[held], FLOOR)
        volume = cell_volumes(points, patch.cells[filled]).sum()
        if abs(volume / target - 1) < VOLUME_TOLERANCE:
            break
        offset += _growth(patch, points, filled, faces, shape, offset, target)
    return points, offset


def _faces_between(cells, filled, between):
    """Faces of the cement that can move, those on endplates left out; shape (k, 3)."""
    faces = outer_faces(cells[filled])[0]
    return faces[between[faces].any(axis=1)]


def _goal(shape, points, nodes, on, home, normal):
    """Nearest places on the shape, within the border of the band where a node lies on one; shape (k, 3)."""
    goal = points[nodes].copy()
    for _ in range(4):
        goal[on] = shape.nearest(goal[on])[1]
        goal -= np.einsum("ki,ki->k", goal - home, normal)[:, None] * normal
    return goal


def _growth(patch, points, filled, faces, shape, offset, target):
    """By how much the shape must grow for the volume that is missing, at most a quarter of its thinnest."""
    volume = cell_volumes(points, patch.cells[filled]).sum()
    a, b, c = points[faces].transpose(1, 0, 2)
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2
    thinnest = min(each.semi_axes.min() for each in shape.ellipsoids)
    return float(np.clip(offset + (target - volume) / area, -0.25 * thinnest, 0.5 * thinnest)) - offset


def _across(shape, points, normal):
    """Sine of the angle between the shape and the border of the band: how much of a way along the border counts."""
    cosine = np.einsum("ki,ki->k", shape.nearest(points)[2], normal)
    return np.sqrt(np.maximum(1 - cosine**2, 0))


def _movable(mesh, core):
    """Nodes with nothing but cells of the pure core around; shape (n,)."""
    pure = np.zeros(mesh.n_cells, bool)
    pure[core] = (mesh.shell_fraction + mesh.endplate_fraction)[core] == 0
    movable = np.zeros(mesh.n_points, bool)
    movable[mesh.cells[pure, :4]] = True
    movable[mesh.cells[~pure]] = False
    movable[outer_faces(mesh.cells)[0]] = False
    return movable


def _allowed(mesh, core, contacts):
    """Cells of the core that leave bone to wall, arch and to endplates without contact; shape of `core`."""
    kept = mesh.shell_fraction > 0
    kept |= mesh.is_arch
    upper = mesh.zeta[mesh.cells[:, :4]].mean(axis=1) > 0.5
    for side, here in (("superior", upper), ("inferior", ~upper)):
        if side not in contacts:
            kept |= here & (mesh.endplate_fraction > 0)
    touching = np.zeros(mesh.n_points, bool)
    touching[mesh.cells[kept, :4]] = True
    conforming = np.isin(mesh.shell_fraction + mesh.endplate_fraction, (0.0, 1.0)).all()
    if not conforming:  # the layer is a cell thick already
        return ~kept[core]
    return ~touching[mesh.cells[core, :4]].any(axis=1)


def _edge_lengths(cells, points):
    """Mean length of the edges at each node, 1 where there are none; shape (n,) [mm]."""
    i, j = (cells[:, list(ends)].ravel() for ends in zip(*((a, b) for a in range(4) for b in range(a)), strict=True))
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


def _border(cells, points, zone, free):
    """Movable nodes on the borders of the crush band, and the normal of the border there; shapes (n,), (n, 3)."""
    border, normal = np.zeros(len(points), bool), np.zeros((len(points), 3))
    if zone is None:
        return border, normal
    pairs = face_neighbours(cells)
    zone = np.round(zone, 6)
    pairs = pairs[((zone[pairs] == 1).sum(axis=1) == 1) & ((zone[pairs] == 0).sum(axis=1) == 1)]
    inner = np.where(zone[pairs[:, 0]] == 1, pairs[:, 0], pairs[:, 1])
    other = pairs.sum(axis=1) - inner
    faces = cells[inner][:, CORNERS]  # (p, 4, 3)
    shared = (faces[..., None] == cells[other][:, None, None]).any(axis=-1).all(axis=-1)
    face = faces[shared]
    a, b, c = points[face].transpose(1, 0, 2)
    upward = np.cross(b - a, c - a)
    upward *= np.where(upward[:, 2] < 0, -1, 1)[:, None]
    for corner in range(3):
        np.add.at(normal, face[:, corner], upward)
    border[face] = True
    border &= free
    normal[~border] = 0
    normal[border] /= np.linalg.norm(normal[border], axis=1, keepdims=True)
    return border, normal


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


def _measured(mesh, core, patch, shape, points, filled, between, edge, offset, target):
    """State how well the cells follow the shape."""
    everywhere = np.zeros(mesh.n_cells, bool)
    everywhere[core[filled]] = True
    volume = float(cell_volumes(points, mesh.cells[everywhere]).sum())
    grown = shape.grown(offset)
    nodes = np.flatnonzero(between)
    off = np.abs(grown.nearest(points[nodes])[0])
    faces = _faces_between(patch.cells, filled, between)
    a, b, c = points[faces].transpose(1, 0, 2)
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    at = np.einsum("qa,fai->fqi", _FACE_POINTS, points[faces])
    error = np.abs(shape.nearest(at.reshape(-1, 3))[0]).reshape(at.shape[:2])
    went = np.linalg.norm(points - mesh.points, axis=1) > 0.01 * edge
    moved = went[patch.cells].any(axis=1)
    quality = mean_ratios(points, patch.cells[moved]) if moved.any() else np.ones(1)
    return ResolvedCement(
        points=points,
        filled=everywhere,
        offset_mm=offset,
        volume_ml=volume / 1000,
        volume_error=volume / target - 1,
        surface_error_mm=float((error.mean(axis=1) * area).sum() / area.sum()),
        surface_error_max_mm=float(error.max()),
        misplaced_share=float((error.mean(axis=1) * area).sum() / 2 / volume),
        off_surface=int((off > 0.05 * edge[nodes]).sum()),
        n_surface=len(nodes),
        least_mean_ratio=float(quality.min()),
        moved_cells=int(moved.sum()),
    )
