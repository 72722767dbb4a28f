"""Axial force against bending moment: what a vertebra bears under a force off its axis, and under moments alone."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from vertebra.fem import NotConverged
from vertebra.materials.mixture import MixedProperties
from vertebra.scenarios.loading_section import Capacity

from ..response.specimen import Specimen
from .eccentric_test import ultimate_load
from .section_limit import LimitSection, limit_load, pressed_arm
from .virtual_test import softening_of

BENDINGS = ("flexion", "lateral")
"""Planes of bending; positive moments press the front (flexion) or the right side (lateral)."""
ECCENTRICITIES_MM = (0.0, 1.0, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0)
"""Of the axial force from the pivot, on either side; a moment alone stands beyond them."""
TESTED_MM = (0.0, 10.0)
"""Eccentricities that are tested beside the sections, in flexion on either side; and moments alone."""


def load_rays(bending: str, eccentricities_mm: Sequence[float] = ECCENTRICITIES_MM) -> np.ndarray:
    """Loads of one plane of bending, from a negative moment alone over the axial force to a positive one.

    Parameters
    ----------
    bending : {"flexion", "lateral"}
    eccentricities_mm : sequence of float [mm]
        From 0 upwards.

    Returns
    -------
    ndarray, shape (r, 3) [N], [N mm], [N mm]
        Axial force (1 N, or none), moments of flexion and lateral bending.
    """
    far = [(1.0, e) for e in eccentricities_mm if e > 0]
    ordered = [(0.0, -1.0), *((n, -e) for n, e in reversed(far)), (1.0, 0.0), *far, (0.0, 1.0)]
    rays = np.zeros((len(ordered), 3))
    rays[:, [0, 1 + BENDINGS.index(bending)]] = ordered
    return rays


def borne_loads(
    sections: Sequence[LimitSection], rays: np.ndarray, capacity: Capacity
) -> tuple[np.ndarray, np.ndarray]:
    """Loads at which the weakest section becomes a hinge, times the factor of the capacity.

    Parameters
    ----------
    sections : sequence of LimitSection
        From the inferior endplate upwards.
    rays : ndarray, shape (r, 3)
        Proportions of axial force and moments, as of `load_rays`.
    capacity : Capacity

    Returns
    -------
    loads : ndarray, shape (r, 3) [N], [N mm], [N mm]
    heights : ndarray, shape (r,) [-]
        Relative height of the section that decides each.
    """
    limit = limit_load(sections, rays)
    return capacity.factor * limit.factor[:, None] * rays, (limit.layer + 0.5) / len(sections)


def interaction_record(
    sections: Sequence[LimitSection],
    specimen: Specimen,
    properties: MixedProperties,
    capacity: Capacity,
) -> dict[str, Any]:
    """What a run keeps of the interaction of a state; lists for JSON.

    Parameters
    ----------
    sections : sequence of LimitSection
        Scaled to what the vertebra bears.
    specimen : Specimen
    properties : MixedProperties
        Of all cells.
    capacity : Capacity
        Its `interaction` says whether a few loads are tested as well.

    Returns
    -------
    dict
        Points with bending, method, load [N], [N mm] and section; `failed`, reasons of tests without an end; `wall_s`.
    """
    since = time.perf_counter()
    points: list[dict[str, Any]] = []
    failed: list[str] = []
    each = [(bending, ray) for bending in BENDINGS for ray in load_rays(bending)]
    loads, heights = borne_loads(sections, np.stack([ray for _, ray in each]), capacity)
    points += [
        {"bending": bending, "method": "sections", "load": load, "section": section}
        for (bending, _), load, section in zip(each, loads.tolist(), heights.tolist(), strict=True)
    ]
    if capacity.interaction == "tested":
        arm_mm, softening = pressed_arm(sections), softening_of(capacity)
        for ray in load_rays("flexion", TESTED_MM):
            try:
                load = ultimate_load(
                    specimen,
                    properties,
                    ray,
                    arm_mm=arm_mm,
                    law=capacity.yield_law,
                    softening=softening,
                )
            except NotConverged as error:
                failed.append(f"force and moment in proportion {ray[0]:g} N to {ray[1]:g} N mm: {error}")
                continue
            points.append({"bending": "flexion", "method": "test", "load": load.tolist(), "section": None})
    return {"points": points, "failed": failed, "wall_s": time.perf_counter() - since}
