"""The curve healing law: tissue shares given as points in time, for people who bring their own data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .tissue import SHARES, TissueState


@dataclass(frozen=True, eq=False)
class CurveLaw:
    """Shares of the territory, linear between given days and constant outside of them, alike in all elements.

    Attributes
    ----------
    days : ndarray, shape (k,) [d]
        Increasing, first at least 0.
    shares : ndarray, shape (7, k) [-]
        In the order of `tissue.SHARES`; every column sums to one.
    time_ratio : float [-]
        How many times longer healing lasts in this patient than the points say.
    """

    days: np.ndarray
    shares: np.ndarray
    time_ratio: float = 1.0

    needs_strain: ClassVar[bool] = False
    longest_step: ClassVar[float] = float("inf")

    def __post_init__(self):
        """Refuse curves that are no partition of the territory."""
        if len(self.days) == 0 or self.days[0] < 0 or np.any(np.diff(self.days) <= 0):
            message = f"the days of the curve are {list(self.days)}, expected increasing days from 0 on."
            raise ValueError(message)
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
                f"give every tissue of the zone, of {', '.join(SHARES)}; one that is not named counts as 0."
            )
            raise ValueError(message)
        if not self.time_ratio > 0:
            message = (
                f"time_ratio is {self.time_ratio:g}, expected a positive factor: 1 for the curve as given."
            )
            raise ValueError(message)

    @classmethod
    def from_points(
        cls, days: Sequence[float], shares: Mapping[str, Sequence[float]], time_ratio: float = 1.0
    ) -> "CurveLaw":
        """Build from a table of named tissues, as a scenario file holds it.

        Parameters
        ----------
        days : sequence of k float [d]
        shares : mapping of str to sequence of k float [-]
            Any of `tissue.SHARES`; `woven` is short for `woven_mature`.
        """
        named = {"woven_mature" if name == "woven" else name: values for name, values in shares.items()}
        unknown = [name for name in named if name not in SHARES]
        if unknown:
            message = (
                f"tissue {unknown[0]!r} is not known: expected any of {', '.join(SHARES)}. Rename the key."
            )
            raise ValueError(message)
        for name, values in named.items():
            if len(values) != len(days):
                message = f"tissue {name!r} has {len(values)} points, expected {len(days)}, one for each day."
                raise ValueError(message)
        table = np.array([named.get(name, [0.0] * len(days)) for name in SHARES], dtype=float)
        return cls(np.array(days, dtype=float), table, time_ratio)

    def advance(self, state: TissueState, days: float, strain: np.ndarray | None = None) -> TissueState:
        """State after some more days; see `healing.HealingLaw`. Only the day of the given state counts."""
        if not days >= 0:
            message = f"a healing step lasts {days:g} days, expected at least 0: days must increase."
            raise ValueError(message)
        day = state.day + days
        at = [np.interp(day / self.time_ratio, self.days, points) for points in self.shares]
        shares = np.array(at)[:, None]
        return state.healed_to(day, shares / shares.sum())
