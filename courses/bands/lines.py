"""The lines of healing of a scenario: its arms share natural healing, and each has its own from its injection on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.scenarios.schema import Scenario

from ..plan import INTACT, arm_days
from .band import ArmDay
from .spaced_days import spaced

_WIDEST = 1.5
"""Ratio of a day on which patients are solved to the one before, where days are listed so densely (`spaced`)."""


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
    solved : sequence of int [d]
        Days on which patients are solved.
    """

    name: str | None
    members: Sequence[ArmDay]
    states: Mapping[int, ArmDay]
    solved: Sequence[int]

    @classmethod
    def of(cls, name: str | None, members: Sequence[ArmDay]) -> Self:
        """Choose the days."""
        states = {day: (arm, day) for arm, day in sorted(members, key=lambda state: state[1])}
        return cls(name, members, states, spaced(list(states), _WIDEST))
