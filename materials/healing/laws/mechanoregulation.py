"""The mechano-regulated healing law: the cascade of tissues with rates set by the local strain of every day."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np

from ...table import value
from ...tissue import TissueState
from .cascade import PerfusionHistory, Rates
from .claes_heigele import claes_heigele, tissue_pressure
from .differentiation import Differentiation
from .fuzzy import fuzzy
from .kinetic import KineticLaw
from .law import DailyLoad
from .prendergast import prendergast

RULES = ("claes_heigele", "prendergast", "fuzzy")

_JUDGED = ("intramembranous", "chondrogenesis", "ossification", "mineralisation", "rupture", "resorption")
"""Processes whose change ends a step; maturation decides between two kinds of bone that are equally stiff."""


@dataclass(frozen=True, eq=False)
class Step:
    """What one step under one daily load has come to.

    Attributes
    ----------
    state : TissueState
        At its end.
    days : float [d]
        Its length.
    change : float [-]
        Mean change of stiffness over the step, what `stiffening` gives.
    differentiation : Differentiation
        What the load allowed at its start.
    """

    state: TissueState
    days: float
    change: float
    differentiation: Differentiation


@dataclass(frozen=True, eq=False)
class MechanoregulationLaw:
    """The cascade of `cascade.Rates`, each rate multiplied by what the strain of the daily load allows.

    Same state, same tissues and same rates as the kinetic law; where strain is small everything is allowed and
    both laws agree. With the permissions d direct bone, c cartilage, o ossification, i mineralisation,
    l maturation, b rupture and r resorption of `differentiation.Differentiation`:

    fibrous to woven        k_fw d
    fibrous to cartilage    (k_fc + k_fw (1 - d)) c        what may not become bone at once tries cartilage
    cartilage to woven      k_cw o
    mineralisation          k_im i
    woven to remodelled     k_mr l
    woven, cartilage to fibrous    b / T_rupture
    woven to granulation           r / T_resorption

    The strain is that at the start of a step. It falls as tissue stiffens, so steps must be short where
    stiffness changes fast: `step` chooses their length.

    Attributes
    ----------
    kinetics : KineticLaw
        Of tissue that nothing hinders: durations, endochondral share, inflammation, perfusion, pace of the patient.
    rule : str
        Of `RULES`.
    """

    kinetics: KineticLaw = field(default_factory=KineticLaw)
    rule: str = "prendergast"

    needs_strain: ClassVar[bool] = True

    def __post_init__(self):
        """Refuse an unknown rule."""
        if self.rule not in RULES:
            message = f"rule {self.rule!r} is not known: expected any of {', '.join(RULES)}. Choose one."
            raise ValueError(message)

    def with_perfusion(self, perfusion: PerfusionHistory) -> Self:
        """Same law with vessels as they have grown, slowed by strain, by then."""
        return replace(self, kinetics=replace(self.kinetics, perfusion=perfusion))

    @property
    def longest_step(self) -> float:
        """Days that one step may last at most."""
        return value("mechanoregulation", "step.longest")

    def differentiate(
        self, state: TissueState, load: DailyLoad, perfusion: np.ndarray | float = 1.0
    ) -> Differentiation:
        """What the daily load allows in each element.

        Parameters
        ----------
        state : TissueState
        load : DailyLoad
        perfusion : ndarray, shape (m,), or float [-]
            Read by the fuzzy rules only, which close bone below a perfusion where the gate of the cascade, common to
            all laws, would leave a little.
        """
        if self.rule == "claes_heigele":
            return claes_heigele(load.strain, tissue_pressure(load.strain, state))
        if self.rule == "prendergast":
            return prendergast(load.strain)
        mineral = state.share("woven") + state.share("remodelled")
        spread = np.broadcast_to(np.asarray(perfusion, dtype=float), mineral.shape)
        return fuzzy(load.strain, state.share("cartilage"), mineral, spread)

    def regulated(self, allowed: Differentiation) -> Rates:
        """Rates of tissue that is hindered as given."""
        base = self.kinetics.rates()
        direct = base.fibrous_to_woven * allowed.intramembranous
        rupture = allowed.rupture / value("mechanoregulation", "duration.rupture")
        return replace(
            base,
            fibrous_to_woven=direct,
            fibrous_to_cartilage=(base.fibrous_to_cartilage + base.fibrous_to_woven - direct)
            * allowed.chondrogenesis,
            cartilage_to_woven=base.cartilage_to_woven * allowed.ossification,
            mineralisation=base.mineralisation * allowed.mineralisation,
            woven_to_remodelled=base.woven_to_remodelled * allowed.maturation,
            woven_to_fibrous=rupture,
            cartilage_to_fibrous=rupture,
            woven_to_granulation=allowed.resorption / value("mechanoregulation", "duration.resorption"),
        )

    def advance(self, state: TissueState, days: float, load: DailyLoad | None = None) -> TissueState:
        """State after some days under the strain of their start; see `healing.HealingLaw`."""
        return self._advance(state, days, self._allowed(state, load))

    def step(
        self,
        state: TissueState,
        load: DailyLoad,
        at_most_days: float,
        weights: np.ndarray | None = None,
    ) -> Step:
        """Advance as far as the strain of the start can be trusted.

        The step ends when the fracture has stiffened by the stored limit, or when what is allowed would change
        by its limit, between the shortest and the longest step. Pieces of growing length are tried; the last is cut
        in proportion, which meets the limit to about a tenth.

        Parameters
        ----------
        state : TissueState
        load : DailyLoad
            Solved for this state.
        at_most_days : float [d]
            To the next day that is asked for.
        weights : ndarray, shape (m,), optional
            Volume of the territory of repair in each element; without it all elements have the same volume.

        Returns
        -------
        Step
        """
        allowed = self._allowed(state, load)
        weights = state.repair if weights is None else weights
        most = min(at_most_days, self.longest_step)
        shortest, of_age, growth = (
            value("mechanoregulation", f"step.{name}") for name in ("shortest", "shortest_of_age", "growth")
        )
        piece = max(shortest, of_age * state.day)
        stiffness = relative_stiffness(state)
        now, days, used = state, 0.0, 0.0
        while days < most:
            piece = min(piece, most - days)
            ahead = self._advance(now, piece, allowed)
            reached = self._used(stiffness, ahead, load, allowed, weights)
            if reached > 1 and days > 0:
                piece *= (1 - used) / (reached - used)
                now, days = self._advance(now, piece, allowed), days + piece
                break
            now, days, used = ahead, days + piece, reached
            if used > 1:
                break
            piece *= growth
        return Step(now, days, stiffening(state, now, weights), allowed)

    def _used(self, stiffness, ahead, load, allowed, weights) -> float:
        """Share of what a step may change that a stretch has used up: 1 ends the step.

        The larger of the stiffening over its limit, and of the mean change of what is allowed over its own. The
        strain at the end is foreseen as if the stress stayed: it falls as the element stiffens.
        """
        eased = stiffness / relative_stiffness(ahead)
        foreseen = self._allowed(
            ahead, DailyLoad(load.strain * eased[:, None], load.energy_density * eased, load.young / eased)
        )
        moved = np.zeros_like(eased)
        for (name, before), (_, after) in zip(allowed.items(), foreseen.items(), strict=True):
            if name in _JUDGED:
                moved = np.maximum(moved, np.abs(after - before))
        limits = [value("mechanoregulation", f"step.{name}") for name in ("change", "allowed")]
        return max(_mean(np.abs(np.log(eased)), weights) / limits[0], _mean(moved, weights) / limits[1])

    def _allowed(self, state: TissueState, load: DailyLoad | None) -> Differentiation:
        if load is None:
            message = (
                "the mechano-regulated law has no daily load, expected one: solve the state and pass load=."
            )
            raise ValueError(message)
        vessels = self.kinetics.perfusion
        return self.differentiate(state, load, 1.0 if vessels is None else vessels.on_day(state.day))

    def _advance(self, state: TissueState, days: float, allowed: Differentiation) -> TissueState:
        return self.kinetics.carry(state, days, self.regulated(allowed))


def relative_stiffness(state: TissueState) -> np.ndarray:
    """Young's modulus of each element over that of healed bone, near enough to judge the length of a step.

    crushed bone   1 - g D (1 - phi^2) + g E_soft / E_host
    cleft          phi^2 + E_soft / E_host

    each carried to 1 by its remodelled share, as the mixing rules have it, with one modulus of host bone.

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    healed, remodelled = state.maturity**2, state.share("remodelled")
    soft = state.soft_young() / value("mechanoregulation", "step.host_young")
    g, loss = state.territory, value("damage", "modulus_loss")
    crushed = 1 - g * loss * (1 - healed) + g * soft
    crushed += g * remodelled * (1 - crushed)
    cleft = healed + soft
    cleft += remodelled * (1 - cleft)
    return (1 - state.gap) * crushed + state.gap * cleft


def stiffening(before: TissueState, after: TissueState, weights) -> float:
    """Mean relative change of stiffness between two states, mean |ln(E_after / E_before)|.

    Parameters
    ----------
    before, after : TissueState
    weights : ndarray, shape (m,)

    Returns
    -------
    float [-]
        0 where nothing is to be repaired.
    """
    return _mean(np.abs(np.log(relative_stiffness(after) / relative_stiffness(before))), weights)


def _mean(values, weights) -> float:
    """Weighted mean; 0 without weights."""
    total = np.sum(weights)
    return float((weights * values).sum() / total) if total > 0 else 0.0
