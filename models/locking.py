"""What a reader must know where linear tetrahedra are made of a nearly incompressible material."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vertebra.fem.cells.locking import LIMIT, locking_cells
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.tetmesh import REGIONS, TetMesh
from vertebra.scenarios.schema import Scenario

from .anatomy import Anatomy
from .condition import Condition


def with_locking_warnings(scenario: Scenario, anatomy: Anatomy) -> Anatomy:
    """Add a warning to those of the anatomy where its cells lock in some state of the scenario."""
    if scenario.mesh.order != 1:
        return anatomy
    poisson = np.max([*_ratios(scenario, anatomy)], axis=0)
    return replace(anatomy, warnings=(*anatomy.warnings, *locking_warnings(anatomy.fractured, poisson)))


def locking_warnings(mesh: TetMesh, poisson: np.ndarray) -> tuple[str, ...]:
    """One warning that names the regions whose cells lock, or none.

    Parameters
    ----------
    mesh : TetMesh
        Of 4-node tetrahedra.
    poisson : ndarray, shape (m,) [-]

    Returns
    -------
    tuple of str
    """
    locked = locking_cells(mesh.cells, poisson)
    if not locked.any():
        return ()
    regions = ", ".join(REGIONS[index].replace("_", " ") for index in np.unique(mesh.region[locked]))
    return (
        f"mesh.order 1: Poisson's ratio is up to {poisson[locked].max():g} in {regions}, expected at most {LIMIT:g} in "
        "4-node tetrahedra: they lock there and the vertebra comes out too stiff. Set mesh.order = 2.",
    )


def _ratios(scenario: Scenario, anatomy: Anatomy) -> Iterator[np.ndarray]:
    """Poisson's ratio (m,) of the intact vertebra and of every arm just cemented; healing does not change it."""
    mesh = anatomy.fractured
    condition = Condition.of(scenario, anatomy, cell_volumes(mesh.points, mesh.cells))
    yield condition.intact().poisson
    for arm in scenario.arms:
        if arm.cement is not None:
            filled = anatomy.cement[arm.name].fraction[condition.is_bone]
            yield condition.on_day(condition.fresh().with_cement(filled), arm.cement).poisson
