"""What nodes of a mesh may do when cement is fitted into it: move, slide within a surface, or stay."""

from dataclasses import dataclass

import numpy as np

from ..neighbours import face_neighbours
from ..skin import CORNERS, outer_faces
from ..tetmesh import TetMesh

STIFF = 0.3
"""Least share of a way to the surface of cement that counts for nodes that can not go all of it: they count as if they
were as much farther off, so that few of them lie on it."""


@dataclass(frozen=True, eq=False)
class Freedom:
    """Freedom of the nodes of a mesh.

    Attributes
    ----------
    free : ndarray of bool, shape (n,)
        Nodes that move or slide: those with nothing around but the trabecular core of the body, and those on the
        inside of an endplate that cement touches.
    normal : ndarray, shape (n, 3) [-]
        Of the surface within which a node slides: a border of the crush band, or the inside of an endplate; zero where
        there is none.
    on_band, on_endplate : ndarray of bool, shape (n,)
    """

    free: np.ndarray
    normal: np.ndarray
    on_band: np.ndarray
    on_endplate: np.ndarray

    @classmethod
    def of(cls, mesh: TetMesh, core, layer, zone) -> "Freedom":
        """Find what the nodes of a mesh may do.

        Parameters
        ----------
        mesh : TetMesh
        core, layer : ndarray of int
            Cells of the core, and of endplates that cement touches.
        zone : ndarray, shape (m,) or None
            Share of each cell in the crush band.
        """
        free = _movable(mesh, core, layer)
        cells = mesh.cells[:, :4]
        on_endplate, normal = _surface(cells, _pairs(cells, core, layer), mesh.points, free)
        on_band = np.zeros(len(free), bool)
        if zone is not None:
            share = np.round(zone, 6)
            inside, outside = core[share[core] == 1], core[share[core] == 0]
            on_band, band_normal = _surface(cells, _pairs(cells, inside, outside), mesh.points, free)
            normal[on_band] = band_normal[on_band]
        return cls(free, normal, on_band, on_endplate)

    def way(self, distance, toward):
        """How much of a step a node can take along `toward`, from STIFF to 1; shape (n,).

        The border of the band holds nodes that the cement does not reach, the inside of an endplate all.

        Parameters
        ----------
        distance : ndarray, shape (n,) [mm]
            To the surface of the cement, negative inside.
        toward : ndarray, shape (n, 3) [-]
            Normal of that surface.
        """
        held = (self.on_band & (distance > 0)) | self.on_endplate
        cosine = np.einsum("ni,ni->n", toward, self.normal)
        slide = np.maximum(np.sqrt(np.maximum(1 - cosine**2, 0)), STIFF)
        return np.where(held, slide, np.where(self.free, 1.0, STIFF))

    def surfaces(self, cells, zone, filled, distance):
        """Normals of the surfaces that still hold nodes once cells are filled; shape (n, 3).

        Where cement goes beyond a border of the band, the crushed bone under it is filled, and the nodes between them
        may go on with the cement. They are held where crushed and other bone still meet beside the cement.

        Parameters
        ----------
        cells : ndarray of int, shape (m, 4)
            Of the core.
        zone : ndarray, shape (m,) or None
        filled : ndarray of bool, shape (m,)
        distance : ndarray, shape (n,) [mm]
        """
        if zone is None:
            return self.normal
        marks = np.zeros((2, len(distance)), bool)
        for mark, here in zip(marks, (zone > 0.5, zone <= 0.5), strict=True):
            mark[cells[~filled & here]] = True
        released = self.on_band & (distance < 0) & ~marks.all(axis=0)
        return np.where(released[:, None], 0.0, self.normal)


def _movable(mesh, core, layer):
    """Nodes with nothing but cells of the pure core around, and of an endplate that is touched; shape (n,)."""
    pure = np.zeros(mesh.n_cells, bool)
    pure[core] = (mesh.shell_fraction + mesh.endplate_fraction)[core] == 0
    movable = np.zeros(mesh.n_points, bool)
    movable[mesh.cells[pure, :4]] = True
    pure[layer] = True
    movable[mesh.cells[~pure]] = False
    movable[outer_faces(mesh.cells)[0]] = False
    for side in ("superior", "inferior"):
        movable[mesh.node_sets[f"{side}_endplate"]] = False
    return movable


def fillable_cells(mesh: TetMesh, core, contacts) -> np.ndarray:
    """Cells of the core that leave bone to wall, arch and to endplates without contact; bool, shape of `core`."""
    kept = mesh.shell_fraction > 0
    kept |= mesh.is_arch
    upper = mesh.zeta[mesh.cells[:, :4]].mean(axis=1) > 0.5
    for side, here in (("superior", upper), ("inferior", ~upper)):
        if side not in contacts:
            kept |= here & (mesh.endplate_fraction > 0)
    if not np.isin(mesh.shell_fraction + mesh.endplate_fraction, (0.0, 1.0)).all():
        return np.logical_not(kept[core])  # layers thinner than an element: the cells that hold them are left
    touching = np.zeros(mesh.n_points, bool)
    touching[mesh.cells[kept, :4]] = True
    return np.logical_not(touching[mesh.cells[core, :4]].any(axis=1))


def _pairs(cells, some, others):
    """Pairs of cells that share a face, one of each group; shape (p, 2)."""
    group = np.concatenate([some, others]).astype(int)
    if not len(some) or not len(others):
        return np.empty((0, 2), int)
    pairs = face_neighbours(cells[group])
    return group[pairs[(pairs < len(some)).sum(axis=1) == 1]]


def _surface(cells, pairs, points, free):
    """Movable nodes on the faces between pairs of cells, and the mean normal by area there; shapes (n,), (n, 3)."""
    on, normal = np.zeros(len(points), bool), np.zeros((len(points), 3))
    faces = cells[pairs[:, 0]][:, CORNERS]  # (p, 4, 3)
    shared = (faces[..., None] == cells[pairs[:, 1]][:, None, None]).any(axis=-1).all(axis=-1)
    face = faces[shared]
    a, b, c = points[face].transpose(1, 0, 2)
    upward = np.cross(b - a, c - a)
    upward *= np.where(upward[:, 2] < 0, -1, 1)[:, None]
    for corner in range(3):
        np.add.at(normal, face[:, corner], upward)
    on[face] = True
    on &= free
    normal[~on] = 0
    normal[on] /= np.linalg.norm(normal[on], axis=1, keepdims=True)
    return on, normal
