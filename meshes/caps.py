"""Caps of cement between the bone ends and flat platens."""

import dataclasses

import numpy as np

from .prisms import MID, PrismBase, PrismNodes, prism_cells
from .quality import require_positive
from .tetmesh import REGIONS, TetMesh

_FACES = ((0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2))
"""Corner nodes of the faces of a tetrahedron, counter-clockwise seen from outside."""
_GRADING = 1.3
_UPRIGHT = 1e-6
"""Cosine between normal and axis below which a triangle stands upright."""


def add_caps(mesh: TetMesh, thickness_mm: float = 10.0, n_layers: int = 2) -> TetMesh:
    """Extrude both endplates along z to flat faces.

    The faces lie `thickness_mm` beyond the endplate node that is farthest out; layers grow away from
    the bone.
    Connectivity depends on the connectivity of the mesh alone.

    Parameters
    ----------
    mesh : TetMesh
        Bone without caps.
    thickness_mm : float [mm]
        Least thickness of each cap.
    n_layers : int
        Layers of cells in each cap.

    Returns
    -------
    TetMesh
        With the regions `superior_cap` and `inferior_cap` and the outer faces in `superior_face` and
        `inferior_face`. Nodes and cells of the bone keep their numbers.

    Raises
    ------
    ValueError
        Where an endplate overhangs, so that it can not be extruded along z.
    """
    if not thickness_mm > 0 or n_layers < 1:
        msg = (
            f"thickness_mm = {thickness_mm:g}, n_layers = {n_layers}: expected positive values. Correct them."
        )
        raise ValueError(msg)
    if not mesh.is_bone.all():
        msg = "the mesh has caps already: expected bone alone. Add caps once, after the fracture."
        raise ValueError(msg)
    for side in ("inferior", "superior"):
        mesh = _cap(mesh, side, thickness_mm, n_layers)
    return mesh


def add_cap(mesh: TetMesh, side: str, thickness_mm: float = 10.0, n_layers: int = 2) -> TetMesh:
    """Extrude one endplate along z to a flat face, as `add_caps` does both.

    Parameters
    ----------
    mesh : TetMesh
        Bone without caps.
    side : {"inferior", "superior"}
    thickness_mm : float [mm]
    n_layers : int

    Returns
    -------
    TetMesh

    Raises
    ------
    ValueError
        Where the endplate overhangs.
    """
    return _cap(mesh, side, thickness_mm, n_layers)


def without_caps(mesh: TetMesh) -> TetMesh:
    """The bone of a mesh with caps; nodes and cells of the bone come first in it and keep their numbers."""
    bone = mesh.is_bone
    if bone.all():
        return mesh
    n = int(mesh.cells[bone].max()) + 1
    ends = {f"{side}_face": mesh.node_sets[f"{side}_endplate"] for side in ("inferior", "superior")}
    kept = {name: nodes[nodes < n] for name, nodes in mesh.node_sets.items()} | ends
    return dataclasses.replace(
        mesh,
        points=mesh.points[:n],
        cells=mesh.cells[bone],
        region=mesh.region[bone],
        zeta=mesh.zeta[:n],
        layer=mesh.layer[bone],
        shell_fraction=mesh.shell_fraction[bone],
        endplate_fraction=mesh.endplate_fraction[bone],
        node_sets=kept,
    )


def end_faces(mesh: TetMesh, side: str) -> np.ndarray:
    """Triangles of a bony end surface, counter-clockwise seen from outside.

    Returns
    -------
    ndarray of int32, shape (k, 3) or (k, 6)
        Corner nodes, then for 10-node cells the mid nodes of the edges 01, 12, 20.
    """
    on_end = np.zeros(mesh.n_points, bool)
    on_end[mesh.node_sets[f"{side}_endplate"]] = True
    bone = mesh.cells[mesh.is_bone]
    candidates = bone[on_end[bone[:, :4]].sum(axis=1) >= 3]
    faces = []
    for a, b, c in _FACES:
        columns = [a, b, c]
        if mesh.order == 2:
            columns += [MID[min(i, j), max(i, j)] for i, j in ((a, b), (b, c), (c, a))]
        faces.append(candidates[:, columns])
    face = np.concatenate(faces)
    face = face[on_end[face].all(axis=1)]
    return face[np.sort(_once(np.sort(face[:, :3], axis=1)))]


def lying_faces(mesh: TetMesh, side: str) -> np.ndarray:
    """Triangles of a bony end surface as `end_faces`, without those that stand upright: steps between voxels."""
    faces = end_faces(mesh, side)
    a, b, c = mesh.points[faces[:, :3]].transpose(1, 0, 2)
    normal = np.cross(b - a, c - a)
    return faces[np.abs(normal[:, 2]) > _UPRIGHT * np.linalg.norm(normal, axis=1)]


def rim_edges(mesh: TetMesh, side: str) -> np.ndarray:
    """Border of a bony end surface: the edges that belong to one of its triangles only.

    Returns
    -------
    ndarray of int32, shape (k, 2)
        Corner nodes.
    """
    faces = end_faces(mesh, side)[:, :3]
    edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    return edges[_once(edges)]


def _once(rows):
    """Numbers of the rows (k, d) that stand once, in the order of their values."""
    order = np.lexsort(rows.T[::-1])
    equal = (rows[order[1:]] == rows[order[:-1]]).all(axis=1)
    return order[~(np.r_[False, equal] | np.r_[equal, False])]


def _cap(mesh, side, thickness, n_layers):
    sign = 1 if side == "superior" else -1
    faces = end_faces(mesh, side)
    if len(faces) == 0:
        msg = (
            f"the mesh has no triangles whose nodes are all in the node set {side}_endplate: check that set."
        )
        raise ValueError(msg)
    ends = mesh.points[faces[:, :3]]
    normal = np.cross(ends[:, 1] - ends[:, 0], ends[:, 2] - ends[:, 0])
    if np.any(sign * normal[:, 2] <= 0):
        msg = (
            f"{int(np.sum(sign * normal[:, 2] <= 0))} of {len(faces)} triangles of the {side} endplate "
            "overhang: a cap along z can not be built there. Align the body, or choose other ends."
        )
        raise ValueError(msg)
    base = PrismBase.of(faces)
    corners, edges = base.corners, base.edges
    start = mesh.points[corners]
    face_z = sign * np.max(sign * mesh.points[mesh.node_sets[f"{side}_endplate"], 2]) + sign * thickness
    share = (np.arange(n_layers + 1) / n_layers) ** _GRADING
    levels = np.repeat(start[None], n_layers + 1, axis=0)
    levels[..., 2] += share[:, None] * (face_z - start[:, 2])
    levels[-1, :, 2] = face_z
    p, e, first = len(corners), len(edges), mesh.n_points
    column = np.concatenate([corners[None], first + np.arange(n_layers * p).reshape(n_layers, p)])
    new = [levels[1:].reshape(-1, 3)]
    horizontal = vertical = diagonal = np.empty((0, 0), int)
    if mesh.order == 2:
        first += n_layers * p
        horizontal = np.concatenate([base.mids[None], first + np.arange(n_layers * e).reshape(n_layers, e)])
        first += n_layers * e
        vertical = first + np.arange(n_layers * p).reshape(n_layers, p)
        first += n_layers * p
        diagonal = first + np.arange(n_layers * e).reshape(n_layers, e)
        a, b = edges.T
        # above a curved edge all edges bend alike seen from above: the column of a thin cell stays in order
        bend = mesh.points[base.mids] - (start[a] + start[b]) / 2
        flatter = np.repeat((1 - share)[:, None, None], 3, axis=2)
        flatter[:, :, :2] = 1
        new += [
            ((levels[1:, a] + levels[1:, b]) / 2 + flatter[1:] * bend).reshape(-1, 3),
            ((levels[:-1] + levels[1:]) / 2).reshape(-1, 3),
            ((levels[:-1, a] + levels[1:, b]) / 2 + (flatter[:-1] + flatter[1:]) / 2 * bend).reshape(-1, 3),
        ]
    points = np.concatenate([mesh.points, *new])
    cells = prism_cells(base, PrismNodes(column, horizontal, vertical, diagonal))
    require_positive(points, cells, f"the {side} cap", "Take a thicker cap, or smooth the endplate under it.")
    face_nodes = column[-1] if mesh.order == 1 else np.concatenate([column[-1], horizontal[-1]])
    return _joined(mesh, points, cells, side, face_nodes)


def _joined(mesh, points, cells, side, face_nodes):
    """Add the cells of a cap to a mesh."""
    n_new, m = len(points) - mesh.n_points, len(cells)
    nothing = np.zeros(m)
    return dataclasses.replace(
        mesh,
        points=points,
        cells=np.concatenate([mesh.cells, cells]),
        region=np.concatenate([mesh.region, np.full(m, REGIONS.index(f"{side}_cap"), np.int8)]),
        zeta=np.concatenate([mesh.zeta, np.full(n_new, 1.0 if side == "superior" else 0.0)]),
        layer=np.concatenate([mesh.layer, np.full(m, -1, np.int16)]),
        shell_fraction=np.concatenate([mesh.shell_fraction, nothing]),
        endplate_fraction=np.concatenate([mesh.endplate_fraction, nothing]),
        node_sets={**mesh.node_sets, f"{side}_face": np.sort(face_nodes).astype(np.int32)},
    )
