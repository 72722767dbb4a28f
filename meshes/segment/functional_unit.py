"""A vertebral body, a disc and an equal neighbour, potted at both ends."""

from dataclasses import dataclass

import numpy as np

from ..caps import add_cap, end_faces, rim_edges, without_caps
from ..quality import require_positive
from ..tetmesh import TetMesh
from .disc import disc_layers
from .mirrored import mirrored, other
from .nucleus import nucleus_triangles

PARTS = ("vertebra", "neighbour", "caps", "anulus", "nucleus")
"""What a cell of a functional spinal unit belongs to; a cell stores its index."""
_LEAST_MM = 0.5
"""Least height of the disc anywhere."""
SIDES = {"above": "superior", "below": "inferior"}
"""Endplate of the vertebra that faces the disc, by where the neighbour lies."""


class NoRoomError(ValueError):
    """Endplates leave no room for a disc between them."""


@dataclass(frozen=True, eq=False)
class FunctionalUnit:
    """Functional spinal unit: two vertebral bodies and the disc between them, without facet joints or ligaments.

    Attributes
    ----------
    points : ndarray, shape (n, 3) [mm]
        Those of the vertebra first, then those of the neighbour, then those of the disc.
    cells : ndarray of int32, shape (m, 4) or (m, 10)
        In the same order.
    part : ndarray of int8, shape (m,)
        Index into `PARTS`.
    vertebra, neighbour : TetMesh
        The two bodies in place, each with the cap at its far end; their bone cells come first.
    where : {"above", "below"}
        Where the neighbour lies.
    faces : ndarray of int32, shape (t, 3) or (t, 6)
        Triangles of the endplate of the vertebra at the disc, counter-clockwise seen from the disc.
    """

    points: np.ndarray
    cells: np.ndarray
    part: np.ndarray
    vertebra: TetMesh
    neighbour: TetMesh
    where: str
    faces: np.ndarray

    def of(self, *names: str) -> np.ndarray:
        """Mark the cells of some parts; ndarray of bool, shape (m,)."""
        return np.isin(self.part, [PARTS.index(name) for name in names])

    @property
    def neighbour_faces(self) -> np.ndarray:
        """Triangles of the endplate of the neighbour at the disc, each opposite to one of `faces`; (t, 3 or 6)."""
        return self.faces + self.vertebra.n_points

    @property
    def platens(self) -> tuple[np.ndarray, np.ndarray]:
        """Nodes of the lower and of the upper face that platens hold."""
        at_disc = SIDES[self.where]
        vertebra = self.vertebra.node_sets[f"{other(at_disc)}_face"]
        neighbour = self.neighbour.node_sets[f"{at_disc}_face"] + self.vertebra.n_points
        return (vertebra, neighbour) if self.where == "above" else (neighbour, vertebra)


def functional_unit(
    vertebra: TetMesh,
    intact: TetMesh,
    where: str,
    *,
    disc_mm: float,
    nucleus_share: float,
    cap_mm: float = 10.0,
    n_layers: int = 3,
) -> FunctionalUnit:
    """Put an equal neighbour beside a vertebra, mirrored so that the two endplates at the disc are alike.

    The neighbour stands upright at the height at which the disc is as high as asked along its rim, on average: a disc
    beside a wedge is a wedge itself, and one beside a dent fills it.

    Parameters
    ----------
    vertebra : TetMesh
        As it is on its day; caps are taken off.
    intact : TetMesh
        Of the same topology before the fracture: the shape of the neighbour.
    where : {"above", "below"}
    disc_mm : float [mm]
        Height of the disc at its rim.
    nucleus_share : float [-]
        Area of the nucleus over that of the disc.
    cap_mm : float [mm]
        Least thickness of the caps in which the far ends are potted.
    n_layers : int
        Layers of cells in the disc.

    Raises
    ------
    NoRoomError
        The endplates leave no room for the disc.
    ValueError
        For bodies of different topology, and endplates that overhang.
    """
    if where not in SIDES:
        message = f"where is {where!r}, expected one of {', '.join(SIDES)}. Choose one."
        raise ValueError(message)
    near = SIDES[where]
    far = other(near)
    bone, shape = without_caps(vertebra), without_caps(intact)
    if not np.array_equal(bone.cells, shape.cells):
        message = (
            f"the vertebra has {bone.n_cells} cells and the intact body {shape.n_cells} or others, expected the same "
            "cells: their endplates face each other node by node. Take two shapes of one mesh."
        )
        raise ValueError(message)
    up = 1.0 if where == "above" else -1.0
    mirror = (_rim_height(bone, near) + up * disc_mm + _rim_height(shape, near)) / 2
    body = add_cap(bone, far, cap_mm)
    neighbour = mirrored(add_cap(shape, far, cap_mm), mirror)
    faces = end_faces(bone, near)
    ends = np.concatenate([body.points, neighbour.points])
    gap = up * (ends[faces[:, :3] + body.n_points, 2] - ends[faces[:, :3], 2])
    if not gap.min() > _LEAST_MM:
        message = (
            f"the endplates come as close as {gap.min():.2f} mm with a disc of {disc_mm:g} mm, expected more than "
            f"{_LEAST_MM:g} mm everywhere. Take a higher disc or a shallower fracture."
        )
        raise NoRoomError(message)
    disc = disc_layers(ends, faces, np.arange(body.n_points) + body.n_points, n_layers)
    points = np.concatenate([ends, disc.points])
    inside = nucleus_triangles(points, faces, rim_edges(bone, near), nucleus_share)
    cells = np.concatenate([body.cells, neighbour.cells + np.int32(body.n_points), disc.cells])
    require_positive(points, cells, "the disc", "Take a higher disc, or fewer layers.")
    return FunctionalUnit(
        points=points,
        cells=cells,
        part=np.concatenate(
            [
                _part(body, "vertebra"),
                _part(neighbour, "neighbour"),
                np.where(inside[disc.triangle], PARTS.index("nucleus"), PARTS.index("anulus")),
            ]
        ).astype(np.int8),
        vertebra=body,
        neighbour=neighbour,
        where=where,
        faces=faces,
    )


def _part(body: TetMesh, name: str) -> np.ndarray:
    return np.where(body.is_bone, PARTS.index(name), PARTS.index("caps"))


def _rim_height(mesh: TetMesh, side: str) -> float:
    """Mean height of the rim of an endplate along its length [mm]."""
    ends = mesh.points[rim_edges(mesh, side)]
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    return float(length @ ends[:, :, 2].mean(axis=1) / length.sum())
