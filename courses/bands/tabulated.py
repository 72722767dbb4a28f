"""What an arm bears by stage of healing: the computed states of the median patient, and those that lie between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from vertebra.materials.healing.patient.factors import PatientEffect

COLUMNS = ("capacity_N", "service_N", "stiffness_N_per_mm", "height_mm")
"""Columns of `capacity.csv` that have a band."""
WIDEST_GAP = 0.3
"""Progress between two tabulated states at most: five patients solved directly differ by less than 2 % (tested)."""
_NEAR = 0.03
_HOST = {"capacity_N": 0.9, "stiffness_N_per_mm": 0.67, "height_mm": 0.0}
"""Exponents by which intact bodies follow the density of their bone (L1 to L3, 60 to 130 mg/cm3)."""

Row = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Tabulated:
    """States of an arm by stage of healing.

    Attributes
    ----------
    stage : ndarray, shape (k,) [-]
        Increasing.
    host : ndarray, shape (k,) [-]
        Density of the host bone of each state over that of day 0.
    rows : sequence of k mapping
        With `COLUMNS`.
    """

    stage: np.ndarray
    host: np.ndarray
    rows: Sequence[Row]

    def at(self, stage: np.ndarray, host: np.ndarray) -> dict[str, np.ndarray]:
        """Columns at other stages, held beyond the first and the last state.

        Parameters
        ----------
        stage : ndarray, shape (n, k) [-]
        host : ndarray, shape (k,) [-]
            Density of the host bone on each day, which follows the calendar and not the stage.

        Returns
        -------
        dict of str to ndarray, shape (n, k)
        """
        known, asked = _stiffening(self.stage), _stiffening(np.clip(stage, self.stage[0], self.stage[-1]))
        found = {
            name: _between(known, self._values(name) / self.host**power, asked) * host**power
            for name, power in _HOST.items()
        }
        elastic = found["stiffness_N_per_mm"] * self._service_per_stiffness(known, asked)
        return found | {"service_N": np.minimum(found["capacity_N"], elastic)}

    def _values(self, name: str) -> np.ndarray:
        return np.array([row[name] for row in self.rows])

    def _service_per_stiffness(self, known: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Service load over stiffness where shortening decides and not capacity; infinite where it never does [mm]."""
        service, stiffness = self._values("service_N"), self._values("stiffness_N_per_mm")
        decides = service < self._values("capacity_N") * (1 - 1e-9)
        if not decides.any():
            return np.full(asked.shape, np.inf)
        return np.interp(asked, known[decides], (service / stiffness)[decides])


def capacity_per_surface(row: Row) -> float:
    """Capacity of a computed state over its cheapest surface; 1 where capacity is not one of surfaces [-]."""
    return row["capacity_N"] / row["surface_N"] if "surface_N" in row else 1.0


def settled(row: Row, stage: float, known: np.ndarray, ratio: np.ndarray) -> Row:
    """Give a state that has a cheapest surface alone its capacity and service load.

    How far the capacity stands below the cheapest surface changes little while bone heals: it is taken between those
    of the computed states.

    Parameters
    ----------
    row : mapping of str to float
    stage : float [-]
    known, ratio : ndarray, shape (k,) [-]
        Stages of computed states, and `capacity_per_surface` of each.
    """
    if "capacity_N" in row:
        return row
    order = np.argsort(known)
    capacity = row["surface_N"] * float(np.interp(stage, known[order], ratio[order]))
    return {**row, "capacity_N": capacity, "service_N": min(capacity, row["service_limit_N"])}


def missing_stages(known: np.ndarray, first: float, last: float, widest: float = WIDEST_GAP) -> np.ndarray:
    """Stages at which states have to be computed so that none is far from the next.

    Parameters
    ----------
    known : ndarray, shape (k,) [-]
        Of computed states; any order.
    first, last : float [-]
        Between which stages are asked for.
    widest : float [-]
        Largest distance that is left: of stages up to 1, at which all is mineral, and twice as far beyond.

    Returns
    -------
    ndarray, shape (j,) [-]
    """
    ends = [end for end in (first, last) if not len(known) or np.abs(known - end).min() > _NEAR]
    stages = np.unique([*known, *ends])
    inner = (stages[:-1] < last) & (stages[1:] > first)
    added = [
        _stage_of(np.linspace(low, high, int(np.ceil((high - low) / widest)) + 1)[1:-1])
        for low, high in zip(_progress(stages[:-1][inner]), _progress(stages[1:][inner]), strict=True)
    ]
    return np.unique(np.concatenate([ends, *added]))


def _progress(stage: np.ndarray) -> np.ndarray:
    """Stage on a scale on which states are wanted evenly: little changes while mineral bone is remodelled."""
    return np.minimum(stage, 1.0) + 0.5 * np.maximum(stage - 1.0, 0.0)


def _stage_of(progress: np.ndarray) -> np.ndarray:
    """Undoes `_progress`."""
    return np.minimum(progress, 1.0) + 2.0 * np.maximum(progress - 1.0, 0.0)


def _stiffening(stage: np.ndarray) -> np.ndarray:
    """Stage on a scale on which stiffness changes evenly: by the square of mineral maturity, then by remodelling."""
    return np.where(stage < 1, stage**2, 2 * stage - 1)


def _between(known: np.ndarray, values: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Values between known ones, without overshoot."""
    return PchipInterpolator(known, values)(asked) if len(known) > 1 else np.full(asked.shape, values[0])


def host_density(effect: PatientEffect, days) -> np.ndarray:
    """Density of the host bone of a patient on days over that of the scenario; ndarray, shape (k,) [-]."""
    return np.array([effect.host_density(float(day)) for day in days])
