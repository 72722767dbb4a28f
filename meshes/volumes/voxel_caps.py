"""Ends of a body of voxels: layers of voxels between its stairs and flat faces, which follow the body when it moves."""

import dataclasses
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.spatial import KDTree

from ..frames import Frame
from ..parametric.lattice import VTK_EDGES
from ..quality import require_positive
from ..surface.closed_surface import SurfaceError
from ..surface.endplates import SIDES
from ..tetmesh import REGIONS, TetMesh
from .voxel_body import VoxelBody
from .voxels import fill_voxels


@dataclass(frozen=True, eq=False)
class VoxelCap:
    """Tetrahedra of the voxels of one cap.

    Attributes
    ----------
    side : {"inferior", "superior"}
    points : ndarray, shape (p, 3) [mm]
        Corners of voxels that bone does not touch, where the bone is as it was imaged.
    cells : ndarray of int, shape (c, 4)
        Nodes of the bone; its number of corners + i for point i.
    base : ndarray of int, shape (p,)
        Node of the endplate below or above each point, else that nearest in plan.
    share : ndarray, shape (p,) [-]
        Where the point lies between the endplate, 0, and the outer face, 1.
    face : ndarray of int
        Points on the outer face.
    """

    side: str
    points: np.ndarray
    cells: np.ndarray
    base: np.ndarray
    share: np.ndarray
    face: np.ndarray


@dataclass(frozen=True, eq=False)
class VoxelCaps:
    """Both caps of a body.

    Attributes
    ----------
    bone : TetMesh
        As it was imaged.
    n_corners : int
        Nodes of the bone that are corners; they come first.
    caps : tuple of VoxelCap
    """

    bone: TetMesh
    n_corners: int
    caps: tuple[VoxelCap, VoxelCap]

    @classmethod
    def of(
        cls, body: VoxelBody, voxels: tuple[np.ndarray, np.ndarray], affine: np.ndarray, frame: Frame
    ) -> Self:
        """Cut the voxels of two caps into tetrahedra that fit those of the bone.

        Parameters
        ----------
        body : VoxelBody
        voxels : tuple of ndarray of int, shape (v, 3)
            Indices of the voxels of the inferior and the superior cap; may lie outside of the image.
        affine : ndarray, shape (4, 4) [mm]
        frame : Frame
            Of the body.

        Raises
        ------
        SurfaceError
            A cap that does not touch its endplate.
        """
        caps = [_cap(body, side, voxels[side], affine, frame) for side in (0, 1)]
        return cls(body.mesh, len(body.lattice), (caps[0], caps[1]))

    def on(self, mesh: TetMesh) -> TetMesh:
        """Add both caps to the bone, whose nodes may have moved.

        A column of a cap is drawn out or pressed together between its endplate, which it follows, and the outer face,
        which stays flat and follows the outermost node of the endplate.

        Parameters
        ----------
        mesh : TetMesh
            Same cells as the bone, or these without their mid nodes.
        """
        for cap in self.caps:
            mesh = self._joined(mesh, cap)
        return mesh

    def _joined(self, mesh, cap):
        sign = 1 if cap.side == "superior" else -1
        ends = self.bone.node_sets[f"{cap.side}_endplate"]
        ends = ends[ends < self.n_corners]
        before, now = self.bone.points[: self.n_corners, 2], mesh.points[: self.n_corners, 2]
        lift = sign * ((sign * now[ends]).max() - (sign * before[ends]).max())
        points = cap.points.copy()
        points[:, 2] += (1 - cap.share) * (now - before)[cap.base] + cap.share * lift
        first = mesh.n_points
        cells = np.where(cap.cells < self.n_corners, cap.cells, cap.cells - self.n_corners + first)
        face = first + cap.face
        points = np.concatenate([mesh.points, points])
        if mesh.order == 2:
            points, cells = _with_mid_nodes(mesh, points, cells)
            on_face = np.isin(cells[:, VTK_EDGES], face).all(axis=2)
            face = np.union1d(face, cells[:, 4:][on_face])
        cells = cells.astype(np.int32)
        require_positive(points, cells, f"the {cap.side} cap", "Take a smaller height_loss or thicker caps.")
        m, n_new = len(cells), len(points) - first
        return dataclasses.replace(
            mesh,
            points=points,
            cells=np.concatenate([mesh.cells, cells]),
            region=np.concatenate([mesh.region, np.full(m, REGIONS.index(f"{cap.side}_cap"), np.int8)]),
            zeta=np.concatenate([mesh.zeta, np.full(n_new, float(sign > 0))]),
            layer=np.concatenate([mesh.layer, np.full(m, -1, np.int16)]),
            shell_fraction=np.concatenate([mesh.shell_fraction, np.zeros(m)]),
            endplate_fraction=np.concatenate([mesh.endplate_fraction, np.zeros(m)]),
            node_sets={**mesh.node_sets, f"{cap.side}_face": face.astype(np.int32)},
        )


def grown_caps(
    body: VoxelBody, inside: np.ndarray, affine: np.ndarray, thickness_mm: float
) -> tuple[np.ndarray, np.ndarray]:
    """Voxels from both endplates to flat faces at least a thickness beyond them.

    Returns
    -------
    inferior, superior : ndarray of int, shape (v, 3)
        Indices, which may lie outside of the image.
    """
    n_layers = int(np.ceil(thickness_mm / np.linalg.norm(affine[:3, 2]) - 1e-6))
    n = inside.shape[2]
    grown = []
    for side, plate in enumerate(body.plates):
        i, j = np.nonzero(plate)
        column = inside[i, j]
        if side == 0:
            last = column.argmax(axis=1)
            levels = np.arange(last.min() - n_layers, last.max())
            beyond = levels < last[:, None]
        else:
            last = n - 1 - column[:, ::-1].argmax(axis=1)
            levels = np.arange(last.min() + 1, last.max() + n_layers + 1)
            beyond = levels > last[:, None]
        row, k = np.nonzero(beyond)
        grown.append(np.column_stack([i[row], j[row], levels[k]]))
    return grown[0], grown[1]


def _cap(body, side, voxels, affine, frame) -> VoxelCap:
    mesh, sign = body.mesh, 2 * side - 1
    first = voxels.min(axis=0)
    block = np.zeros(voxels.max(axis=0) - first + 1, bool)
    block[tuple((voxels - first).T)] = True
    moved = affine.copy()
    moved[:3, 3] += affine[:3, :3] @ first
    points, cells, _ = fill_voxels(block, moved)
    corner = np.rint((points - affine[:3, 3]) @ np.linalg.inv(affine[:3, :3]).T + 0.5).astype(int)
    # numbers of corners grow in the same order in bone and cap, so that both cut a common face alike
    of_bone = {tuple(at): row for row, at in enumerate(body.lattice.tolist())}
    row = np.array([of_bone.get(tuple(at), -1) for at in corner.tolist()])
    ends = mesh.node_sets[f"{SIDES[side]}_endplate"]
    ends = ends[ends < len(body.lattice)]
    if not np.isin(row, ends).any():
        message = (
            f"the voxels of the {SIDES[side]} cap touch no node of its endplate, expected a cap that lies on it. "
            "Check mesh.image.cap_labels."
        )
        raise SurfaceError(message)
    new = np.flatnonzero(row < 0)
    row[new] = len(body.lattice) + np.arange(len(new))
    points = frame.in_body(points[new])
    # the outermost node of each column of the endplate, else that of the nearest one
    ends = ends[np.argsort(-sign * mesh.points[ends, 2], kind="stable")]
    plan, at = np.unique(body.lattice[ends, :2], axis=0, return_index=True)
    base = ends[at][KDTree(plan).query(corner[new, :2])[1]]
    outermost = (sign * points[:, 2]).max()
    depth = outermost - sign * mesh.points[base, 2]
    share = np.clip(1 - (outermost - sign * points[:, 2]) / depth, 0, 1)
    face = np.flatnonzero(sign * points[:, 2] > outermost - 1e-6)
    return VoxelCap(SIDES[side], points, row[cells], base, share, face)


def _with_mid_nodes(mesh, points, cells):
    """10-node cells of a cap: mid nodes of the bone on edges that it has, others halfway."""
    n = len(points)
    known = np.sort(mesh.cells[:, VTK_EDGES].astype(np.int64), axis=-1).reshape(-1, 2) @ [n, 1]
    codes, where = np.unique(known, return_index=True)
    pairs = np.sort(cells[:, VTK_EDGES], axis=-1).reshape(-1, 2)
    edges, edge_of = np.unique(pairs @ [n, 1], return_inverse=True)
    at = np.minimum(np.searchsorted(codes, edges), len(codes) - 1)
    is_known = codes[at] == edges
    mid = np.empty(len(edges), np.int64)
    mid[is_known] = mesh.cells[:, 4:].reshape(-1)[where[at[is_known]]]
    mid[~is_known] = n + np.arange(int((~is_known).sum()))
    a, b = edges[~is_known] // n, edges[~is_known] % n
    points = np.concatenate([points, 0.5 * (points[a] + points[b])])
    return points, np.concatenate([cells, mid[edge_of].reshape(-1, 6)], axis=1)
