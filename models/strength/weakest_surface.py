"""The weakest surface across a vertebra: the axial force at which it gives way between platens that do not turn."""

import numpy as np

from vertebra.fem.limit.axial_collapse import AxialCollapse, axial_collapse
from vertebra.materials.mixture import MixedProperties
from vertebra.materials.table import value
from vertebra.meshes.tetmesh import TetMesh

SURFACE_FACTOR = value("failure", "surface.factor")


def weakest_surface(mesh: TetMesh, properties: MixedProperties) -> AxialCollapse:
    """Bound of the collapse load over all surfaces across the bone, cement included.

    Ends are stronger than bone and stay whole: the endplates move with the platens.

    Parameters
    ----------
    mesh : TetMesh
    properties : MixedProperties
        Of all cells.

    Returns
    -------
    AxialCollapse
    """
    bone = mesh.is_bone
    return axial_collapse(
        mesh.points,
        mesh.cells[bone],
        properties.strength_compression[bone],
        properties.strength_tension[bone],
        _end(mesh, "inferior"),
        _end(mesh, "superior"),
    )


def _end(mesh: TetMesh, side: str) -> np.ndarray:
    """Nodes that go with a platen: those of its face and of the cap or disc on it."""
    cap = mesh.cells[mesh.in_region(f"{side}_cap")]
    return np.union1d(mesh.node_sets[f"{side}_face"], cap)
