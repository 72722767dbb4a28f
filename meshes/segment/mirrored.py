"""A vertebral body seen in a horizontal mirror: the equal neighbour whose endplate faces the disc."""

from dataclasses import replace

import numpy as np
from scipy.spatial import KDTree

from ..tetmesh import REGIONS, TetMesh

_TURNED = (1, 0, 2, 3, 4, 6, 5, 8, 7, 9)
"""Nodes of a tetrahedron whose first two corners change places, so that its volume stays positive in a mirror."""


def other(side: str) -> str:
    """The opposite of `inferior` or `superior`."""
    return "inferior" if side == "superior" else "superior"


def mirrored(mesh: TetMesh, z_mm: float) -> TetMesh:
    """Reflect a body in a plane across z; nodes and cells keep their numbers.

    Parameters
    ----------
    mesh : TetMesh
    z_mm : float [mm]
        Height of the mirror.

    Returns
    -------
    TetMesh
        What was superior is inferior, in its regions, node sets, relative heights and layers.
    """
    points = mesh.points.copy()
    points[:, 2] = 2 * z_mm - points[:, 2]
    swap = [REGIONS.index(_renamed(name)) for name in REGIONS]
    top = int(mesh.layer.max(initial=-1))
    return replace(
        mesh,
        points=points,
        cells=np.ascontiguousarray(mesh.cells[:, _TURNED[: mesh.cells.shape[1]]]),
        region=np.array(swap, np.int8)[mesh.region],
        zeta=1 - mesh.zeta,
        layer=np.where(mesh.layer < 0, mesh.layer, top - mesh.layer).astype(mesh.layer.dtype),
        node_sets={_renamed(name): nodes for name, nodes in mesh.node_sets.items()},
    )


def upright_cells(mesh: TetMesh) -> np.ndarray:
    """Bone cells that a body seen in a mirror takes its bone from, so that its upper half is still the upper half.

    Each cell takes that of the cell nearest to the place at its own plan position and at one minus its relative
    height, among those of the region that becomes its own in the mirror.

    Parameters
    ----------
    mesh : TetMesh
        Before it is mirrored; its caps do not count.

    Returns
    -------
    ndarray of int, shape (b,)
        Number of a bone cell for every bone cell.
    """
    bone = mesh.is_bone
    corners = mesh.cells[bone, :4]
    middle = mesh.points[corners].mean(axis=1)
    height = np.ptp(mesh.points[corners.ravel(), 2])
    share = mesh.zeta[corners].mean(axis=1)
    here = np.column_stack([middle[:, :2], height * share])
    there = np.column_stack([middle[:, :2], height * (1 - share)])
    region = mesh.region[bone]
    found = np.empty(len(corners), int)
    for number in np.unique(region):
        mine = np.flatnonzero(region == number)
        source = np.flatnonzero(region == REGIONS.index(_renamed(REGIONS[number])))
        found[mine] = source[KDTree(here[source]).query(there[mine])[1]]
    return found


def _renamed(name: str) -> str:
    """Name of a region or node set in the mirror."""
    for side in ("superior", "inferior"):
        if name.startswith(side):
            return name.replace(side, other(side))
    return name
