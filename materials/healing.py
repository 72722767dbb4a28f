"""The contract of a healing law, and the times read from a healed curve."""

from typing import ClassVar, Protocol

import numpy as np

from .tissue import TissueState


class HealingLaw(Protocol):
    """Carries the tissue of every element from one day to a later one.

    What an implementer keeps:

    1. `advance` is a pure function: the given state is not edited, a new one comes back.
    2. It changes `day` and `shares` only. Territory and cement belong to the fracture and the treatment.
    3. Two steps give what one long step gives, as far as the law integrates exactly; otherwise the law steps
       finer inside and says with which error.
    4. Shares stay within [0, 1] and sum to one in every element; `TissueState` refuses anything else.
    5. A step of no days returns the same tissue.
    6. A law that reads strain says so in `needs_strain`; the run then solves the mechanics at the start of
       every step and hands over the strain of the patient's daily load. Other laws get None.
    7. `longest_step` is the number of days that one step may last (infinite where strain plays no part); the
       run cuts the time between two listed days accordingly.
    8. The patient's pace is given on construction as `time_ratio`: how many times longer everything lasts.
    """

    needs_strain: ClassVar[bool]
    longest_step: ClassVar[float]

    def advance(self, state: TissueState, days: float, strain: np.ndarray | None = None) -> TissueState:
        """State after some more days.

        Parameters
        ----------
        state : TissueState
        days : float [d]
            Length of the step, at least 0.
        strain : ndarray, shape (m, 6), optional [-]
            Mean strain of each element under the daily load, Voigt xx yy zz yz xz xy with engineering shear.

        Returns
        -------
        TissueState
        """
        ...


def healing_times(day, young, gains=(0.5, 0.8, 0.95)) -> tuple[float, ...]:
    """Days on which a curve has made the given shares of its total gain.

    With the mean Young's modulus of the zone these are t50, t80 and t95; t80 is called load-bearing. Linear
    between the given days; the first crossing counts.

    Parameters
    ----------
    day : ndarray, shape (k,) [d]
        Increasing.
    young : ndarray, shape (k,) [MPa]
        The gain is that from the first to the last value.
    gains : sequence of float [-]

    Returns
    -------
    tuple of float [d]
        NaN for all when there is no gain.
    """
    day, young = np.asarray(day, dtype=float), np.asarray(young, dtype=float)
    gain = young[-1] - young[0]
    if not gain > 0:
        return tuple(float("nan") for _ in gains)
    made = np.maximum.accumulate((young - young[0]) / gain)
    times = []
    for share in gains:
        after = int(np.searchsorted(made, share))
        if after == 0:
            times.append(float(day[0]))
            continue
        part = (share - made[after - 1]) / (made[after] - made[after - 1])
        times.append(float(day[after - 1] + part * (day[after] - day[after - 1])))
    return tuple(times)
