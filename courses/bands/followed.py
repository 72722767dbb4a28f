"""Bands of a body that collapses, from courses that are followed for a fast, a slow and a never-uniting patient."""

from collections.abc import Mapping

import numpy as np

from vertebra.models.patient import non_union_chance
from vertebra.models.vertebra_model import VertebraModel

from ..plan import INTACT, arm_days
from .band import ArmDay, Bands, Between, band
from .beside_median import BesideMedian
from .patients import SHARES, paces
from .tabulated import COLUMNS, Row


def followed_bands(vertebra: VertebraModel, rows: Mapping[ArmDay, Row]) -> Bands:
    """Bands of the arms of one treatment.

    Height is lost on the days on which load meets soft tissue, so that no course follows from another by stretching
    time: a patient at either end of the band is followed through all days, and one who never unites.

    Parameters
    ----------
    vertebra : VertebraModel
        With the arms of one treatment alone.
    rows : mapping of (arm, day) to mapping of str to float
        Columns of `capacity.csv` of every computed state of the median patient.

    Raises
    ------
    NotConverged
    """
    fast, slow = paces(SHARES).tolist()
    patients = BesideMedian(vertebra, rows)
    *ends, ununited = patients.of_all([{"pace_ratio": fast}, {"pace_ratio": slow}, {"unites": False}])
    share = non_union_chance(vertebra.scenario).probability
    pace, courses = np.array([fast, 1.0, slow]), (ends[0], rows, ends[1])
    found, never = {}, []
    for arm, days in arm_days(vertebra.scenario).items():
        if arm == INTACT.name:
            continue
        curves = [
            {name: np.array([each[arm, day][name] for day in days]) for name in COLUMNS} for each in courses
        ]
        for day, both in zip(days, band(Between(pace, curves), days), strict=True):
            found[arm, day] = both | {"never_united_share": share}
            never.append({"arm": arm, "day": day} | {name: ununited[arm, day][name] for name in COLUMNS})
    return Bands(found, never, patients.solved)
