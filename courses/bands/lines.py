"""The lines of healing of a scenario: its arms share natural healing, and each has its own from its injection on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.scenarios.schema import Scenario

from ..plan import INTACT, arm_days
from .band import ArmDay
from .spaced_days import spaced

_STATES, _SURFACES = 1.5, 2.0
"""Ratio of a day with a state, or with a surface, to the one before, where days are listed so densely."""


def line_members(scenario: Scenario) -> dict[str | None, list[ArmDay]]:
    """States of each line by arm and day; natural healing under None, arms from their injection on by their name.

    Parameters
    ----------
    scenario : Scenario
        With the arms of one treatment alone.
    """
    injected = {arm.name: arm.cement.day for arm in scenario.arms if arm.cement is not None}
    out: dict[str | None, list[ArmDay]] = {}
    for arm, days in arm_days(scenario).items():
        for day in days if arm != INTACT.name else ():
            out.setdefault(arm if day >= injected.get(arm, np.inf) else None, []).append((arm, day))
    return out


@dataclass(frozen=True, eq=False)
class Line:
    """States of one line of healing, and those of them that patients are solved on.

    Attributes
    ----------
    name : str or None
        None for natural healing.
    members : sequence of (arm, day)
    states : mapping of int to (arm, day)
        One of the members on each day.
    solved, bearing : sequence of int [d]
        Days on which patients are solved, and those of them on which it is computed what they bear.
    """

    name: str | None
    members: Sequence[ArmDay]
    states: Mapping[int, ArmDay]
    solved: Sequence[int]
    bearing: Sequence[int]

    @classmethod
    def of(cls, name: str | None, members: Sequence[ArmDay], surfaces: bool) -> Self:
        """Choose the days: all that are solved bear, but where surfaces have to be computed for it."""
        states = {day: (arm, day) for arm, day in sorted(members, key=lambda state: state[1])}
        solved = spaced(list(states), _STATES)
        return cls(name, members, states, solved, spaced(solved, _SURFACES) if surfaces else solved)
