"""From what a patient's vertebra bears on coarse cells to what it bears on those of the run, by states that are alike.

The median patient is known on both. How far both meshes differ depends on how soft the crushed band is beside the bone
around it, hence on the state and not on its day: a vertebra that never unites is after a year as the median one was in
the first weeks. So each quantity is carried over by the ratio between the meshes that the median patient has when as
stiff on the coarse cells. For the median patient this is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .spaced_days import between_days
from .tabulated import Row

_LESS = 1 - 1e-9
_STIFFNESS = "stiffness_N_per_mm"


def interpolated(asked: np.ndarray, known: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values linear in the logarithm of positive places, in any order, and held beyond them; shape of `asked`."""
    order = np.argsort(known, kind="stable")
    return np.interp(np.log(asked), np.log(known)[order], values[order])


@dataclass(frozen=True, eq=False)
class LikeStates:
    """The median patient on one line of healing, on both meshes.

    Attributes
    ----------
    days : ndarray of int, shape (k,) [d]
        Increasing.
    here : sequence of k mapping of str to float
        Columns of `capacity.csv` on the cells of the run.
    there : sequence of k mapping of str to float
        On the coarse cells (`LoadedVertebra.row_of_ratios`), on some days without `bears_N`.
    """

    days: np.ndarray
    here: Sequence[Row]
    there: Sequence[Row]

    def carried_over(self, other: Sequence[Row]) -> dict[str, np.ndarray]:
        """What another patient's vertebra bears on the same days.

        Parameters
        ----------
        other : sequence of k mapping of str to float
            Of the patient on the coarse cells, with `bears_N` on the days on which the median patient has it.

        Returns
        -------
        dict of str to ndarray, shape (k,)
            `capacity_N`, `service_limit_N`, `stiffness_N_per_mm`.
        """
        here, there, asked = (_column(rows, _STIFFNESS) for rows in (self.here, self.there, other))
        limit = interpolated(asked, there, self._limit_ratio(here / there))
        return {
            "capacity_N": self._capacity(other, asked, there),
            "service_limit_N": _column(other, "service_limit_N") * limit,
            _STIFFNESS: asked * interpolated(asked, there, here / there),
        }

    def _capacity(self, other: Sequence[Row], asked: np.ndarray, there: np.ndarray) -> np.ndarray:
        """Capacity as that of the median patient at the same stiffness, put right by days on which more is known.

        Patients whose vertebrae are as stiff bear the same within some 2 %; what is left changes slowly with time.
        """
        capacity = _column(self.here, "capacity_N")
        as_stiff = interpolated(asked, there, capacity)
        known = np.array([day for day, row in enumerate(self.there) if "bears_N" in row])
        median, mine = (np.array([rows[day]["bears_N"] for day in known]) for rows in (self.there, other))
        bears = mine * interpolated(asked[known], there[known], capacity[known] / median)
        return as_stiff * between_days(self.days[known], bears / as_stiff[known], self.days)

    def _limit_ratio(self, stiffening: np.ndarray) -> np.ndarray:
        """Ratio between the meshes of the load that shortens the body; that of stiffness where capacity is less."""
        service, capacity = _column(self.here, "service_N"), _column(self.here, "capacity_N")
        limit = _column(self.there, "service_limit_N")
        return np.where(service < capacity * _LESS, service / limit, stiffening)


def _column(rows: Sequence[Row], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows])
