"""Capacity on days between those on which the limit load is bracketed.

The cheapest surface alone costs a third of the bracket. How far the capacity stands below that surface depends on the
mesh and on what the surface runs through, and changes little while bone heals (0.5 % over a year of the scenario
`main`). So the bracket is found on key days; on a day between two of them the capacity stands between theirs as the
cheapest surface of that day stands between theirs, and beyond both in proportion to it. An injection begins anew.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vertebra.courses.day_state import State
from vertebra.courses.plan import INTACT
from vertebra.models.strength.capacity import with_service
from vertebra.scenarios.schema import Scenario

BOUNDS = ("capacity_N", "capacity_low_N", "capacity_high_N")


def settle_capacity(scenario: Scenario, states: Sequence[State]) -> list[State]:
    """Give every state its capacity and service load.

    Parameters
    ----------
    scenario : Scenario
    states : sequence of State
        All of a run. Those without `capacity_N` have the cheapest surface, `surface_N`; those on either side of them
        in their arm, before or after its injection, have both.

    Returns
    -------
    list of State
        In the same order.
    """
    injections = {arm.name: arm.cement.day for arm in scenario.arms if arm.cement is not None}

    def span(state: State) -> tuple[str, bool]:
        return state.arm, state.day >= injections.get(state.arm, 0)

    known: dict[tuple[str, bool], list[State]] = {}
    for state in sorted(states, key=lambda each: each.day):
        if "capacity_N" in state.row and state.arm != INTACT.name:
            known.setdefault(span(state), []).append(state)
    return [
        state if "capacity_N" in state.row else replace(state, row=_between(state, known[span(state)]))
        for state in states
    ]


def _between(state: State, known: Sequence[State]) -> dict[str, float]:
    """Capacity of a state between two that are known: as far from one to the other as its surface is."""
    before = max((each for each in known if each.day <= state.day), key=lambda each: each.day)
    after = min((each for each in known if each.day >= state.day), key=lambda each: each.day)
    low, high = sorted((before, after), key=lambda each: each.row["surface_N"])
    surface = [each.row["surface_N"] for each in (low, high)]
    here = state.row["surface_N"]
    beyond = here / min(max(here, surface[0]), surface[1])
    bears = {
        name: beyond * float(np.interp(here, surface, [each.row[name] for each in (low, high)]))
        for name in BOUNDS
    }
    unknown = {"stiffness_error_percent": float("nan")}  # estimated on bracketed days
    return {**state.row, **with_service(bears, state.row["service_limit_N"]), **unknown}
