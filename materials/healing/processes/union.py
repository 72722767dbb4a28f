"""Whether a fracture has united, and if not, why: what hinders bone in each element and in the whole.

Union emerges from strain and perfusion, so it has a meaning under the mechano-regulated law only. It is never
combined with a probability of non-union from patient factors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np

from ...table import value
from ...tissue import TissueState
from ..laws.differentiation import Differentiation


class Hindrance(IntEnum):
    """Why an element of the repair territory is not bone yet; the first that applies from the top down."""

    NONE = 0
    """Mineralised."""
    STRAIN = 1
    """Strain or pressure forbids bone, or tears it."""
    PERFUSION = 2
    """Strain would allow bone, but there are no vessels."""
    TIME = 3
    """Nothing forbids bone; it has not formed yet."""


_SAID = {
    Hindrance.STRAIN: "strain under the daily load is too high for bone",
    Hindrance.PERFUSION: "vessels have not reached it",
    Hindrance.TIME: "bone is allowed but has not had the time to form",
}


@dataclass(frozen=True)
class Verdict:
    """Whether the fracture has united by a day, with the reason.

    Attributes
    ----------
    outcome : str
        "union"; "non-union" when time is up and something other than time hinders most of what is not bone;
        otherwise "not yet".
    reason : str
        One sentence.
    shares : mapping of Hindrance to float [-]
        Of the repair territory by volume, summing to one.
    """

    outcome: Literal["union", "non-union", "not yet"]
    reason: str
    shares: Mapping[Hindrance, float]

    @property
    def union(self) -> bool:
        """Whether the fracture has united."""
        return self.outcome == "union"


def mineralised(state: TissueState) -> np.ndarray:
    """Whether the repair tissue of each element counts as bone: its mineral maturity reaches the stored share.

    Returns
    -------
    ndarray of bool, shape (m,)
    """
    return state.maturity >= value("union", "mineralised")


def hindrance(state: TissueState, differentiation: Differentiation, perfusion) -> np.ndarray:
    """What keeps each element from being bone.

    Parameters
    ----------
    state : TissueState
    differentiation : Differentiation
        By strain alone: of perfused tissue (`MechanoregulationLaw.differentiate` with perfusion 1).
    perfusion : ndarray, shape (m,) [-]

    Returns
    -------
    ndarray of int, shape (m,)
        `Hindrance` of each element.
    """
    least = value("union", "hindered")
    forms = np.maximum(differentiation.intramembranous, differentiation.ossification)
    strained = (forms < least) | (differentiation.rupture > 1 - least)
    found = np.full(len(forms), Hindrance.TIME, dtype=np.int8)
    found[np.asarray(perfusion) < value("union", "perfused")] = Hindrance.PERFUSION
    found[strained] = Hindrance.STRAIN
    found[mineralised(state)] = Hindrance.NONE
    return found


def verdict(bridged: float, hindrances, territory, day: float) -> Verdict:
    """Judge the whole fracture.

    Parameters
    ----------
    bridged : float [-]
        Share of the broken volume on mineralised paths across the fracture.
    hindrances : ndarray of int, shape (m,)
        Of `hindrance`.
    territory : ndarray, shape (m,) [mm3]
        Volume of the territory of repair in each element, `TissueState.repair` times its volume: the weights.
    day : float [d]

    Returns
    -------
    Verdict
    """
    territory = np.asarray(territory, dtype=float)
    total = territory.sum()
    if not total > 0:
        return Verdict("union", "nothing is broken", {each: float(each == 0) for each in Hindrance})
    shares = {each: float(territory[np.asarray(hindrances) == each].sum() / total) for each in Hindrance}
    if bridged >= value("union", "bridged"):
        return Verdict("union", f"{_percent(bridged)} of the broken bone lies on paths of new bone", shares)
    worst = max(_SAID, key=lambda each: shares[each])
    if shares[worst] == 0:
        reason = f"all of it is mineralised, but only {_percent(bridged)} lies on paths across the fracture"
        return Verdict("not yet", reason, shares)
    late = day >= value("union", "final_day")
    outcome = "non-union" if late and worst is not Hindrance.TIME else "not yet"
    return Verdict(outcome, f"in {_percent(shares[worst])} of the broken bone {_SAID[worst]}", shares)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
