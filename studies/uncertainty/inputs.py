"""Everything that is uncertain about a run: its name, its values, and how they are distributed.

A constant with a range lies between its ends, most likely at its stored value (a triangle; of the logarithm where the
range spans a factor of three). Patients differ in the pace of healing and of vessels; density and its laws scatter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from vertebra.constants.table import Row
from vertebra.materials.bone import strength_law_for
from vertebra.materials.table import row, value
from vertebra.records.manifest.provenance import rows_behind_run
from vertebra.scenarios.schema import Scenario

DENSITY, PACE, VESSELS = "density", "pace", "vessels"
SHARE, FACTOR = "failure.limit_load.share", "failure.limit_load.factor"
"""Constants that act on a capacity that has been found."""
_NOT_VARIED = ("non_union", "factors", "cohort", "failure", "union", "disuse", "ends", "density")
"""Tables of chances, of patients' known factors, of criteria by definition, and of units."""
_ROWS_NOT_VARIED = (
    "damage.recovery",
    "damage.peak_crush_tested",
    "creep.upright_hours",
    "perfusion.strain.unhindered",
    "perfusion.strain.torn",
)
"""Constants that change no number of a run whose healing reads no strain, or stand for what the scenario says."""
_OF_CLEFT = ("perfusion.cleft", "tissue.strain.fibrous", "tissue.strain.cartilage")
"""Constants that a cleft alone reads."""
_WIDE = 3.0


@dataclass(frozen=True)
class Uncertain:
    """Something uncertain.

    Attributes
    ----------
    name : str
        Table and name of a constant; `density`, `pace` or `vessels`.
    unit : str
    low, middle, high : float
        Ends and mode of a triangle; 10 %, median and 90 % of a log-normal distribution.
    spread : float
        Standard deviation of the logarithm; 0 for a triangle.
    """

    name: str
    unit: str
    low: float
    middle: float
    high: float
    spread: float = 0.0

    @classmethod
    def triangle(cls, constant: Row) -> "Uncertain":
        """A constant between the ends of its range."""
        assert constant.limits is not None  # chosen by them
        assert constant.value is not None  # of a constant with limits
        low, high = constant.limits
        return cls(f"{constant.table}.{constant.name}", constant.unit, low, constant.value, high)

    @classmethod
    def log_normal(cls, name: str, spread: float) -> "Uncertain":
        """A factor with median 1."""
        ends = np.exp(spread * ndtri([0.1, 0.9]))
        return cls(name, "-", float(ends[0]), 1.0, float(ends[1]), spread)

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """Values below which given shares (n,) lie."""
        found = self.variable(shares)
        return np.exp(found) if self._in_logarithm else found

    def variable(self, shares: np.ndarray) -> np.ndarray:
        """The same in the variable that is distributed as stated: the value, or its logarithm; shape (n,)."""
        if self.spread:
            return self.spread * ndtri(shares)
        ends = [self.low, self.middle, self.high]
        low, middle, high = np.log(ends) if self._in_logarithm else ends
        middle = min(max(middle, low), high)
        left = (middle - low) / (high - low)
        rising = low + np.sqrt(np.maximum(shares * (high - low) * (middle - low), 0))
        falling = high - np.sqrt(np.maximum((1 - shares) * (high - low) * (high - middle), 0))
        return np.where(shares < left, rising, falling)

    @property
    def _in_logarithm(self) -> bool:
        return self.spread > 0 or (self.low > 0 and self.high > _WIDE * self.low)


def uncertain_inputs(scenario: Scenario) -> list[Uncertain]:
    """All that is uncertain about a run of a scenario."""
    bone = scenario.bone
    strength = strength_law_for(bone.law) if bone.strength_law is None else bone.strength_law
    patients = [(PACE, value("cohort", "tempo")), (VESSELS, value("cohort", "vessel_time"))]
    laws = [
        (DENSITY, value("uncertain", "density")),
        (f"bone.modulus.{bone.law}", value("uncertain", "modulus")),
        (f"bone.strength.{strength}", value("uncertain", "strength")),
    ]
    after = [SHARE, FACTOR] if scenario.capacity.rule == "surface" else []
    open_cleft = scenario.fracture is not None and scenario.fracture.cleft_mm is not None
    unread = _ROWS_NOT_VARIED if open_cleft else (*_ROWS_NOT_VARIED, *_OF_CLEFT)
    constants = [
        Uncertain.triangle(each)
        for each in rows_behind_run(scenario)
        if each.limits is not None
        and each.value is not None
        and each.table not in _NOT_VARIED
        and f"{each.table}.{each.name}" not in unread
        and not (each.table == "creep" and not scenario.collapses)
    ]
    return [
        *(Uncertain.log_normal(name, spread) for name, spread in (*patients, *laws)),
        *constants,
        *(Uncertain.triangle(row("failure", name.removeprefix("failure."))) for name in after),
    ]


def constants_of(sample: Mapping[str, float]) -> dict[str, float]:
    """What a sample changes in the tables of constants."""
    return {
        name: number for name, number in sample.items() if name not in (DENSITY, PACE, VESSELS, SHARE, FACTOR)
    }
