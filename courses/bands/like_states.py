"""From what a patient's vertebra bears on coarse cells to what it bears on those of the run, by states that are alike.

The median patient is known on both. How far both meshes differ depends on how soft the crushed band is beside the bone
around it, hence on the state and not on its day: a vertebra that never unites is after a year as the median one was in
the first weeks. So each quantity is carried over by the ratio between the meshes that the median patient has when as
stiff on the coarse cells. For the median patient this is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .tabulated import Row

_LESS = 1 - 1e-9
_STIFFNESS = "stiffness_N_per_mm"
_ON_COARSE_CELLS = {"capacity_N": "bears_N"}


def interpolated(asked: np.ndarray, known: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values linear in the logarithm of positive places, in any order, and held beyond them; shape of `asked`."""
    order = np.argsort(known, kind="stable")
    return np.interp(np.log(asked), np.log(known)[order], values[order])


@dataclass(frozen=True, eq=False)
class LikeStates:
    """The median patient on one line of healing, on both meshes.

    Attributes
    ----------
    here : sequence of k mapping of str to float
        Columns of `capacity.csv` on the cells of the run, one row a day.
    there : sequence of k mapping of str to float
        On the coarse cells (`LoadedVertebra.row_of_ratios`).
    """

    here: Sequence[Row]
    there: Sequence[Row]

    def carried_over(self, other: Sequence[Row]) -> dict[str, np.ndarray]:
        """What another patient's vertebra bears.

        Parameters
        ----------
        other : sequence of n mapping of str to float
            Of the patient on the coarse cells, on any days.

        Returns
        -------
        dict of str to ndarray, shape (n,)
            `capacity_N`, `service_limit_N`, `stiffness_N_per_mm`.
        """
        here, there, asked = (_column(rows, _STIFFNESS) for rows in (self.here, self.there, other))
        ratios = {
            "capacity_N": _column(self.here, "capacity_N") / _column(self.there, "bears_N"),
            "service_limit_N": self._limit_ratio(here / there),
            _STIFFNESS: here / there,
        }
        return {
            name: _column(other, _ON_COARSE_CELLS.get(name, name)) * interpolated(asked, there, ratio)
            for name, ratio in ratios.items()
        }

    def _limit_ratio(self, stiffening: np.ndarray) -> np.ndarray:
        """Ratio between the meshes of the load that shortens the body; that of stiffness where capacity is less."""
        service, capacity = _column(self.here, "service_N"), _column(self.here, "capacity_N")
        limit = _column(self.there, "service_limit_N")
        return np.where(service < capacity * _LESS, service / limit, stiffening)


def _column(rows: Sequence[Row], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows])
