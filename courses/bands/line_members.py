"""Which states lie on one line of healing: all arms share natural healing, each has its own after its injection."""

import numpy as np

from vertebra.scenarios.schema import Scenario

from ..plan import INTACT, arm_days
from .band import ArmDay


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
