"""Inflammation: a phase with its own clock, and what drugs do to it."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from ...table import value
from ...tissue import TissueState
from .pace import Pace


@dataclass(frozen=True)
class DrugWindow:
    """Days on which a drug slows inflammation, or hastens it.

    Attributes
    ----------
    drug : str
    start, end : float [d]
        Since the fracture.
    ratio : float [-]
        How many times slower inflammation resolves while the drug is taken.
    """

    drug: str
    start: float
    end: float
    ratio: float

    def __post_init__(self):
        """Refuse windows that end before they start and ratios that are not positive."""
        if not 0 < self.ratio < np.inf:
            message = f"{self.drug} has the ratio {self.ratio:g}, expected a positive number."
            raise ValueError(message)
        if not 0 <= self.start < self.end < np.inf:
            message = f"{self.drug} is taken from day {self.start:g} to {self.end:g}, expected increasing days from 0."
            raise ValueError(message)


@dataclass(frozen=True)
class Inflammation:
    """Clock of the step from haematoma to granulation tissue.

    dh/dt = -a(t) h / T,   a(t) = (1 - exp(-t / tau)) / r(t)

    Cells are recruited over tau and turn haematoma into granulation tissue in T on average; r is the ratio of
    the patient times that of the drug taken on the day (of several the slowest: no interactions are known).

    Attributes
    ----------
    duration : float [d]
        T.
    recruitment : float [d]
        tau; 0 if all cells are there at once.
    ratio : float [-]
        How many times longer this patient's inflammation lasts, beside what slows every step of healing.
    windows : tuple of DrugWindow
    pace : Pace
        Days on which all of healing goes faster or slower, inflammation included: t is the time that has passed on it.
    """

    duration: float = field(default_factory=lambda: value("inflammation", "duration"))
    recruitment: float = field(default_factory=lambda: value("inflammation", "recruitment"))
    ratio: float = 1.0
    windows: tuple[DrugWindow, ...] = ()
    pace: Pace = field(default_factory=Pace)

    def __post_init__(self):
        """Refuse times and ratios that are not positive."""
        for name in ("duration", "recruitment", "ratio"):
            given = getattr(self, name)
            if not 0 <= given < np.inf or (given == 0 and name != "recruitment"):
                message = f"{name} of inflammation is {given:g}, expected a positive number."
                raise ValueError(message)

    def slowed(self, time_ratio: float) -> Self:
        """Clock of a patient in whom everything lasts `time_ratio` times longer; drug windows stay."""
        return replace(self, duration=time_ratio * self.duration, recruitment=time_ratio * self.recruitment)

    def on_its_pace(self) -> Self:
        """Same clock in the time that has passed for the tissue: windows of drugs moved, no pace left."""
        if not self.pace.windows:
            return self
        moved = tuple(
            replace(drug, start=float(self.pace.passed(drug.start)), end=float(self.pace.passed(drug.end)))
            for drug in self.windows
        )
        return replace(self, windows=moved, pace=Pace())

    def edges(self) -> np.ndarray:
        """Days on which a drug starts or ends; ndarray, shape (e,) [d]."""
        return np.unique([day for window in self.windows for day in (window.start, window.end)])

    def speed(self, day) -> np.ndarray:
        """Speed 1 / r on days that are no edge; ndarray of the shape of `day` [-]."""
        day = np.asarray(day, dtype=float)
        slowest = np.zeros_like(day)
        for window in self.windows:
            taken = (window.start < day) & (day < window.end)
            slowest = np.where(taken, np.maximum(slowest, window.ratio), slowest)
        return 1 / (self.ratio * np.where(slowest > 0, slowest, 1.0))

    def recruited(self, day) -> np.ndarray:
        """Share 1 - exp(-t / tau) of the inflammatory cells that has arrived; shape of `day` [-]."""
        passed = self.pace.passed(np.asarray(day, dtype=float))
        return -np.expm1(-passed / self.recruitment) if self.recruitment > 0 else np.ones_like(passed)

    def haematoma(self, day: float) -> float:
        """Share of the territory that is still haematoma on a day, as the clock alone has it [-]."""
        edges = self.edges()
        knots = np.unique([0.0, *edges[(edges > 0) & (edges < day)], day])
        if len(knots) == 1:
            return 1.0
        done = self.pace.passed(knots) - self.recruitment * self.recruited(
            knots
        )  # integral of 1 - exp(-t / tau)
        return float(np.exp(-np.diff(done) @ self.speed(0.5 * (knots[1:] + knots[:-1])) / self.duration))

    def inflamed(self, day: float) -> float:
        """Share of the territory under acute inflammation: haematoma that cells have reached [-]."""
        return float(self.haematoma(day) * self.recruited(day))

    def peak_day(self) -> float:
        """Day on which most of the territory is inflamed [d]."""
        if self.recruitment == 0:
            return 0.0
        last = self._without_haematoma()
        coarse = np.linspace(0, last, 400)
        best = coarse[int(np.argmax([self.inflamed(day) for day in coarse]))]
        step = coarse[1]
        found: Any = minimize_scalar(  # its type is not declared
            lambda day: -self.inflamed(day), bounds=(max(best - step, 0), best + step), method="bounded"
        )
        return float(found.x)

    def resolved_day(self, share: float | None = None) -> float:
        """Day from which acute inflammation holds less than a share of the territory.

        Parameters
        ----------
        share : float, optional [-]
            Instead of the stored 0.1.

        Returns
        -------
        float [d]
            0 when it never holds as much.
        """
        share = value("inflammation", "resolved") if share is None else share
        peak = self.peak_day()
        if self.inflamed(peak) <= share:
            return 0.0
        found = brentq(
            lambda day: self.inflamed(day) - share, peak, self._without_haematoma(), full_output=True
        )
        return found[1].root

    def _without_haematoma(self):
        """A day by which less than a billionth is haematoma, at the slowest speed."""
        slowest = max((1.0, *(window.ratio for window in self.windows))) * self.ratio
        return float(self.pace.day_of(21 * self.duration * slowest + self.recruitment))


def inflamed_share(state: TissueState, inflammation: Inflammation) -> np.ndarray:
    """Share of the territory of repair under acute inflammation; ndarray, shape (m,) [-].

    Parameters
    ----------
    state : TissueState
    inflammation : Inflammation
        Clock with which the state has healed, `KineticLaw.clock` for example.
    """
    return state.share("haematoma") * inflammation.recruited(state.day)
