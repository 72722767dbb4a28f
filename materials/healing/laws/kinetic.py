"""The kinetic healing law: tissues turn into each other at given rates, bone where vessels reach."""

from dataclasses import dataclass, field, fields, replace
from typing import ClassVar

import numpy as np

from ...table import value
from ...tissue import TissueState
from ..processes.inflammation import Inflammation
from .cascade import PerfusionHistory, Rates, advance_tissue
from .law import DailyLoad


@dataclass(frozen=True)
class Durations:
    """Mean time that each tissue lasts before it turns into the next; from `kinetic.toml` unless given.

    Haematoma has its own clock (`inflammation.Inflammation`).

    Attributes
    ----------
    granulation, fibrous, cartilage : float [d]
        Fibrous tissue and cartilage at full perfusion where they turn into bone.
    mineralisation : float [d]
        Woven bone, from its forming to maturity.
    remodelling : float [d]
        Mature woven bone.
    """

    granulation: float = field(default_factory=lambda: value("kinetic", "duration.granulation"))
    fibrous: float = field(default_factory=lambda: value("kinetic", "duration.fibrous"))
    cartilage: float = field(default_factory=lambda: value("kinetic", "duration.cartilage"))
    mineralisation: float = field(default_factory=lambda: value("kinetic", "duration.mineralisation"))
    remodelling: float = field(default_factory=lambda: value("kinetic", "duration.remodelling"))

    def __post_init__(self):
        """Refuse durations that are not positive."""
        for each in fields(self):
            if not 0 < getattr(self, each.name) < np.inf:
                message = f"{each.name} lasts {getattr(self, each.name):g} days, expected a positive number of days."
                raise ValueError(message)


@dataclass(frozen=True, eq=False)
class KineticLaw:
    """Haematoma, granulation, fibrous tissue, then woven bone directly or through cartilage, then remodelled bone.

    Of the fibrous tissue the share s turns into cartilage and 1 - s into woven bone, both at the rate 1 / T:
    k_fc = s / T, k_fb = (1 - s) / T. Literature is divided: bone in vertebrae and metaphyses was seen to form
    directly (Aspenberg & Sandberg 2013, Chen 2015), models of vertebrae are mostly endochondral (Boccaccio 2011).
    Both ways need vessels; where they are late, cartilage stays. Stages overlap because every step is a rate.

    Attributes
    ----------
    endochondral_share : float [-]
        s, from 0 (all bone direct) to 1.
    perfusion : PerfusionHistory, optional
        Perfusion of every element; without one all are fully perfused.
    inflammation : Inflammation
        Clock of the first step, with the drugs that slow it; on its pace every step is taken.
    durations : Durations
    time_ratio : float [-]
        How many times longer every step, inflammation included, lasts in this patient.
    bone_share : float [-]
        Share of the rate at which fibrous tissue becomes cartilage or bone: 0 in a fracture that never unites.
    """

    endochondral_share: float = field(default_factory=lambda: value("kinetic", "endochondral_share"))
    perfusion: PerfusionHistory | None = None
    inflammation: Inflammation = field(default_factory=Inflammation)
    durations: Durations = field(default_factory=Durations)
    time_ratio: float = 1.0
    bone_share: float = 1.0

    needs_strain: ClassVar[bool] = False
    longest_step: ClassVar[float] = float("inf")

    def __post_init__(self):
        """Refuse a share or a pace that is none."""
        if not 0 <= self.endochondral_share <= 1:
            message = f"endochondral_share is {self.endochondral_share:g}, expected 0 to 1."
            raise ValueError(message)
        if not 0 <= self.bone_share <= 1:
            message = f"bone_share is {self.bone_share:g}, expected 0 to 1."
            raise ValueError(message)
        if not 0 < self.time_ratio < np.inf:
            message = (
                f"time_ratio is {self.time_ratio:g}, expected a positive factor: 1 without risk factors."
            )
            raise ValueError(message)

    @property
    def clock(self) -> Inflammation:
        """Inflammation at the pace of this patient."""
        return self.inflammation.slowed(self.time_ratio)

    def rates(self) -> Rates:
        """Rates of the cascade in this patient."""
        s, last = self.endochondral_share, self.durations
        pace = 1 / self.time_ratio
        return Rates(
            haematoma_to_granulation=pace / self.inflammation.duration,
            granulation_to_fibrous=pace / last.granulation,
            fibrous_to_woven=self.bone_share * pace * (1 - s) / last.fibrous,
            fibrous_to_cartilage=self.bone_share * pace * s / last.fibrous,
            cartilage_to_woven=pace / last.cartilage,
            mineralisation=pace / last.mineralisation,
            woven_to_remodelled=pace / last.remodelling,
        )

    def advance(self, state: TissueState, days: float, load: DailyLoad | None = None) -> TissueState:
        """State after some more days; see `healing.HealingLaw`. Load plays no part."""
        return self.carry(state, days, self.rates())

    def carry(self, state: TissueState, days: float, rates: Rates) -> TissueState:
        """Integrate with given rates, on the pace of the patient.

        Parameters
        ----------
        state : TissueState
        days : float [d]
        rates : Rates
            Per day of healing time.
        """
        pace, vessels = self.inflammation.pace, self.perfusion
        if not pace.windows:
            return advance_tissue(state, days, rates, inflammation=self.clock, perfusion=vessels)
        if vessels is not None:
            vessels = PerfusionHistory(pace.passed(vessels.days), vessels.values)
        start, end = (float(pace.passed(day)) for day in (state.day, state.day + days))
        healed = advance_tissue(
            replace(state, day=start),
            end - start,
            rates,
            inflammation=self.clock.on_its_pace(),
            perfusion=vessels,
        )
        return replace(healed, day=state.day + days)
