"""The band of patients around every curve, and the branch of those who never unite."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .patients import SHARES, Patients, percentiles, representatives
from .tabulated import COLUMNS

Curves = Mapping[str, np.ndarray]
"""Columns of `capacity.csv`, each (n, k): one row a patient, one column a day."""
Course = Callable[[np.ndarray, np.ndarray], Curves]
"""Curves of patients of given pace and time of vessels, both (n,)."""
ArmDay = tuple[str, int]

_NAMES = ("p10", "p90")


@dataclass(frozen=True, eq=False)
class Bands:
    """What is said of the spread between patients.

    Attributes
    ----------
    rows : mapping of (arm, day) to mapping of str to float
        Columns of `capacity.csv`: both ends of every band, `never_united_share`.
    never : list of mapping
        Rows of `never_united.csv`: the fracture that does not unite, by arm and day.
    solved : int
        States that were computed beside those of the course.
    """

    rows: dict[ArmDay, dict[str, float]] = field(default_factory=dict)
    never: list[dict[str, float | str]] = field(default_factory=list)
    solved: int = 0


def band_name(column: str, end: str) -> str:
    """Name of an end of the band of a column: `capacity_N` and `p10` give `capacity_p10_N`."""
    quantity, _, unit = column.partition("_")
    return f"{quantity}_{end}_{unit}"


BAND_COLUMNS = tuple(band_name(column, end) for column in COLUMNS for end in _NAMES)


def band(course: Course, days: Sequence[int], patients: Patients | None = None) -> list[dict[str, float]]:
    """Both ends of the band of every column on every day.

    Parameters
    ----------
    course : callable
        Of patients who unite.
    days : sequence of k int [d]
    patients : Patients, optional
        `representatives()` unless given.

    Returns
    -------
    list of k dict of str to float
        With `BAND_COLUMNS`.
    """
    patients = representatives() if patients is None else patients
    curves = course(patients.pace, patients.vessel_time)
    out: list[dict[str, float]] = [{} for _ in days]
    for column in COLUMNS:
        ends = percentiles(curves[column], patients.weight, SHARES)
        for name, end in zip(_NAMES, ends, strict=True):
            for row, value in zip(out, end.tolist(), strict=True):
                row[band_name(column, name)] = value
    return out


@dataclass(frozen=True, eq=False)
class Between:
    """Curves between a few courses that were followed for patients of different pace, as where a vertebra collapses.

    Heights depend on the days on which load met soft tissue, so that no course follows from another by stretching time.

    Attributes
    ----------
    pace : ndarray, shape (p,) [-]
        Of the courses, increasing: a fast, the median and a slow patient, for example.
    curves : sequence of p mapping of str to ndarray, shape (k,)
        Columns of `capacity.csv` on the same days.
    """

    pace: np.ndarray
    curves: Sequence[Mapping[str, np.ndarray]]

    def __post_init__(self):
        """Refuse courses that are too few or out of order."""
        if len(self.pace) < 2 or len(self.curves) != len(self.pace) or np.any(np.diff(self.pace) <= 0):
            message = (
                f"found paces {list(self.pace)} and {len(self.curves)} courses, expected at least two paces that "
                "increase and a course for each. Sort them."
            )
            raise ValueError(message)

    def __call__(self, pace: np.ndarray, vessel_time: np.ndarray) -> Curves:
        """Curves linear in the logarithm of the pace; the time of vessels, which moves them far less, is left out."""
        place = np.interp(np.log(pace), np.log(self.pace), np.arange(len(self.pace)))
        low = np.minimum(place.astype(int), len(self.pace) - 2)
        part = (place - low)[:, None]
        known = {name: np.array([curve[name] for curve in self.curves]) for name in COLUMNS}
        return {name: (1 - part) * rows[low] + part * rows[low + 1] for name, rows in known.items()}


def join(parts: Iterable[Bands]) -> Bands:
    """Bands of several treatments as one."""
    rows: dict[ArmDay, dict[str, float]] = {}
    never: list[dict[str, float | str]] = []
    solved = 0
    for part in parts:
        rows |= part.rows
        never += part.never
        solved += part.solved
    return Bands(rows, never, solved)
