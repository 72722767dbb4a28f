"""How far healing has come: the stage of a patient's tissue, and the day on which the median patient reaches it."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from vertebra.materials.healing.processes.pace import Pace
from vertebra.models.patient import effect_of_patient
from vertebra.models.vertebra_model import VertebraModel

from ..known import natural_branch
from .patients import vessel_times

_DAYS = np.concatenate([np.arange(0, 160, 4.0), np.geomspace(160, 3650, 24)])
"""Days of the median patient on which stages are read [d]."""


@dataclass(frozen=True, eq=False)
class Stages:
    """Stage of healing by time and vessels, of a fracture without cement.

    The stage is the mean mineral maturity of the territory of repair plus the share of it that is remodelled: 0 on day
    0, 1 about when woven bone is mineral, 2 in the end, and rising all the way, which stiffness does not.

    Attributes
    ----------
    pace : Pace
        Days on which all of healing goes faster or slower, as under a drug.
    time : ndarray, shape (k,) [d]
        Healing time that has passed in the median patient.
    stage : ndarray, shape (v, k) [-]
        For each of `patients.vessel_times()`, the middle one of which is that of the median patient.
    """

    pace: Pace
    time: np.ndarray
    stage: np.ndarray

    @classmethod
    def of(cls, vertebra: VertebraModel) -> Self:
        """Follow the tissue of one patient for every time of vessels."""
        pace = effect_of_patient(vertebra.scenario).pace
        stage = [_stages(vertebra, time) for time in vessel_times()[0]]
        return cls(pace, pace.passed(_DAYS), np.maximum.accumulate(stage, axis=1))

    def on(self, day) -> np.ndarray:
        """Stage of the median patient on days; of the shape of `day` [-]."""
        return np.interp(self.pace.passed(day), self.time, self.stage[len(self.stage) // 2])

    def day_of(self, stage) -> np.ndarray:
        """Day on which the median patient reaches stages; of the shape of `stage` [d]."""
        return self.pace.day_of(np.interp(stage, self.stage[len(self.stage) // 2], self.time))

    def of_patients(self, days, pace: np.ndarray, vessel_time: np.ndarray) -> np.ndarray:
        """Stage of patients on days, stage(t; k) = stage(t / k).

        Parameters
        ----------
        days : ndarray, shape (k,) [d]
        pace : ndarray, shape (n,) [-]
        vessel_time : ndarray, shape (n,) [-]
            Between those of `patients.vessel_times()` stages are linear in its logarithm.

        Returns
        -------
        ndarray, shape (n, k) [-]
        """
        own = self.pace.passed(np.asarray(days, dtype=float)) / pace[:, None]
        rows = np.array([np.interp(own, self.time, each) for each in self.stage])  # (v, n, k)
        knots = np.log(vessel_times()[0])
        place = np.interp(np.log(vessel_time), knots, np.arange(len(knots)))
        row = np.minimum(place.astype(int), len(knots) - 2)
        each, part = np.arange(len(pace)), (place - row)[:, None]
        return (1 - part) * rows[row, each] + part * rows[row + 1, each]


def _stages(vertebra: VertebraModel, vessel_time: float) -> np.ndarray:
    """Stage of the median patient, but for the vessels, on all days."""
    branch = natural_branch(vertebra.of_patient(vessel_ratio=vessel_time))
    state = branch.states[0]
    weight = state.repair * vertebra.bone(branch.geometry).cell_volume
    weight = weight / weight.sum()
    found = []
    for day in _DAYS:
        state = branch.law.advance(state, day - state.day)
        found.append(float(weight @ (state.maturity + state.share("remodelled"))))
    return np.array(found)
