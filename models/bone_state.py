"""The state of bone at one time: tissue, vessels, modulus and strength."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from vertebra.materials.mixture import MixedProperties
from vertebra.materials.tissue import TissueState

from .bridging import Bridging
from .fractured_bone import FracturedBone


@dataclass(frozen=True, eq=False)
class BoneState:
    """Properties of all cells at one time, and the tissue behind them.

    Attributes
    ----------
    properties : MixedProperties
        Of all m cells.
    tissue : TissueState or None
        Of the bone cells; None for the intact vertebra.
    perfusion : ndarray, shape (b,), or None [-]
        Of the bone cells; None for the intact vertebra.
    inflammation : ndarray, shape (b,), or None [-]
        Share of the territory of repair that is acutely inflamed; None for the intact vertebra.
    bridging : Bridging
    healing_times : (float, float, float) [d]
        t50, t80 and t95 of a fracture without cement, under a law that is known in advance; otherwise NaN.
    verdict : mapping
        Union or not, with the reason, under a law that follows strain; otherwise empty.
    """

    properties: MixedProperties
    tissue: TissueState | None
    perfusion: np.ndarray | None
    inflammation: np.ndarray | None
    bridging: Bridging
    healing_times: tuple[float, ...] = (float("nan"),) * 3
    verdict: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def intact(cls, bone: FracturedBone) -> Self:
        """Before the fracture."""
        return cls(bone.intact(), None, None, None, Bridging())
