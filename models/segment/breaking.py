"""The elastic-plastic test of a neighbour: the largest force that it bears beyond the disc."""

import numpy as np

from vertebra.fem.plasticity.pressing import Plasticity, Way
from vertebra.materials.disc import isotropic_anulus
from vertebra.materials.failure.yield_law import shear_strength
from vertebra.meshes.heights import body_heights
from vertebra.scenarios.loading_section import Capacity

from ..response.specimen import bone_gauge
from ..response.unit_force import UnitForce
from ..strength.virtual_test import (
    LARGEST_STRAIN,
    LONGEST,
    RUN_TOLERANCE,
    SHARE_TOLERANCE,
    VirtualTest,
    softening_of,
)
from .beside import Segment


def neighbour_test(
    segment: Segment, capacity: Capacity, *, largest_strain: float = LARGEST_STRAIN
) -> VirtualTest:
    """Press a functional spinal unit until the bone of the neighbour has shortened by a share of its height.

    The vertebra stays elastic, so that the neighbour gives way: whether the vertebra itself bears that force is the
    question of its own test. The return mapping takes isotropic elasticity; the anulus has its modulus across the
    fibres in all directions here, and leaves more of the load to the rim.

    Parameters
    ----------
    segment : Segment
    capacity : Capacity
        Yield law and loss of strength.
    largest_strain : float [-]

    Returns
    -------
    VirtualTest
        Of the neighbour.

    Raises
    ------
    NotConverged
    """
    unit, tissue, problem = segment.unit, segment.tissue, segment.problem
    young, poisson = tissue.young.copy(), tissue.poisson.copy()
    anulus, kept = unit.of("anulus"), unit.of("vertebra")
    young[anulus], poisson[anulus] = isotropic_anulus()
    compression, tension = (
        np.where(kept, np.inf, strength)
        for strength in (tissue.strength_compression, tissue.strength_tension)
    )
    gauge = np.zeros_like(unit.points)
    first = unit.vertebra.n_points
    gauge[first : first + unit.neighbour.n_points] = bone_gauge(unit.neighbour)
    height = body_heights(unit.neighbour).mean_mm
    elastic = UnitForce.of(problem.solve(young, poisson, tolerance=SHARE_TOLERANCE))
    share = elastic.stiffness * float(np.vdot(gauge, elastic.displacement))
    way = Way(
        largest=largest_strain * height / share,
        free=range(1, problem.n_modes),
        gauge=gauge,
        enough=largest_strain * height,
        longest=LONGEST * largest_strain * height,
    )
    curve = Plasticity(problem).test(
        young,
        poisson,
        compression,
        tension,
        way,
        strength_shear=shear_strength(capacity.yield_law, compression, tension),
        tolerance=RUN_TOLERANCE,
        softening=softening_of(capacity),
    )
    return VirtualTest(curve, height, soft_ends=True, largest_strain=largest_strain)
