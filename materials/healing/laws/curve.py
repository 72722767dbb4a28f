"""Healing laws given as points in time, for people who bring their own data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from ...tissue import SHARES, TissueState, joined
from ..processes.pace import Pace
from .law import DailyLoad

_NAMES = (*SHARES[:4], "woven_immature", *SHARES[4:])


@dataclass(frozen=True, eq=False)
class CurveLaw:
    """Shares of the territory, linear between given days and constant outside of them, alike in all elements.

    Attributes
    ----------
    days : ndarray, shape (k,) [d]
        Increasing, first at least 0.
    shares : ndarray, shape (6, k) [-]
        In the order of `tissue.SHARES`; every column sums to one.
    mineralisation : ndarray, shape (k,) [-]
        Of the woven bone; its product with the woven share is linear between days.
    time_ratio : float [-]
        How many times longer healing lasts in this patient than the points say.
    pace : Pace
        Days on which healing goes faster or slower than that.
    """

    days: np.ndarray
    shares: np.ndarray
    mineralisation: np.ndarray
    time_ratio: float = 1.0
    pace: Pace = field(default_factory=Pace)

    needs_strain: ClassVar[bool] = False
    longest_step: ClassVar[float] = float("inf")

    def __post_init__(self):
        """Refuse curves that are no partition of the territory."""
        _check_clock(self.days, self.time_ratio)
        if self.shares.shape != (len(SHARES), len(self.days)):
            message = f"the curve has shape {self.shares.shape}, expected {(len(SHARES), len(self.days))}."
            raise ValueError(message)
        if np.any(self.shares < 0):
            message = f"the curve holds the share {np.min(self.shares):g}, expected shares from 0 to 1."
            raise ValueError(message)
        total = self.shares.sum(axis=0)
        worst = int(np.argmax(np.abs(total - 1)))
        if abs(total[worst] - 1) > 1e-6:
            message = (
                f"the tissue shares of day {self.days[worst]:g} sum to {total[worst]:g}, expected 1: "
                f"give every tissue of the zone, of {', '.join(_NAMES)}; one that is not named counts as 0."
            )
            raise ValueError(message)

    @classmethod
    def from_points(
        cls,
        days: Sequence[float],
        shares: Mapping[str, Sequence[float]],
        time_ratio: float = 1.0,
        pace: Pace | None = None,
    ) -> Self:
        """Build from a table of named tissues, as a scenario file holds it.

        Parameters
        ----------
        days : sequence of k float [d]
        shares : mapping of str to sequence of k float [-]
            Any of `tissue.SHARES`, where `woven` is fully mineralised, and `woven_immature`, woven bone as it
            forms.
        """
        unknown = [name for name in shares if name not in _NAMES]
        if unknown:
            message = (
                f"tissue {unknown[0]!r} is not known: expected any of {', '.join(_NAMES)}. Rename the key."
            )
            raise ValueError(message)
        for name, values in shares.items():
            if len(values) != len(days):
                message = f"tissue {name!r} has {len(values)} points, expected {len(days)}, one for each day."
                raise ValueError(message)
        given = {name: np.array(shares.get(name, [0.0] * len(days)), dtype=float) for name in _NAMES}
        woven, mineralisation = joined(given.pop("woven_immature"), given["woven"])
        table = np.array(list((given | {"woven": woven}).values()))
        return cls(np.array(days, dtype=float), table, mineralisation, time_ratio, pace or Pace())

    def advance(self, state: TissueState, days: float, load: DailyLoad | None = None) -> TissueState:
        """State after some more days; see `healing.HealingLaw`. Only the day of the given state counts."""
        _check_step(days)
        day = state.day + days
        woven = SHARES.index("woven")
        table = np.vstack([self.shares, self.mineralisation * self.shares[woven]])
        at = np.array(
            [np.interp(self.pace.passed(day) / self.time_ratio, self.days, points) for points in table]
        )
        mineralisation = at[-1] / at[woven] if at[woven] > 0 else self.mineralisation[:1]
        shares = at[: len(SHARES), None]
        return state.healed_to(day, shares / shares.sum(), mineralisation)


@dataclass(frozen=True, eq=False)
class ModulusCurveLaw:
    """Young's modulus of the zone, linear between given days and constant outside of them.

    The modulus stands for a mineral maturity M of the territory, alike in all elements. The tissue that it
    implies is granulation tissue, 1 - M, and fully mineralised woven bone, M: a curve of moduli says nothing
    about fibrous tissue, cartilage or remodelling, and the shares of such a run are not a result.

    Attributes
    ----------
    days : ndarray, shape (k,) [d]
        Increasing, first at least 0.
    young : ndarray, shape (k,) [MPa]
        Within `response`.
    maturity : ndarray, shape (j,) [-]
        Increasing from 0.
    response : ndarray, shape (j,) [MPa]
        Modulus of the zone at each maturity, increasing; computed with the mixture it holds caps and compaction
        (end it where the zone gains no more).
    time_ratio : float [-]
        How many times longer healing lasts in this patient than the points say.
    pace : Pace
        Days on which healing goes faster or slower than that.
    """

    days: np.ndarray
    young: np.ndarray
    maturity: np.ndarray
    response: np.ndarray
    time_ratio: float = 1.0
    pace: Pace = field(default_factory=Pace)

    needs_strain: ClassVar[bool] = False
    longest_step: ClassVar[float] = float("inf")

    def __post_init__(self):
        """Refuse moduli that no maturity of this zone has."""
        _check_clock(self.days, self.time_ratio)
        if self.young.shape != self.days.shape:
            message = f"the curve has {len(self.young)} moduli, expected {len(self.days)}, one for each day."
            raise ValueError(message)
        fresh, healed = self.response[0], self.response[-1]
        if np.any(np.diff(self.maturity) <= 0) or np.any(np.diff(self.response) <= 0):
            message = (
                f"the zone has {fresh:g} MPa fresh and {healed:g} MPa healed, expected a modulus that rises with "
                "maturity. Is there a fracture to heal?"
            )
            raise ValueError(message)
        outside = ~((self.young >= fresh) & (self.young <= healed))
        if np.any(outside):
            first = int(np.argmax(outside))
            message = (
                f"the modulus of day {self.days[first]:g} is {self.young[first]:g} MPa, expected {fresh:g} "
                f"(fresh) to {healed:g} MPa (healed): give the modulus of the zone, not that of the tissue in it, "
                "or change density or crush."
            )
            raise ValueError(message)

    @classmethod
    def from_points(
        cls,
        days: Sequence[float],
        young_MPa: Sequence[float],
        *,
        fresh_MPa: float,
        healed_MPa: float,
        time_ratio: float = 1.0,
    ) -> Self:
        """Build for a zone of which only the fresh and the healed modulus are known.

        E = fresh + (healed - fresh) M^2, the mixture without its caps (`mixture.recover`).

        Parameters
        ----------
        days : sequence of k float [d]
        young_MPa : sequence of k float [MPa]
        fresh_MPa, healed_MPa : float [MPa]
        """
        maturity = np.linspace(0, 1, 1001)
        return cls(
            np.array(days, dtype=float),
            np.array(young_MPa, dtype=float),
            maturity,
            fresh_MPa + (healed_MPa - fresh_MPa) * maturity**2,
            time_ratio,
        )

    def advance(self, state: TissueState, days: float, load: DailyLoad | None = None) -> TissueState:
        """State after some more days; see `healing.HealingLaw`. Only the day of the given state counts."""
        _check_step(days)
        day = state.day + days
        young = np.interp(self.pace.passed(day) / self.time_ratio, self.days, self.young)
        maturity = float(np.interp(young, self.response, self.maturity))
        shares = np.zeros((len(SHARES), 1))
        shares[SHARES.index("granulation")] = 1 - maturity
        shares[SHARES.index("woven")] = maturity
        return state.healed_to(day, shares, np.ones(1))


def _check_clock(days, time_ratio):
    if len(days) == 0 or days[0] < 0 or np.any(np.diff(days) <= 0):
        message = f"the days of the curve are {list(days)}, expected increasing days from 0 on."
        raise ValueError(message)
    if not time_ratio > 0:
        message = f"time_ratio is {time_ratio:g}, expected a positive factor: 1 for the curve as given."
        raise ValueError(message)


def _check_step(days):
    if not days >= 0:
        message = f"a healing step lasts {days:g} days, expected at least 0: days must increase."
        raise ValueError(message)
