"""Interaction of axial force and bending: rows, warnings and summary from what is kept with the states of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from vertebra.courses.day_state import State
from vertebra.models.strength.interaction import ECCENTRICITIES_MM

from .tables import Row


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
    """One warning for every load whose elastic-plastic test failed.

    Parameters
    ----------
    states : sequence of State

    Returns
    -------
    list of str
    """
    return [
        f"an elastic-plastic test of the interaction of {state.arm}, day {state.day}, failed ({reason}); that point "
        'is left out. Try another mesh.edge_mm, or set capacity.interaction = "sections".'
        for state in states
        for reason in state.interaction.get("failed", ())
    ]


def interaction_summary(states: Sequence[State]) -> Mapping[str, Any] | None:
    """Entry of the manifest about the curves; states that arms share count once.

    Parameters
    ----------
    states : sequence of State

    Returns
    -------
    dict or None
        Number of states, number of failed tests, seconds, eccentricities [mm]; None where nothing was computed.
    """
    records = {
        (state.day, state.interaction["wall_s"]): state.interaction for state in states if state.interaction
    }
    if not records:
        return None
    return {
        "n_states": len(records),
        "n_failed": sum(len(each["failed"]) for each in records.values()),
        "wall_s": sum(each["wall_s"] for each in records.values()),
        "eccentricities_mm": list(ECCENTRICITIES_MM),
    }
