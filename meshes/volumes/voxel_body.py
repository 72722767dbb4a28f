"""A body of voxels: each a hexahedron cut into tetrahedra, its ends the stairs of voxels under the endplates."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..frames import Frame
from ..parametric.lattice import VTK_EDGES
from ..skin import outer_faces
from ..surface.alignment import AlignedBody
from ..surface.closed_surface import SurfaceError
from ..surface.endplates import SIDES, endplate_triangles
from ..surface.layers import add_mid_nodes, relative_heights, sections_of
from ..tetmesh import TetMesh
from .voxels import fill_voxels

MOST_VOXELS = {1: 150_000, 2: 30_000}
"""Voxels beyond which a body is too fine, by the order of its elements: about half a million unknowns."""


@dataclass(frozen=True, eq=False)
class VoxelBody:
    """Bone on the voxels of its mask.

    Attributes
    ----------
    mesh : TetMesh
        Without shell and endplates: what they carry is in the voxels.
    lattice : ndarray of int, shape (n, 3)
        Corners of voxels that the first n nodes of the mesh are: corner (i, j, k) is the lower one of voxel
        (i, j, k).
    plates : tuple of ndarray of bool, shape (i, j)
        Columns of voxels that end in the inferior and in the superior endplate.
    """

    mesh: TetMesh
    lattice: np.ndarray
    plates: tuple[np.ndarray, np.ndarray]


def voxel_body(
    body: AlignedBody, inside: np.ndarray, affine: np.ndarray, *, section_mm: float, order: int
) -> VoxelBody:
    """Cut the voxels of a mask into tetrahedra and name its ends.

    A column of voxels ends in an endplate where the outer side of its last voxel lies nearest to that endplate of the
    smooth surface around the mask.

    Parameters
    ----------
    body : AlignedBody
        The surface of the mask, z along the third axis of the voxels (`grid_rotation`).
    inside : ndarray of bool, shape (i, j, k)
    affine : ndarray, shape (4, 4) [mm]
        From voxel indices to coordinates of their centres.
    section_mm : float [mm]
        Height of the sections of the body.
    order : {1, 2}
        4-node or 10-node tetrahedra.

    Raises
    ------
    SurfaceError
        More voxels than can be solved, or an endplate that is not found.
    """
    require_coarse(inside, affine, order)
    frame = Frame.of(body)
    points, cells, _ = fill_voxels(inside, affine)
    lattice = np.rint((points - affine[:3, 3]) @ np.linalg.inv(affine[:3, :3]).T + 0.5).astype(int)
    points = frame.in_body(points)
    lies_on = endplate_triangles(body)
    plates, ends = [], []
    for side in (0, 1):
        last = _last_voxels(inside, side)
        columns = np.argwhere(last >= 0)
        outer = np.column_stack([columns, last[tuple(columns.T)] + (side - 0.5)])
        nearest = body.surface.tree.nearest(frame.in_body(outer @ affine[:3, :3].T + affine[:3, 3]))[1]
        plate = np.zeros(last.shape, bool)
        plate[tuple(columns.T)] = lies_on[nearest] == side
        plate = _one_piece(plate) & (last >= 0)
        plates.append(plate)
        ends.append(_stairs(lattice, plate, last + side))
        if not len(ends[-1]):
            message = f"no column of voxels ends in the {SIDES[side]} endplate. Take a finer image."
            raise SurfaceError(message)
    smooth = [np.unique(body.surface.triangles[lies_on == side]) + len(points) for side in (0, 1)]
    zeta = relative_heights(np.concatenate([points, body.surface.points]), smooth)[: len(points)]
    for nodes, value in zip(ends, (0.0, 1.0), strict=True):
        zeta[nodes] = value
    faces = outer_faces(cells)[0]
    on_end = [np.isin(faces, nodes).all(axis=1) for nodes in ends]
    layer = sections_of(
        points, cells, zeta, ends, faces[on_end[0] | on_end[1]], section_mm, has_arch=body.is_whole
    )
    if order == 2:
        points, cells = add_mid_nodes(points, cells)
        middle = np.zeros(len(points) - len(zeta))
        for mid, (i, j) in enumerate(VTK_EDGES, start=4):
            middle[cells[:, mid] - len(zeta)] = 0.5 * (zeta[cells[:, i]] + zeta[cells[:, j]])
        zeta = np.concatenate([zeta, middle])
        faces = outer_faces(cells)[0]
        on_end = [np.isin(faces[:, :3], nodes).all(axis=1) for nodes in ends]
    sets = {f"{side}_endplate": np.unique(faces[part]) for side, part in zip(SIDES, on_end, strict=True)}
    sets["wall"] = np.unique(faces[~(on_end[0] | on_end[1])])
    sets |= {f"{side}_face": sets[f"{side}_endplate"] for side in SIDES}
    nothing = np.zeros(len(cells))
    mesh = TetMesh(
        points=points,
        cells=np.ascontiguousarray(cells, np.int32),
        region=np.zeros(len(cells), np.int8),
        zeta=zeta,
        layer=layer,
        shell_fraction=nothing,
        endplate_fraction=nothing,
        node_sets={name: nodes.astype(np.int32) for name, nodes in sets.items()},
    )
    return VoxelBody(mesh, lattice, (plates[0], plates[1]))


def require_coarse(inside: np.ndarray, affine: np.ndarray, order: int) -> None:
    """Refuse a mask of more voxels than can be solved.

    Parameters
    ----------
    inside : ndarray of bool, shape (i, j, k)
    affine : ndarray, shape (4, 4) [mm]
    order : {1, 2}
        Of the elements.

    Raises
    ------
    SurfaceError
    """
    found, most = int(inside.sum()), MOST_VOXELS[order]
    if found > most:
        edge = (found / most * abs(np.linalg.det(affine[:3, :3]))) ** (1 / 3)
        other = " or take mesh.order = 1" if order == 2 and found <= MOST_VOXELS[1] else ""
        message = (
            f"found {found} voxels to be solved with mesh.order = {order}, expected at most {most}. Resample image and "
            f"mask to voxels of {edge:.2g} mm{other}."
        )
        raise SurfaceError(message)


def grid_rotation(affine: np.ndarray) -> np.ndarray:
    """Rotation after which the axes of a grid are x, y and z; ndarray, shape (3, 3).

    Parameters
    ----------
    affine : ndarray, shape (4, 4)
        Its axes nearest to right, anterior and superior.

    Raises
    ------
    SurfaceError
        The grid is sheared: its voxels are no boxes.
    """
    axes = (affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)).T
    skew = float(np.abs(axes @ axes.T - np.eye(3)).max())
    if skew > 1e-3:
        message = (
            f"found axes of voxels {np.degrees(np.arcsin(min(skew, 1.0))):.2g} degrees off a right angle, expected "
            'boxes. Resample image and mask, or take method = "fit".'
        )
        raise SurfaceError(message)
    left, _, right = np.linalg.svd(axes)
    return left @ right


def _last_voxels(inside, side):
    """Lowest (side 0) or highest (side 1) voxel of each column; -1 where there is none; shape (i, j)."""
    n = inside.shape[2]
    last = inside.argmax(axis=2) if side == 0 else n - 1 - inside[:, :, ::-1].argmax(axis=2)
    return np.where(inside.any(axis=2), last, -1)


def _one_piece(plate: np.ndarray) -> np.ndarray:
    """Largest connected part of a plan without its holes; shape (i, j)."""
    found = ndimage.label(plate, np.ones((3, 3)))
    assert isinstance(found, tuple)
    parts, n = found
    if n == 0:
        return plate
    return np.asarray(ndimage.binary_fill_holes(parts == 1 + int(np.bincount(parts.ravel())[1:].argmax())))


def _stairs(lattice, plate, level):
    """Nodes on the outer sides of the last voxels of the columns of a plate and on the steps between them."""
    low = np.full(np.array(plate.shape) + 1, np.iinfo(int).max)
    high = np.full(low.shape, -1)
    i, j = np.nonzero(plate)
    for a in (0, 1):
        for b in (0, 1):
            np.minimum.at(low, (i + a, j + b), level[i, j])
            np.maximum.at(high, (i + a, j + b), level[i, j])
    at = lattice[:, 0], lattice[:, 1]
    return np.flatnonzero((lattice[:, 2] >= low[at]) & (lattice[:, 2] <= high[at]))
