"""A vertebral body seen in a horizontal mirror: the equal neighbour whose endplate faces the disc."""

from dataclasses import replace

import numpy as np

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


def _renamed(name: str) -> str:
    """Name of a region or node set in the mirror."""
    for side in ("superior", "inferior"):
        if name.startswith(side):
            return name.replace(side, other(side))
    return name
