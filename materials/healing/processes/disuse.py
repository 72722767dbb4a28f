"""Density that bone loses in bed and regains afterwards."""

from collections.abc import Sequence

import numpy as np

from ...table import value

_WEEK = 7.0


def density_after_rest(day: float, rest: Sequence[tuple[float, float]]) -> float:
    """Density of bone on a day over that before the fracture, for the bed rest until then.

    d rho/dt = -loss           in bed
    d rho/dt = (1 - rho) / T   up and about

    Loss goes on evenly, as measured over up to nine weeks; what is lost comes back with the mean time T.

    Parameters
    ----------
    day : float [d]
        Since the fracture.
    rest : sequence of (float, float) [d]
        First and last day of each stretch in bed, in order and apart from each other.

    Returns
    -------
    float [-]
    """
    loss, regain = value("disuse", "loss") / _WEEK, value("disuse", "regain")
    lost, now = 0.0, 0.0
    for first, last in rest:
        if first >= day:
            break
        lost *= np.exp(-(first - now) / regain)
        now = min(last, day)
        lost += loss * (now - first)
    return float(max(1 - lost * np.exp(-(day - now) / regain), 0.0))
