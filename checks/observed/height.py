"""Rows of height: how much a crushed body loses in the months after the fracture, left to heal or filled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtri

from vertebra.courses.bands.patients import SHARES, paces
from vertebra.models.patient import non_union_chance

from .bench import Course, days_of, followed, patient
from .rows import cohort_of

_BARE, _FILLED, _RAISED = "conservative", "vertebroplasty", "kyphoplasty"
_MONTH, _FOUR_MONTHS, _SIX_MONTHS, _TEN_MONTHS, _YEAR = 28, 112, 182, 304, 365  # d
_FITTED_DENSITY = 100.0
"""That of the body on which the exponent of stress was fitted to T1 [mg/cm3]."""
_BENCH_LOSS = 0.17
"""Residual loss of specimens that were crushed by 25 % [-]."""
_LOST, _SEVERE = 0.10, 0.60
"""Loss of the expected height that counts as further loss; anterior height below which a fracture is of grade 3."""
_WITH_CEMENT = (
    "arms=[{{name='conservative'}},{{name='vertebroplasty',"
    "cement={{day={day},volume_ml=4.0,approach='bipedicular',product='pmma'}}}},{{name='kyphoplasty',"
    "cement={{day={day},volume_ml=4.0,approach='bipedicular',product='pmma',procedure='kyphoplasty'}}}}]"
)
_STANDARD = (np.arange(400) + 0.5) / 400
"""Shares of patients of a faster pace, of 400 who stand for all."""


def height_rows() -> dict[str, Mapping[str, float]]:
    """T1 to T5: one body under the schedules of five series."""
    fitted, bare, braced = _course(density=_FITTED_DENSITY), _course(), _course(brace=True)
    rested = {days: _course(rest_days=days, brace=True) for days in (3, 7, 14)}
    thickness = cohort_of("T3")["cleft_mm"]
    cleft = _course(brace=True, cleft_mm=thickness)
    lost = _lost(bare, _SIX_MONTHS)
    no_rest = _lost(braced, _SIX_MONTHS)
    return {
        "T1": {"": 100 * _height(fitted, _SIX_MONTHS)},
        "T1_density": {"": 100 * _height(bare, _SIX_MONTHS)},
        "T2": {"": _collapse(rested[14]) / _collapse(braced)},
        "T2_kyphosis": {"": _tilt(rested[14]) / _tilt(braced)},
        "T3": {"none": 100 * no_rest, f"{thickness:g} mm": 100 * _lost(cleft, _SIX_MONTHS)},
        "T4": {"": 100 * (_lost(rested[3], _SIX_MONTHS) - _lost(rested[7], _SIX_MONTHS))},
        "T4_brace": {"": 100 * (lost - no_rest)},
        "T5": {"": _lost(bare, _MONTH) / lost},
        "T5_late": {"": (lost - _lost(bare, _FOUR_MONTHS)) / lost},
    }


def later_rows() -> dict[str, Mapping[str, float]]:
    """T9 to T11: shares of patients who differ in the pace of healing, and of those who never unite."""
    spread = _spread()

    def share(passes: Callable[[Course], float], least: float) -> float:
        return spread.share([passes(course) for course in spread.courses], least)

    def lost(arm: str, until: int) -> Callable[[Course], float]:
        return lambda course: (
            _height(course, spread.entry_day, arm) - _height(course, spread.entry_day + until, arm)
        )

    median, unhealed = (Restored.of(spread.courses[place], spread.entry_day) for place in (1, -1))
    return {
        "T9": {"": share(lost(_BARE, _YEAR), _LOST)},
        "T9_cement": {"": share(lost(_FILLED, _YEAR), _LOST)},
        "T10": {"": share(lambda course: -_height(course, spread.entry_day + _YEAR), -_SEVERE)},
        "T11": {arm: share(lost(arm, _TEN_MONTHS), _LOST) for arm in (_FILLED, _RAISED)},
        "T11_restored": {"": median.gained_mm},
        "T11_loading": {"": Restored.of(_loaded_specimen(), 0).lost_on(1)},
        "T11_lost": {
            "median patient": median.lost_on(_TEN_MONTHS),
            "never unites": unhealed.lost_on(_TEN_MONTHS),
        },
    }


@dataclass(frozen=True)
class Restored:
    """Anterior height that a kyphoplasty has restored.

    Attributes
    ----------
    gained_mm : float [mm]
        On its day.
    left_mm : mapping of int to float [mm]
        What of it is left, by days since.
    """

    gained_mm: float
    left_mm: Mapping[int, float]

    @classmethod
    def of(cls, course: Course, day: int) -> "Restored":
        """Read it from the heights of a course, beside a body without cement on the day of the kyphoplasty."""
        before = course[_BARE, day]["height_anterior_mm"]
        heights = {
            at - day: each["height_anterior_mm"] - before
            for (arm, at), each in course.items()
            if arm == _RAISED and at >= day
        }
        return cls(heights[0], heights)

    def lost_on(self, days: int) -> float:
        """Share that has been lost again some days later [-]."""
        return 1 - self.left_mm[days] / self.gained_mm


@dataclass(frozen=True)
class Spread:
    """Courses of a patient who heals fast, of the median, of one who heals slowly, and of one who never unites.

    Attributes
    ----------
    courses : sequence of 4 Course
    never : float [-]
        Share of patients who never unite.
    entry_day : int [d]
        On which they entered the trial, and half of them got their cement.
    """

    courses: Sequence[Course]
    never: float
    entry_day: int

    def share(self, values: Sequence[float], least: float) -> float:
        """Share of patients whose value lies above `least`: linear in the logarithm of the pace, beyond its ends too.

        Parameters
        ----------
        values : sequence of 4 float
            Of the courses.
        least : float

        Returns
        -------
        float [-]
        """
        fast, median, slow, apart = values
        at, normal = ndtri(SHARES[1]), ndtri(_STANDARD)
        united = median + normal / at * np.where(normal < 0, median - fast, slow - median)
        return float((1 - self.never) * np.mean(united > least) + self.never * (apart > least))


@cache
def _loaded_specimen() -> Course:
    """One day of upright hours after a kyphoplasty of the body that stands for the specimens of the creep test."""
    body = (f"bone.density_qct_mg_cm3={_FITTED_DENSITY}", f"fracture.height_loss={_BENCH_LOSS}")
    return followed(patient(cohort_of("T9"), _WITH_CEMENT.format(day=0), "healing.days=[0,1]", *body))


@cache
def _spread() -> Spread:
    """Patients of T9, with cement, with a kyphoplasty, and without."""
    known = cohort_of("T9")
    entry = known["entry_day"]
    days = f"healing.days={[0, entry, entry + 1, entry + _TEN_MONTHS, entry + _YEAR]}"
    vertebra = patient(known, _WITH_CEMENT.format(day=entry), days)
    fast, slow = paces(SHARES).tolist()
    patients = [{"pace_ratio": fast}, {}, {"pace_ratio": slow}, {"unites": False}]
    courses = [followed(vertebra.of_patient(**values)) for values in patients]
    return Spread(courses, non_union_chance(vertebra.scenario).probability, entry)


@cache
def _course(
    *, density: float | None = None, rest_days: int = 0, brace: bool = False, cleft_mm: float = 0.0
) -> Course:
    """Half a year of the body of T1 under a schedule; rows share it."""
    changes = [f"healing.days={[0, _MONTH, _FOUR_MONTHS, _SIX_MONTHS]}"]
    changes += [f"loading.phases={days_of(rest_days, brace=brace)}"]
    changes += [f"bone.density_qct_mg_cm3={density}"] if density is not None else []
    changes += [f"fracture.cleft_mm={cleft_mm}"] if cleft_mm > 0 else []
    return followed(patient(cohort_of("T1"), *changes))


def _height(course: Course, day: int, arm: str = _BARE) -> float:
    """Anterior height over that of the intact body [-]."""
    return course[arm, day]["height_anterior_ratio"]


def _lost(course: Course, day: int) -> float:
    """Anterior height lost since the fracture, over that of the intact body [-]."""
    return _height(course, 0) - _height(course, day)


def _collapse(course: Course) -> float:
    """Further collapse in six months, of one less the anterior over the posterior height [-]."""
    first, last = (course[_BARE, day] for day in (0, _SIX_MONTHS))
    return (
        first["height_anterior_mm"] / first["height_posterior_mm"]
        - last["height_anterior_mm"] / last["height_posterior_mm"]
    )


def _tilt(course: Course) -> float:
    """Further wedging in six months [degree]."""
    return course[_BARE, _SIX_MONTHS]["wedge_angle_deg"] - course[_BARE, 0]["wedge_angle_deg"]
