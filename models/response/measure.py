"""What is read from one solution: stiffness, capacity and the fields people look at."""

from dataclasses import dataclass

import numpy as np

from vertebra.fem import Solution
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
    mobilised_section_strength,
)
from ..strength.section_limit import LimitSection, SectionPoints, limit_load
from ..strength.weakest_surface import weakest_surface
from .specimen import Specimen
from .unit_force import UnitForce, cell_means

WHOLE_STRENGTH = 1e3
"""Utilisation of the median of a section at which all that is pressed has reached its strength [-]."""


@dataclass(frozen=True)
class Measurement:
    """Numbers and unit-force fields of one state.

    Attributes
    ----------
    row : dict of str to float
        Columns of `capacity.csv` that this state alone decides.
    displacement : ndarray, shape (n, 3) [mm/N]
    stress, strain : ndarray, shape (m, 6) [MPa/N], [1/N]
        Volume means over each cell, Voigt order.
    von_mises, utilisation : ndarray, shape (m,) [MPa/N], [1/N]
        Volume means over each cell; utilisation is 0 in caps.
    balance : float
        Sum of all reactions over the axial force.
    sections : tuple of LimitSection
        What every section bears under axial force and bending about the pivot.
    """

    row: dict[str, float]
    displacement: np.ndarray
    stress: np.ndarray
    strain: np.ndarray
    von_mises: np.ndarray
    utilisation: np.ndarray
    balance: float
    sections: tuple[LimitSection, ...]


def measure(
    specimen: Specimen, properties: MixedProperties, solution: Solution, capacity: Capacity
) -> Measurement:
    """Turn the solution of the platen modes into capacity, stiffness and fields for unit axial force.

    With `capacity.rule` "surface" sections bear their whole strength, scaled so that the weakest one bears what the
    weakest surface does; with "section", what an axial force without rotation mobilises. Where the platen may turn,
    the sections turn as well, under the force and the moments that the solution finds on them. `weakest_section` is
    the relative height of the section that decides. Between soft ends Crawford's rule and the service load use the
    shortening of the bone instead of the approach of the platens.

    Parameters
    ----------
    specimen : Specimen
    properties : MixedProperties
        Of all cells.
    solution : Solution
        Of k platen modes, the axial one first.
    capacity : Capacity
        Constants of the criterion.

    Returns
    -------
    Measurement
    """
    mesh, volume = specimen.mesh, specimen.problem.volume
    unit = UnitForce.of(solution)
    turning = len(np.atleast_2d(solution.energy)) > 1
    pressed = UnitForce.without_rotation(solution) if turning else unit
    bone = mesh.is_bone

    def used_by(stress: np.ndarray) -> np.ndarray:
        used = np.zeros(volume.shape)
        used[bone] = utilisation(
            capacity.criterion,
            principal_stress(stress[bone]),
            properties.strength_compression[bone, None],
            properties.strength_tension[bone, None],
            properties.poisson[bone, None],
        )
        return used

    used = used_by(unit.stress)
    used_pressed = used_by(pressed.stress) if turning else used
    of_surface = capacity.rule == "surface"
    mu = WHOLE_STRENGTH if of_surface else capacity.mu  # as surfaces do, sections bear all their strength
    carried = mobilised_section_strength(
        -pressed.stress[..., 2], used_pressed, properties.strength_compression, volume, mesh.layer, mu=mu
    ).carried_N
    if of_surface:  # the weakest section bears what the weakest surface does
        carried = carried * (weakest_surface(mesh, properties).force / carried.min())
    upper = mesh.node_sets["superior_face"]
    points = SectionPoints.of(mesh, volume, specimen.pivot)
    sections = points.sections(
        carried,
        -pressed.stress[..., 2],
        used_pressed,
        properties.strength_compression,
        properties.strength_tension,
        volume,
        mu=mu,
    )
    bears, layer = capacity.factor * float(carried.min()), int(carried.argmin())
    if turning:
        on_sections = points.loads(-unit.stress[..., 2], -pressed.stress[..., 2], len(sections))
        hinge = limit_load(sections, on_sections[:, None])
        bears, layer = float(capacity.factor * hinge.factor[0]), int(hinge.layer[0])
    gauge = specimen.gauge
    yields = unit.stiffness if gauge is None else 1 / float(np.vdot(gauge, unit.displacement))
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
        "capacity_N": bears,
        "stiffness_N_per_mm": unit.stiffness,
        "crawford_N": crawford_load(yields, specimen.height_mm),
        "pistoia_N": pistoia,
        "service_N": min(bears, crawford_load(yields, specimen.intact_height_mm)),
        "height_mm": specimen.height_mm,
        "percentile_N": percentile,
        "weakest_section": float((layer + 0.5) / len(sections)),
    }
    pushed, _ = resultant(mesh.points, unit.reaction, upper, np.zeros(3))
    return Measurement(
        row=row,
        displacement=unit.displacement,
        stress=cell_means(unit.stress, volume),
        strain=cell_means(unit.strain, volume),
        von_mises=cell_means(von_mises(unit.stress), volume),
        utilisation=cell_means(used, volume),
        balance=float(np.abs(unit.reaction.sum(axis=0)).max() / np.abs(pushed[2])),
        sections=tuple(sections),
    )
