"""The density of the bone of a scenario: a field over its cells."""

import numpy as np

from vertebra.materials.density import ApparentDensity, AshDensity, Density, QctDensity
from vertebra.materials.distribution import regional_factor
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.tetmesh import TetMesh
from vertebra.scenarios.anatomy_section import Bone
from vertebra.scenarios.schema import Scenario

_KINDS = {
    "density_qct_mg_cm3": QctDensity,
    "density_ash_mg_cm3": AshDensity,
    "density_apparent_mg_cm3": ApparentDensity,
}


def mean_density(bone: Bone) -> Density:
    """Mean trabecular density that a scenario states, of the kind that it names; one value."""
    name, kind = next((name, kind) for name, kind in _KINDS.items() if getattr(bone, name) is not None)
    return kind.from_mg_cm3(np.array([getattr(bone, name)]))


def density_field(scenario: Scenario, mesh: TetMesh) -> Density:
    """Trabecular density of every bone cell before the fracture, of the mean that the scenario states.

    Parameters
    ----------
    scenario : Scenario
        Its bone, and the kind of its anatomy.
    mesh : TetMesh
        Of the intact body.

    Returns
    -------
    Density, shape (b,)
        Over the bone cells of the mesh, in its order.
    """
    bone, mean = mesh.is_bone, mean_density(scenario.bone)
    if scenario.distribution == "uniform":
        return mean.times(np.ones(int(bone.sum())))
    body = mesh.is_body[bone]
    middle = mesh.points[mesh.cells[bone, :4]].mean(axis=1)
    low, high = middle[body].min(axis=0), middle[body].max(axis=0)
    place = 2 * (middle - low) / (high - low) - 1
    cancellous = 1 - mesh.shell_fraction[bone] - mesh.endplate_fraction[bone]
    weight = np.where(body, cancellous * cell_volumes(mesh.points, mesh.cells[bone]), 0.0)
    return mean.times(regional_factor(place, weight))
