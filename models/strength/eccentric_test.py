"""Elastic-plastic tests under a force off the axis of the vertebra, or under a bending moment alone."""

from collections.abc import Sequence

import numpy as np

from vertebra.fem.plasticity.pressing import Plasticity, Way
from vertebra.fem.plasticity.softening import Softening
from vertebra.fem.systems.platens import MODES
from vertebra.materials.failure.yield_law import YIELD_LAW, shear_strength
from vertebra.materials.mixture import MixedProperties

from ..response.specimen import Specimen, hold
from .virtual_test import LARGEST_STRAIN, RUN_TOLERANCE, platen_way


def ultimate_load(
    specimen: Specimen,
    properties: MixedProperties,
    load: Sequence[float],
    *,
    arm_mm: float,
    largest_strain: float = LARGEST_STRAIN,
    tolerance: float = RUN_TOLERANCE,
    law: str = YIELD_LAW,
    softening: Softening | None = None,
) -> np.ndarray:
    """Load in proportion to a given one at which the specimen yields as a whole.

    The platen turns about the point where the force acts and slides freely, so that the force keeps its line and
    no shear force arises; a moment alone turns the platen, which then moves freely otherwise.

    Parameters
    ----------
    specimen : Specimen
    properties : MixedProperties
    load : sequence of float, shape (3,) [N], [N mm], [N mm]
        Axial force (compression positive), moments of flexion and lateral bending about the pivot. Without axial
        force one of the moments must be zero.
    arm_mm : float [mm]
        Distance from the axis of bending to the bone that is pressed most: the test turns the platen until that
        has moved by the largest strain times the height.
    largest_strain : float [-]
    tolerance : float
    law : str
        One of `yield_law.YIELD_LAWS`.
    softening : Softening, optional
        Loss of strength with flow; none without.

    Returns
    -------
    ndarray, shape (3,) [N], [N mm], [N mm]
        The largest load on the way.

    Raises
    ------
    ValueError
        For two moments without axial force, for tension, or for no load.
    NotConverged
    """
    axial, *moments = (float(each) for each in load)
    far = platen_way(specimen, properties, largest_strain * specimen.height_mm)
    ratio = np.zeros(len(MODES))
    pivot = specimen.pivot
    if axial > 0:
        anterior, right = moments[0] / axial, moments[1] / axial
        pivot = pivot + np.array([right, anterior, 0.0])
        driven, largest = 0, far * (1 + np.hypot(anterior, right) / arm_mm)
        ratio[0] = 1.0
    elif axial == 0 and np.count_nonzero(moments) == 1:
        driven, largest = 1 + int(moments[0] == 0), far / arm_mm
        ratio[driven] = np.sign(moments[driven - 1])
    else:
        text = (
            f"load is {tuple(load)}, expected an axial force of at least 0 N, and without one a single moment: "
            "other loads are not tested."
        )
        raise ValueError(text)
    curve = Plasticity(hold(specimen.mesh, pivot, MODES)).test(
        properties.young,
        properties.poisson,
        properties.strength_compression,
        properties.strength_tension,
        Way(
            largest=largest, ratio=ratio.tolist(), free=[mode for mode in range(len(MODES)) if mode != driven]
        ),
        strength_shear=shear_strength(law, properties.strength_compression, properties.strength_tension),
        tolerance=tolerance,
        softening=softening,
    )
    direction = np.array([axial, *moments])
    return curve.ultimate * direction / np.abs(direction[driven])
