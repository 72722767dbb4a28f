"""The kinetic healing law: a chain of tissues, each turning into the next at its own rate."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from scipy.linalg import expm

from .healing import DailyLoad
from .table import value
from .tissue import TissueState, compartments, joined


def _stored_durations() -> tuple[float, ...]:
    soft = value("kinetic", "step.soft")
    return (
        soft,
        soft,
        soft,
        soft,
        value("kinetic", "step.mineralisation"),
        value("kinetic", "step.remodelling"),
    )


@dataclass(frozen=True)
class KineticLaw:
    """Linear chain haematoma, granulation, fibrous, cartilage, woven (immature, mature), remodelled.

    dx_i/dt = x_(i-1) / T_(i-1) - x_i / T_i

    The same in every element. Exact in time: x(t + dt) = exp(A dt) x(t). Stages overlap because every step is
    a rate; with four equal steps the time to bone is Erlang distributed.

    Attributes
    ----------
    durations : tuple of 6 float [d]
        Mean time T that each tissue lasts, haematoma, granulation, fibrous, cartilage, immature and mature woven bone.
    time_ratio : float [-]
        How many times longer every step lasts in this patient.
    """

    durations: tuple[float, ...] = field(default_factory=_stored_durations)
    time_ratio: float = 1.0

    needs_strain: ClassVar[bool] = False
    longest_step: ClassVar[float] = float("inf")

    def __post_init__(self):
        """Refuse durations that are not positive."""
        if len(self.durations) != 6 or not all(duration > 0 for duration in self.durations):
            message = f"durations are {self.durations}, expected 6 positive numbers of days."
            raise ValueError(message)
        if not self.time_ratio > 0:
            message = (
                f"time_ratio is {self.time_ratio:g}, expected a positive factor: 1 without risk factors."
            )
            raise ValueError(message)

    def rate_matrix(self) -> np.ndarray:
        """Matrix A of dx/dt = A x, shape (7, 7) [1/d]; its columns sum to zero: no tissue is lost."""
        rate = 1 / (self.time_ratio * np.array(self.durations))
        matrix = np.diag(rate, k=-1)
        matrix[np.arange(len(rate)), np.arange(len(rate))] = -rate
        return matrix

    def advance(self, state: TissueState, days: float, load: DailyLoad | None = None) -> TissueState:
        """State after some more days; see `healing.HealingLaw`. Load plays no part."""
        if not days >= 0:
            message = f"a healing step lasts {days:g} days, expected at least 0: days must increase."
            raise ValueError(message)
        split = compartments(state.share("woven"), state.mineralisation)
        before = np.concatenate([state.shares[:4], split, state.shares[5:]])
        after = np.maximum(expm(self.rate_matrix() * days) @ before, 0)  # rounding below zero
        after /= after.sum(axis=0)
        woven, mineralisation = joined(after[4], after[5])
        shares = np.concatenate([after[:4], woven[None], after[6:]])
        return state.healed_to(state.day + days, shares, mineralisation)
