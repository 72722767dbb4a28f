"""The contract of a healing law, and the times read from a healed curve."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from ...tissue import TissueState


@dataclass(frozen=True, eq=False)
class DailyLoad:
    """Mean mechanical state of each element under the load of the patient's days.

    Attributes
    ----------
    strain : ndarray, shape (m, 6) [-]
        Voigt xx yy zz yz xz xy with engineering shear.
    energy_density : ndarray, shape (m,) [MPa]
        Elastic energy per volume, 1/2 stress : strain.
    young : ndarray, shape (m,) [MPa]
        Modulus with which the elements were solved.
    """

    strain: np.ndarray
    energy_density: np.ndarray
    young: np.ndarray

    def __post_init__(self):
        """Refuse arrays of different length."""
        m = len(self.young)
        if self.strain.shape != (m, 6) or self.energy_density.shape != (m,):
            message = (
                f"strain has shape {self.strain.shape} and energy_density {self.energy_density.shape}, expected "
                f"{(m, 6)} and {(m,)} as young has {m} elements."
            )
            raise ValueError(message)


class HealingLaw(Protocol):
    """Carries the tissue of every element from one day to a later one.

    What an implementer keeps:

    1. `advance` is a pure function: the given state is not edited, a new one comes back.
    2. It changes `day`, `shares` and `mineralisation`, and `remodelled_density` if it remodels. Territory, gap
       and cement belong to the fracture and the treatment.
    3. Two steps give what one long step gives, as far as the law integrates exactly; otherwise the law steps
       finer inside and says with which error.
    4. Shares stay within [0, 1] and sum to one in every element; `TissueState` refuses anything else.
    5. A step of no days returns the same tissue.
    6. A law that reads strain says so in `needs_strain`; the run then solves the mechanics at the start of
       every step and hands over the patient's daily load. Other laws get None.
    7. `longest_step` is the number of days that one step may last (infinite where strain plays no part); the
       run cuts the time between two listed days accordingly.
    8. The patient's pace is given on construction as `time_ratio`: how many times longer everything lasts, and as
       a `Pace` where that is different on some days.
    """

    needs_strain: ClassVar[bool]
    longest_step: ClassVar[float]

    def advance(self, state: TissueState, days: float, load: DailyLoad | None = None) -> TissueState:
        """State after some more days.

        Parameters
        ----------
        state : TissueState
        days : float [d]
            Length of the step, at least 0.
        load : DailyLoad, optional
            Mechanical state at the start of the step.

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
