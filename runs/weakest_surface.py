"""The weakest surface across a vertebra: the axial force at which it gives way between platens that do not turn."""

from vertebra.fem.axial_collapse import AxialCollapse, axial_collapse
from vertebra.materials.mixture import MixedProperties
from vertebra.meshes.tetmesh import TetMesh


def weakest_surface(
    mesh: TetMesh, properties: MixedProperties, last: AxialCollapse | None = None
) -> AxialCollapse:
    """Bound of the collapse load over all surfaces across the bone, cement included.

    Ends are stronger than bone and stay whole: their nodes move with the endplates.

    Parameters
    ----------
    mesh : TetMesh
    properties : MixedProperties
        Of all cells.
    last : AxialCollapse, optional
        Of a similar state of the same mesh, to start from.

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
        mesh.node_sets["inferior_endplate"],
        mesh.node_sets["superior_endplate"],
        start=None if last is None else last.velocity,
    )
