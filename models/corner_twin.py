"""The same vertebra on 4-node cells: what one patient is to another, for a fraction of the cost."""

from dataclasses import replace

from vertebra.meshes.corners import corner_mesh

from .geometry import Geometry
from .vertebra_model import VertebraModel


def corner_twin(vertebra: VertebraModel) -> VertebraModel:
    """Vertebra whose cells are those of another one without the nodes at the middles of their edges.

    It is stiffer than the vertebra it is made of, by several percent: ratios of its states stand for ratios of those
    of the other, values do not.

    Parameters
    ----------
    vertebra : VertebraModel
        With a fracture. Of one with 4-node cells already the twin is equal to it.

    Returns
    -------
    VertebraModel
        With specimens of its own. Arms have no placement of cement yet: a course that collapses places it on its day.

    Raises
    ------
    ValueError
        There is no fracture.
    """
    anatomy = vertebra.anatomy
    shapes = anatomy.collapsing
    if shapes is None:
        message = "a twin of corners finds no fracture, expected one. Give the scenario a table [fracture]."
        raise ValueError(message)
    bone = corner_mesh(shapes.body.mesh)
    body = replace(shapes.body, mesh=bone, columns=shapes.body.ends.columns(bone.points))
    shapes = replace(shapes, body=body)
    twin = replace(
        anatomy,
        intact=Geometry.uncrushed(shapes.with_ends(bone)),
        fractured=shapes.at(shapes.height_loss),
        treated={},
        collapsing=shapes,
    )
    return VertebraModel(vertebra.scenario, twin)
