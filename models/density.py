"""The density that a scenario gives its bone."""

import numpy as np

from vertebra.materials.density import ApparentDensity, AshDensity, Density, QctDensity
from vertebra.scenarios.anatomy_section import Bone


def stated_density(bone: Bone, n_cells: int) -> Density:
    """One density for all cells, of the kind that the scenario names."""
    for kind, given in (
        (QctDensity, bone.density_qct_mg_cm3),
        (AshDensity, bone.density_ash_mg_cm3),
        (ApparentDensity, bone.density_apparent_mg_cm3),
    ):
        if given is not None:
            return kind.from_mg_cm3(np.full(n_cells, given))
    message = "bone holds no density"
    raise AssertionError(message)  # the schema refuses such a scenario
