"""The bone of a vertebra as limit analysis sees it: its cells between the ends, and their strengths."""

import numpy as np

from vertebra.fem.limit.axial_strength import AxialStrength, even_out
from vertebra.fem.limit.body import LimitBody
from vertebra.materials.failure.yield_law import shear_strength
from vertebra.materials.mixture import MixedProperties
from vertebra.meshes.tetmesh import TetMesh

_RIM_CELLS = 3
"""Cells, one on the other, over which the wall is followed through an endplate. Which of them touch the shell depends
on how the prisms of a layer are cut, the other way round in every other layer."""


def limit_body(mesh: TetMesh) -> LimitBody:
    """The bone between its platens, ready for `vertebra.fem.limit.limit_load`; once for every geometry.

    Ends are stronger than bone and stay whole: the endplates move with the platens.
    """
    return LimitBody.of(mesh.points, mesh.cells[mesh.is_bone], _end(mesh, "inferior"), _end(mesh, "superior"))


def limit_strength(mesh: TetMesh, properties: MixedProperties, body: LimitBody, law: str) -> AxialStrength:
    """Strength of the bone cells as the limit load takes it.

    Two things about the thin wall, whose cells bear a third of the load and are ten times as wide as thick: the three
    tetrahedra of a prism of the wall get one strength, their mean by volume; and the wall goes on through the rim of
    the endplates, whose cells are as strong as the wall that stands on them. Left at half its strength the rim costs
    unknowns at faces 13 % of the load of the intact body, and the elastic-plastic test nothing.

    Parameters
    ----------
    mesh : TetMesh
    properties : MixedProperties
        Of all cells.
    body : LimitBody
        Of the same mesh.
    law : str
        One of `yield_law.YIELD_LAWS`.

    Returns
    -------
    AxialStrength
    """
    bone = mesh.is_bone
    compression, tension = (
        through_rim(mesh, even_out(strength[bone], wall_prisms(mesh), body.volume), body.volume)
        for strength in (properties.strength_compression, properties.strength_tension)
    )
    return AxialStrength.of(compression, tension, shear_strength(law, compression, tension))


def wall_prisms(mesh: TetMesh) -> np.ndarray:
    """Number of the wall prism of each bone cell, -1 elsewhere; shape (b,).

    Three cells of the shell, one after the other in a mapped body, that have six corners together.
    """
    bone = mesh.is_bone
    shell = mesh.in_region("shell")[bone]
    cells = mesh.cells[bone][:, :4]
    number = np.full(len(cells), -1)
    count = len(cells) // 3
    corners = np.sort(cells[: 3 * count].reshape(count, 12), axis=1)
    prism = (np.diff(corners, axis=1) > 0).sum(axis=1) == 5
    prism &= shell[: 3 * count].reshape(count, 3).all(axis=1)
    number[: 3 * count] = np.repeat(np.where(prism, np.cumsum(prism) - 1, -1), 3)
    return number


def through_rim(mesh: TetMesh, strength: np.ndarray, volume: np.ndarray) -> np.ndarray:
    """Strength of the bone cells (b,) with the rim of the endplates at least as strong as the wall beside it.

    Parameters
    ----------
    mesh : TetMesh
    strength : ndarray, shape (b,) [MPa]
    volume : ndarray, shape (b,) [mm3]

    Returns
    -------
    ndarray, shape (b,) [MPa]
    """
    bone = mesh.is_bone
    cells = mesh.cells[bone][:, :4]
    shell = mesh.in_region("shell")[bone]
    on_wall = np.zeros(mesh.n_points, bool)
    on_wall[mesh.node_sets.get("wall", ())] = True
    corner = cells[shell]
    weight = np.repeat(volume[shell], 4)
    here = np.bincount(corner.ravel(), weight, mesh.n_points)
    total = np.bincount(corner.ravel(), weight * np.repeat(strength[shell], 4), mesh.n_points)
    beside = np.where(on_wall & (here > 0), total / np.maximum(here, np.finfo(float).tiny), 0.0)
    is_rim = mesh.in_region("superior_endplate", "inferior_endplate")[bone]
    rim = cells[is_rim]
    for _ in range(_RIM_CELLS):
        above = np.zeros(mesh.n_points)
        np.maximum.at(above, rim.ravel(), np.repeat(beside[rim].max(axis=1), 4))
        beside = np.where(on_wall & (beside == 0), above, beside)
    return np.where(is_rim, np.maximum(strength, beside[cells].max(axis=1)), strength)


def _end(mesh: TetMesh, side: str) -> np.ndarray:
    """Nodes that go with a platen: those of its face and of the cap or disc on it."""
    cap = mesh.cells[mesh.in_region(f"{side}_cap")]
    return np.union1d(mesh.node_sets[f"{side}_face"], cap)
