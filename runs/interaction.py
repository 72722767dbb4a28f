"""Axial force against bending moment: what a vertebra bears under a force off its axis, and under moments alone."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vertebra.fem import NotConverged
from vertebra.materials.mixture import MixedProperties
from vertebra.reports.tables import Row
from vertebra.scenarios.loading_section import Capacity

from .eccentric_test import ultimate_load
from .section_limit import LimitSection, limit_load, pressed_arm
from .specimen import Specimen
from .virtual_test import softening_of
from .workspace import State

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
        `Measurement.sections`.
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
                load = ultimate_load(specimen, properties, ray, arm_mm=arm_mm, softening=softening)
            except NotConverged as error:
                failed.append(f"force and moment in proportion {ray[0]:g} N to {ray[1]:g} N mm: {error}")
                continue
            points.append({"bending": "flexion", "method": "test", "load": load.tolist(), "section": None})
    return {"points": points, "failed": failed, "wall_s": time.perf_counter() - since}


def interaction_rows(states: Sequence[State]) -> list[Row]:
    """Rows of `interaction.csv`, each a load that the vertebra just bears.

    Parameters
    ----------
    states : sequence of State

    Returns
    -------
    list of dict
        `method` is "sections" (limit analysis) or "test" (elastic-plastic); where a moment acts alone the
        eccentricity is empty, and so is the weakest section of a test.
    """
    rows: list[Row] = []
    for state in states:
        for point in state.interaction.get("points", ()):
            axial, flexion, lateral = point["load"]
            moment = {"flexion": flexion, "lateral": lateral}[point["bending"]]
            section = point["section"]
            rows.append(
                {
                    "arm": state.arm,
                    "day": state.day,
                    "bending": point["bending"],
                    "method": point["method"],
                    "axial_force_N": axial,
                    "flexion_moment_Nm": 1e-3 * flexion,
                    "lateral_moment_Nm": 1e-3 * lateral,
                    "eccentricity_mm": moment / axial if axial > 0 else "",
                    "weakest_section": "" if section is None else section,
                }
            )
    return rows


def interaction_failures(states: Sequence[State]) -> list[str]:
    """One warning for every tested load without an end.

    Parameters
    ----------
    states : sequence of State

    Returns
    -------
    list of str
    """
    return [
        f"an elastic-plastic test of the interaction of {state.arm}, day {state.day}, failed ({reason}); that point "
        'is left out. Try another mesh.edge_mm, or set capacity.interaction = "linear".'
        for state in states
        for reason in state.interaction.get("failed", ())
    ]


def interaction_summary(states: Sequence[State]) -> Mapping[str, Any] | None:
    """What the manifest tells of the curves; states that arms share count once.

    Parameters
    ----------
    states : sequence of State

    Returns
    -------
    dict or None
        Numbers of states and of tests without an end, seconds, eccentricities [mm]; None where nothing was computed.
    """
    told = {
        (state.day, state.interaction["wall_s"]): state.interaction for state in states if state.interaction
    }
    if not told:
        return None
    return {
        "n_states": len(told),
        "n_failed": sum(len(each["failed"]) for each in told.values()),
        "wall_s": sum(each["wall_s"] for each in told.values()),
        "eccentricities_mm": list(ECCENTRICITIES_MM),
    }
