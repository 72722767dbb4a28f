"""What is read from one solution: stiffness, capacity and the fields people look at."""

from dataclasses import dataclass

import numpy as np

from vertebra.fem.cells.stress import principal_stress, von_mises
from vertebra.fem.systems.platens import resultant
from vertebra.materials.failure.criteria import effective_strain, utilisation
from vertebra.materials.mixture import MixedProperties
from vertebra.scenarios.loading_section import Capacity

from ..strength.linear_criteria import (
    PERCENTILE_VOLUME,
    PISTOIA_STRAIN,
    PISTOIA_VOLUME,
    crawford_load,
    load_at_volume,
)
from .specimen import Specimen
from .unit_force import UnitForce, cell_means


@dataclass(frozen=True)
class Measurement:
    """Numbers and unit-force fields of one state.

    Attributes
    ----------
    row : dict of str to float
        Columns of `capacity.csv` that the linear solution alone decides.
    service_limit_N : float [N]
        Load that shortens the body by 0.68 % of its intact height.
    displacement : ndarray, shape (n, 3) [mm/N]
    stress, strain : ndarray, shape (m, 6) [MPa/N], [1/N]
        Volume means over each cell, Voigt order.
    von_mises, utilisation : ndarray, shape (m,) [MPa/N], [1/N]
        Volume means over each cell; utilisation is 0 in caps.
    balance : float
        Sum of all reactions over the axial force.
    """

    row: dict[str, float]
    service_limit_N: float
    displacement: np.ndarray
    stress: np.ndarray
    strain: np.ndarray
    von_mises: np.ndarray
    utilisation: np.ndarray
    balance: float


def utilised(
    specimen: Specimen, properties: MixedProperties, unit: UnitForce, capacity: Capacity
) -> np.ndarray:
    """Utilisation under unit axial force by the criterion of the capacity, 0 in caps.

    Parameters
    ----------
    specimen : Specimen
    properties : MixedProperties
        Of all cells.
    unit : UnitForce
    capacity : Capacity

    Returns
    -------
    ndarray, shape (m, q) [1/N]
    """
    bone = specimen.mesh.is_bone
    used = np.zeros(specimen.problem.volume.shape)
    used[bone] = utilisation(
        capacity.criterion,
        principal_stress(unit.stress[bone]),
        properties.strength_compression[bone, None],
        properties.strength_tension[bone, None],
        properties.poisson[bone, None],
    )
    return used


def bone_stiffness(specimen: Specimen, unit: UnitForce) -> float:
    """Axial force over the shortening of the body: of the bone between soft ends, else of the platens [N/mm]."""
    gauge = specimen.gauge
    return unit.stiffness if gauge is None else 1 / float(np.vdot(gauge, unit.displacement))


def measure(
    specimen: Specimen, properties: MixedProperties, unit: UnitForce, used: np.ndarray
) -> Measurement:
    """Turn the solution for unit axial force into stiffness, criteria and fields.

    Between soft ends Crawford's rule and the service load use the shortening of the bone instead of the approach of
    the platens.

    Parameters
    ----------
    specimen : Specimen
    properties : MixedProperties
        Of all cells.
    unit : UnitForce
    used : ndarray, shape (m, q) [1/N]
        As from `utilised`.

    Returns
    -------
    Measurement
    """
    mesh, volume = specimen.mesh, specimen.problem.volume
    yields = bone_stiffness(specimen, unit)
    body = mesh.is_body  # arch and processes would dilute shares of volume
    density = 0.5 * np.einsum("cqi,cqi->cq", unit.stress[body], unit.strain[body])
    pistoia = load_at_volume(
        effective_strain(density, properties.young[body, None]),
        volume[body],
        limit=PISTOIA_STRAIN,
        share=PISTOIA_VOLUME,
    )
    percentile = load_at_volume(used[body], volume[body], limit=1.0, share=PERCENTILE_VOLUME)
    row = {
        "stiffness_N_per_mm": unit.stiffness,
        "crawford_N": crawford_load(yields, specimen.height_mm),
        "pistoia_N": pistoia,
        "height_mm": specimen.height_mm,
        "percentile_N": percentile,
    }
    pushed, _ = resultant(mesh.points, unit.reaction, mesh.node_sets["superior_face"], np.zeros(3))
    return Measurement(
        row=row,
        service_limit_N=crawford_load(yields, specimen.intact_height_mm),
        displacement=unit.displacement,
        stress=cell_means(unit.stress, volume),
        strain=cell_means(unit.strain, volume),
        von_mises=cell_means(von_mises(unit.stress), volume),
        utilisation=cell_means(used, volume),
        balance=float(np.abs(unit.reaction.sum(axis=0)).max() / np.abs(pushed[2])),
    )
