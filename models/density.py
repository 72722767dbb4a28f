"""The density of the bone of a scenario: a field over its cells."""

import numpy as np

from vertebra.materials.density import ApparentDensity, AshDensity, Density, QctDensity
from vertebra.meshes.tetmesh import TetMesh
from vertebra.scenarios.anatomy_section import Bone

_KINDS = {
    "density_qct_mg_cm3": QctDensity,
    "density_ash_mg_cm3": AshDensity,
    "density_apparent_mg_cm3": ApparentDensity,
}


def mean_density(bone: Bone) -> Density:
    """Mean trabecular density that a scenario states, of the kind that it names; one value."""
    name, kind = next((name, kind) for name, kind in _KINDS.items() if getattr(bone, name) is not None)
    return kind.from_mg_cm3(np.array([getattr(bone, name)]))


def density_field(bone: Bone, mesh: TetMesh) -> Density:
    """Trabecular density of every bone cell before the fracture.

    Parameters
    ----------
    bone : Bone
        Table of the scenario.
    mesh : TetMesh
        Of the intact body.

    Returns
    -------
    Density, shape (b,)
        Over the bone cells of the mesh, in its order.
    """
    mean = mean_density(bone)
    return type(mean)(np.repeat(mean.g_cm3, int(mesh.is_bone.sum())))
