"""The sections of a vertebra and the one that becomes a plastic hinge first, from one solution."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from vertebra.materials.mixture import MixedProperties
from vertebra.scenarios.loading_section import Capacity

from ..computed import computed
from ..strength.linear_criteria import mobilised_section_strength
from ..strength.section_limit import LimitSection, SectionPoints, limit_load
from .specimen import Specimen
from .unit_force import UnitForce

WHOLE_STRENGTH = 1e3
"""Utilisation of the median of a section at which all that is pressed has reached its strength [-]."""


@dataclass(frozen=True, eq=False)
class Hinge:
    """Sections of a vertebra, and the one that becomes a hinge under the load of the platens.

    Attributes
    ----------
    force : float [N]
        Axial force at which the weakest section becomes a hinge.
    height : float [-]
        Its relative height.
    find_sections : callable
        Returns the sections, which only bending needs.
    """

    force: float
    height: float
    find_sections: Callable[[], Sequence[LimitSection]]

    @computed
    def sections(self) -> tuple[LimitSection, ...]:
        """Sections from the inferior endplate upwards."""
        return tuple(self.find_sections())

    def scaled_to(self, force: float) -> Self:
        """The same sections, of which the weakest one becomes a hinge at another force [N]."""
        share = force / self.force
        sections = [replace(each, carried_N=share * each.carried_N) for each in self.sections]
        return replace(self, force=force, find_sections=lambda: sections)


def hinge_of(
    specimen: Specimen,
    properties: MixedProperties,
    unit: UnitForce,
    pressed: tuple[UnitForce, np.ndarray],
    capacity: Capacity,
) -> Hinge:
    """Read the sections from the solution for unit axial force.

    With `capacity.rule` "surface" sections bear their whole strength, with "section" what an axial force without
    rotation mobilises. Where the platen may turn, the sections turn as well, under the force and the moments that the
    solution finds on them.

    Parameters
    ----------
    specimen : Specimen
    properties : MixedProperties
        Of all cells.
    unit : UnitForce
    pressed : UnitForce and ndarray, shape (m, q) [1/N]
        The solution without rotation of the platen, and utilisation under it.
    capacity : Capacity
        Constants of the criterion.

    Returns
    -------
    Hinge
    """
    mesh, volume = specimen.mesh, specimen.problem.volume
    without_rotation, used = pressed
    axial = -without_rotation.stress[..., 2]
    mu = WHOLE_STRENGTH if capacity.rule == "surface" else capacity.mu
    carried = mobilised_section_strength(
        axial, used, properties.strength_compression, volume, mesh.layer, mu=mu
    ).carried_N

    def points() -> SectionPoints:
        return SectionPoints.of(mesh, volume, specimen.pivot)

    def sections_of(at: SectionPoints) -> list[LimitSection]:
        return at.sections(
            carried, axial, used, properties.strength_compression, properties.strength_tension, volume, mu=mu
        )

    force, layer = float(carried.min()), int(carried.argmin())
    if specimen.turns:
        at = points()
        sections = sections_of(at)
        on_sections = at.loads(-unit.stress[..., 2], axial, len(sections))
        found = limit_load(sections, on_sections[:, None])
        force, layer = float(found.factor[0]), int(found.layer[0])
        return Hinge(force, (layer + 0.5) / len(carried), lambda: sections)
    return Hinge(force, (layer + 0.5) / len(carried), lambda: sections_of(points()))
