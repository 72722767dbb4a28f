"""Elastic constants and strengths of every cell of a functional spinal unit."""

from dataclasses import dataclass

import numpy as np

from vertebra.fem.cells.anisotropy import Anisotropy, Orthotropy, axes_along
from vertebra.materials.disc import anulus_constants, anulus_young, nucleus_constants
from vertebra.materials.mixture import MixedProperties
from vertebra.materials.table import row
from vertebra.meshes.segment.functional_unit import FunctionalUnit


@dataclass(frozen=True, eq=False)
class UnitTissue:
    """What a functional spinal unit is made of; arrays of shape (m,).

    Attributes
    ----------
    young : ndarray [MPa]
        In the anulus along its circumference.
    poisson : ndarray [-]
    strength_compression, strength_tension : ndarray [MPa]
        Infinite in disc and caps.
    anulus : Anisotropy
        Direction of the anulus, which nothing else has.
    """

    young: np.ndarray
    poisson: np.ndarray
    strength_compression: np.ndarray
    strength_tension: np.ndarray
    anulus: Anisotropy

    @classmethod
    def of(cls, unit: FunctionalUnit, vertebra: MixedProperties, neighbour: MixedProperties) -> "UnitTissue":
        """Put the bone of both bodies, the disc and the caps together.

        Parameters
        ----------
        unit : FunctionalUnit
        vertebra, neighbour : MixedProperties
            Of the bone cells of each, in their order.

        Raises
        ------
        ValueError
            For bone with a direction: the solver takes one material with a direction, and that is the anulus.
        """
        for bone in (vertebra, neighbour):
            if bone.aligned is not None:
                message = (
                    f"found bone with a direction ({bone.anisotropy}) beside a disc, expected isotropic bone: the "
                    'anulus is the one material with a direction. Take bone.anisotropy = "none".'
                )
                raise ValueError(message)
        cap = row("ends", "pmma_caps").parameters
        nucleus_young, nucleus_poisson = nucleus_constants()
        of_anulus = anulus_constants()

        def everywhere(name: str, at_caps: float, at_nucleus: float, at_anulus: float) -> np.ndarray:
            values = np.full(len(unit.cells), float(at_caps))
            values[unit.of("vertebra")] = getattr(vertebra, name)
            values[unit.of("neighbour")] = getattr(neighbour, name)
            values[unit.of("nucleus")] = at_nucleus
            values[unit.of("anulus")] = at_anulus
            return values

        return cls(
            young=everywhere("young", cap["young"], nucleus_young, anulus_young()),
            poisson=everywhere("poisson", cap["poisson"], nucleus_poisson, of_anulus["poisson_axial"]),
            strength_compression=everywhere("strength_compression", np.inf, np.inf, np.inf),
            strength_tension=everywhere("strength_tension", np.inf, np.inf, np.inf),
            anulus=Anisotropy(
                Orthotropy.transverse(**of_anulus),
                unit.of("anulus").astype(float),
                axes_along(_circumference(unit)),
            ),
        )


def _circumference(unit: FunctionalUnit) -> np.ndarray:
    """Direction around the middle of the disc at the middle of each cell, (m, 3); only the disc's are used."""
    middle = unit.points[unit.cells[:, :4]].mean(axis=1)
    centre = unit.points[np.unique(unit.faces[:, :3])].mean(axis=0)
    off = middle - centre
    around = np.stack([-off[:, 1], off[:, 0], np.zeros(len(off))], axis=1)
    on_axis = np.hypot(off[:, 0], off[:, 1]) == 0
    around[on_axis] = (1.0, 0.0, 0.0)
    return around
