"""The tissues of a healing fracture and how much of each there is in every element."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from .table import value

SHARES = ("haematoma", "granulation", "fibrous", "cartilage", "woven", "remodelled")
"""Tissues that divide the territory of repair, in the order in which they follow each other."""

_SOFT = ("granulation", "fibrous", "cartilage")
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class TissueState:
    """Tissue of every element on one day.

    An element is crushed bone and, where the bone has parted, an empty cleft. The broken part of the crushed
    bone and the whole cleft are the territory of repair; the tissues are stored as shares of it and sum to
    one. The rest is host bone. Cement fills a part of the element and takes its share from all of them.

    Attributes
    ----------
    day : float [d]
        Days since the fracture, on the clock of the calendar.
    territory : ndarray, shape (m,) [-]
        Damage indicator g of the crush (`damage.damage`): the share of the crushed bone that is broken. It does
        not change while bone heals, and grows where a body collapses (`broken_further`).
    shares : ndarray, shape (6, m) [-]
        Shares of the territory of repair in the order of `SHARES`.
    mineralisation : ndarray, shape (m,) [-]
        Mean mineral maturity of the woven bone: 0.2 (`maturity.woven_immature`) when formed, 1 when mature.
        Where there is no woven bone it has no meaning and is 0.2.
    cement : ndarray, shape (m,) [-]
        Volume fraction of the augmented region: cement with the bone that it encloses, which does not heal.
    gap : ndarray, shape (m,) [-]
        Volume fraction of the element that is an empty cleft: no scaffold of bone, all of it to be repaired.
    remodelled_density : ndarray, shape (m,) [-]
        Density of remodelled bone as a multiple of host bone.
    """

    day: float
    territory: np.ndarray
    shares: np.ndarray
    mineralisation: np.ndarray
    cement: np.ndarray
    gap: np.ndarray
    remodelled_density: np.ndarray

    def __post_init__(self):
        """Refuse fractions that do not add up."""
        for name in ("territory", "shares", "mineralisation", "cement", "gap"):
            array = getattr(self, name)
            if not np.all((array >= -_ROUNDING) & (array <= 1 + _ROUNDING)):
                message = (
                    f"{name} spans {np.min(array):g} to {np.max(array):g}, expected fractions from 0 to 1."
                )
                raise ValueError(message)
        shapes = {
            getattr(self, name).shape for name in ("mineralisation", "cement", "gap", "remodelled_density")
        }
        if self.shares.shape != (len(SHARES), *self.territory.shape) or shapes != {self.territory.shape}:
            message = (
                f"the shares have shape {self.shares.shape} and other arrays {sorted(shapes)}, expected "
                f"{(len(SHARES), *self.territory.shape)} and {self.territory.shape} as the territory has."
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
        least = fresh_mineralisation()
        below = (self.mineralisation < least - _ROUNDING) & (self.share("woven") > _ROUNDING)
        if np.any(below):
            first = int(np.argmax(below))
            message = (
                f"woven bone of element {first} has mineralisation {self.mineralisation[first]:g}, expected at "
                f"least {least:g}, with which it forms. Mix new bone in with healed_to."
            )
            raise ValueError(message)
        if not np.all(self.remodelled_density > 0):
            message = f"remodelled_density falls to {np.min(self.remodelled_density):g}, expected above 0."
            raise ValueError(message)

    @classmethod
    def fresh(cls, territory, gap=None) -> Self:
        """Day 0, before any healing: the territory of repair is haematoma.

        Parameters
        ----------
        territory : ndarray, shape (m,) [-]
            Broken share of the crushed bone.
        gap : ndarray, shape (m,), optional [-]
            Volume fraction that is an empty cleft; none without it.
        """
        territory = np.array(territory, dtype=float)
        shares = np.zeros((len(SHARES), len(territory)))
        shares[0] = 1
        return cls(
            day=0.0,
            territory=territory,
            shares=shares,
            mineralisation=np.full_like(territory, fresh_mineralisation()),
            cement=np.zeros_like(territory),
            gap=np.zeros_like(territory) if gap is None else np.array(gap, dtype=float),
            remodelled_density=np.full_like(territory, value("mixture", "remodelled_density_per_host")),
        )

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

    def healed_to(self, day: float, shares: np.ndarray, mineralisation: np.ndarray) -> Self:
        """Carry the same elements to a later day.

        Parameters
        ----------
        day : float [d]
        shares : ndarray, shape (6, m) or (6, 1) [-]
        mineralisation : ndarray, shape (m,) or (1,) [-]
            Of the woven bone.
        """
        return replace(
            self,
            day=float(day),
            shares=np.ascontiguousarray(np.broadcast_to(shares, self.shares.shape)),
            mineralisation=np.ascontiguousarray(np.broadcast_to(mineralisation, self.territory.shape)),
        )

    def broken_further(self, territory: np.ndarray) -> Self:
        """Same tissue after more of the crushed bone has broken: what is newly broken is haematoma.

        Parameters
        ----------
        territory : ndarray, shape (m,) [-]
            Broken share of the crushed bone now; where it is less than before, nothing changes.
        """
        territory = np.maximum(territory, self.territory)
        kept = self.share_of_repair(territory)
        shares = self.shares * kept
        shares[SHARES.index("haematoma")] += 1 - kept
        return replace(self, territory=territory, shares=shares)

    def settled(self, territory: np.ndarray, volume: np.ndarray) -> Self:
        """Same tissue after elements have moved within the bone, as when a mesh follows cement.

        Elements that had no territory of repair and have one now hold the mean of those that had.

        Parameters
        ----------
        territory : ndarray, shape (m,) [-]
            Broken share of the crushed bone now.
        volume : ndarray, shape (m,) [mm3]
        """
        weight = self.repair * volume
        new = (self.repair <= 0) & (territory > 0)
        if not new.any() or not weight.any():
            return replace(self, territory=territory)
        weight = weight / weight.sum()
        shares, mineralisation = self.shares.copy(), self.mineralisation.copy()
        shares[:, new] = (self.shares @ weight)[:, None]
        woven = weight * self.share("woven")
        mineralisation[new] = woven @ mineralisation / woven.sum() if woven.any() else fresh_mineralisation()
        return replace(self, territory=territory, shares=shares, mineralisation=mineralisation)

    def stretched(self, kept: np.ndarray) -> Self:
        """Same tissue after broken bone has been pulled apart: what opens is haematoma.

        Parameters
        ----------
        kept : ndarray, shape (m,) [-]
            Thickness of the crushed bone before over that now, at most 1.
        """
        shares = self.shares * kept
        shares[SHARES.index("haematoma")] += 1 - kept
        return replace(self, shares=shares)

    def share_of_repair(self, territory: np.ndarray) -> np.ndarray:
        """Territory of repair of this state over that with a larger broken share; 1 where none is; shape (m,) [-]."""
        larger = (1 - self.gap) * territory + self.gap
        return np.divide(self.repair, larger, out=np.ones_like(larger), where=larger > self.repair)

    def share(self, name: str) -> np.ndarray:
        """Share of the territory of repair that is one of `SHARES`; ndarray, shape (m,)."""
        return self.shares[SHARES.index(name)]

    @property
    def maturity(self) -> np.ndarray:
        """Mineral maturity of the territory of repair, mineralisation woven + remodelled; shape (m,)."""
        return self.mineralisation * self.share("woven") + self.share("remodelled")

    @property
    def repair(self) -> np.ndarray:
        """Volume fraction of the element, cement aside, that is territory of repair; shape (m,)."""
        return (1 - self.gap) * self.territory + self.gap

    def soft_young(self) -> np.ndarray:
        """Young's modulus of the soft tissues, weighted by their shares of the territory; shape (m,) [MPa].

        Haematoma counts as granulation tissue.
        """
        return self._of_soft_tissue("young")

    def soft_strength(self) -> np.ndarray:
        """Stress at which the soft tissues give way, weighted by shares; shape (m,) [MPa].

        Modulus times the strain that each tissue bears. It counts in an empty cleft only, where there is
        nothing else; crushed bone is orders of magnitude stronger.
        """
        return self._of_soft_tissue("strength")

    def _of_soft_tissue(self, quantity):
        def of_tissue(name):
            young = value("tissue", f"young.{name}")
            return young if quantity == "young" else young * value("tissue", f"strain.{name}")

        total = np.zeros_like(self.territory)
        for name in _SOFT:
            total += of_tissue(name) * self.share(name)
        return total + of_tissue("granulation") * self.share("haematoma")

    def volume_fractions(self) -> dict[str, np.ndarray]:
        """Volume fractions of each element, summing to one.

        Returns
        -------
        dict of str to ndarray, shape (m,) [-]
            `granulation` (haematoma included), `fibrous`, `cartilage`, `woven`, `remodelled`, `host`, `cement`.
        """
        free = 1 - self.cement
        repair = free * self.repair
        return {
            "granulation": repair * (self.share("haematoma") + self.share("granulation")),
            "fibrous": repair * self.share("fibrous"),
            "cartilage": repair * self.share("cartilage"),
            "woven": repair * self.share("woven"),
            "remodelled": repair * self.share("remodelled"),
            "host": free * (1 - self.gap) * (1 - self.territory),
            "cement": self.cement.copy(),
        }


def fresh_mineralisation() -> float:
    """Mineral maturity with which woven bone forms [-]."""
    return value("tissue", "maturity.woven_immature")


def compartments(woven, mineralisation) -> tuple[np.ndarray, np.ndarray]:
    """Split woven bone into an immature and a mature part with the same mean mineral maturity.

    woven = immature + mature,   mineralisation woven = 0.2 immature + mature

    Parameters
    ----------
    woven, mineralisation : ndarray, shape (m,) [-]

    Returns
    -------
    immature, mature : ndarray, shape (m,) [-]
    """
    fresh = fresh_mineralisation()
    mature = np.asarray(woven) * (np.asarray(mineralisation) - fresh) / (1 - fresh)
    return woven - mature, mature


def joined(immature, mature) -> tuple[np.ndarray, np.ndarray]:
    """Woven bone and its mineralisation from an immature and a mature part; undoes `compartments`."""
    fresh = fresh_mineralisation()
    woven = np.asarray(immature) + np.asarray(mature)
    part = np.divide(mature, woven, out=np.zeros_like(woven), where=woven > 0)
    return woven, fresh + (1 - fresh) * part
