"""The tissues of a healing fracture and how much of each there is in every element."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from .table import value

SHARES = (
    "haematoma",
    "granulation",
    "fibrous",
    "cartilage",
    "woven_immature",
    "woven_mature",
    "remodelled",
)
"""Tissues that divide the territory of repair, in the order in which they follow each other."""

_SOFT = ("granulation", "fibrous", "cartilage")
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class TissueState:
    """Tissue of every element on one day.

    The broken part of an element is the territory of repair; its tissues are stored as shares of that
    territory and sum to one there. The rest of the element is host bone. Cement fills a part of the element
    and takes its share from all of them.

    Attributes
    ----------
    day : float [d]
        Days since the fracture, on the clock of the calendar.
    territory : ndarray, shape (m,) [-]
        Damage indicator g of the crush (`damage.damage`); does not change while bone heals.
    shares : ndarray, shape (7, m) [-]
        Shares of the territory in the order of `SHARES`.
    cement : ndarray, shape (m,) [-]
        Volume fraction of the augmented region: cement with the bone that it encloses, which does not heal.
    """

    day: float
    territory: np.ndarray
    shares: np.ndarray
    cement: np.ndarray

    def __post_init__(self):
        """Refuse fractions that do not add up."""
        for name, array in (("territory", self.territory), ("shares", self.shares), ("cement", self.cement)):
            if not np.all((array >= -_ROUNDING) & (array <= 1 + _ROUNDING)):
                message = (
                    f"{name} spans {np.min(array):g} to {np.max(array):g}, expected fractions from 0 to 1."
                )
                raise ValueError(message)
        error = np.abs(self.shares.sum(axis=0) - 1)
        if np.any(error > _ROUNDING):
            first = int(np.argmax(error))
            message = (
                f"the tissue shares of element {first} sum to {self.shares[:, first].sum():.12g}, "
                "expected 1. The law that made them lost or created tissue."
            )
            raise ValueError(message)

    @classmethod
    def fresh(cls, territory) -> Self:
        """Day 0, before any healing: the territory is haematoma.

        Parameters
        ----------
        territory : ndarray, shape (m,) [-]
        """
        territory = np.array(territory, dtype=float)
        shares = np.zeros((len(SHARES), len(territory)))
        shares[0] = 1
        return cls(day=0.0, territory=territory, shares=shares, cement=np.zeros_like(territory))

    def with_cement(self, fraction) -> Self:
        """Inject cement: the state just after, on the same day.

        Parameters
        ----------
        fraction : ndarray, shape (m,) [-]
            Volume fraction of the augmented region in each element.
        """
        fraction = np.array(fraction, dtype=float)
        if fraction.shape != self.cement.shape:
            message = (
                f"cement has shape {fraction.shape}, expected one fraction per element, {self.cement.shape}."
            )
            raise ValueError(message)
        return replace(self, cement=fraction)

    def healed_to(self, day: float, shares: np.ndarray) -> Self:
        """Carry the same elements to a later day, with new tissue shares of shape (7, m) or (7, 1)."""
        spread = np.ascontiguousarray(np.broadcast_to(shares, self.shares.shape))
        return replace(self, day=float(day), shares=spread)

    def share(self, name: str) -> np.ndarray:
        """Share of the territory that is one of `SHARES`; ndarray, shape (m,)."""
        return self.shares[SHARES.index(name)]

    @property
    def maturity(self) -> np.ndarray:
        """Mineral maturity of the territory, 0.2 woven_immature + woven_mature + remodelled; shape (m,)."""
        immature = value("tissue", "maturity.woven_immature")
        return immature * self.share("woven_immature") + self.share("woven_mature") + self.share("remodelled")

    def soft_young(self) -> np.ndarray:
        """Young's modulus of the soft tissues, weighted by their shares of the territory; shape (m,) [MPa].

        Haematoma counts as granulation tissue.
        """
        young = np.zeros_like(self.territory)
        for name in _SOFT:
            young += value("tissue", f"young.{name}") * self.share(name)
        return young + value("tissue", "young.granulation") * self.share("haematoma")

    def volume_fractions(self) -> dict[str, np.ndarray]:
        """Volume fractions of each element, summing to one.

        Returns
        -------
        dict of str to ndarray, shape (m,) [-]
            `granulation` (haematoma included), `fibrous`, `cartilage`, `woven` (immature and mature),
            `remodelled`, `host`, `cement`.
        """
        free = 1 - self.cement
        repair = free * self.territory
        return {
            "granulation": repair * (self.share("haematoma") + self.share("granulation")),
            "fibrous": repair * self.share("fibrous"),
            "cartilage": repair * self.share("cartilage"),
            "woven": repair * (self.share("woven_immature") + self.share("woven_mature")),
            "remodelled": repair * self.share("remodelled"),
            "host": free * (1 - self.territory),
            "cement": self.cement.copy(),
        }
