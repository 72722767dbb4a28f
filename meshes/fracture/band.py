"""The band of crushed bone: it grows at a constant strain until it meets the endplates.

Cellular solids crush in a band that spreads at a plateau stress while its own strain hardly changes [1]_. So a
column of bone that is shortened by s is crushed over the thickness s / strain, and beyond the room between the
endplates only the strain rises.

References
----------
.. [1] L. J. Gibson, M. F. Ashby, Cellular Solids, 2nd ed., Cambridge University Press 1997, chapter 5
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from .columns import Columns

STRAIN = 0.17 / 0.60
"""Residual strain of the band: a crush of 25 % of the height that springs back to 17 % in a band of 60 % of it."""
THINNEST_MM = 0.1
"""Thickness of a trabecula: where less would be crushed nothing is."""
_DENSEST = 0.95
"""Largest strain of the band."""
_MESHED = (0.1, 0.9)
"""Relative heights beyond which a mesh is not asked to end its layers; the nodes of its layers are moved there."""


@dataclass(frozen=True)
class BandRule:
    """What decides where the band lies and how thick it is.

    Attributes
    ----------
    centre : float [-]
        Relative height of its middle. Where half of the band does not fit there it grows the other way.
    strain : float [-]
        Residual strain at which it grows.
    thickness_mm : float [mm], optional
        Uniform thickness before the crush, whatever the loss.
    """

    centre: float = 0.5
    strain: float = STRAIN
    thickness_mm: float | None = None

    def borders(self, height_loss: float, height_mm: float | None = None) -> tuple[float, float]:
        """Relative heights of the borders of the band where it is thickest: where layers of its mesh should end.

        Parameters
        ----------
        height_loss : float [-]
            Residual loss.
        height_mm : float [mm], optional
            Mean height of the body; needed with `thickness_mm`.
        """
        share = height_loss / self.strain
        if self.thickness_mm is not None:
            if height_mm is None:
                msg = "height_mm is missing: expected the height of the body, as thickness_mm is given. Pass it."
                raise ValueError(msg)
            share = self.thickness_mm / height_mm
        low, high = _MESHED
        share = min(share, high - low)
        lower = min(max(self.centre - share / 2, low), high - share)
        return round(lower, 12), round(lower + share, 12)


@dataclass(frozen=True, eq=False)
class Band:
    """A band of crushed bone at a set of points; ndarrays of shape (n,).

    Attributes
    ----------
    lower, upper : ndarray, shape (n,) [mm]
        Heights z of its borders in the column of each point, before the crush.
    strain : ndarray, shape (n,) [-]
        Loss over thickness; 0 where nothing is lost.
    worst_strain : ndarray, shape (n,) [-]
        The largest that it has been.
    is_full : ndarray of bool, shape (n,)
        The column is crushed from endplate to endplate: a further loss raises its strain.
    """

    lower: np.ndarray
    upper: np.ndarray
    strain: np.ndarray
    worst_strain: np.ndarray
    is_full: np.ndarray

    @property
    def thickness(self) -> np.ndarray:
        """Thickness before the crush, shape (n,) [mm]."""
        return self.upper - self.lower

    def stretched(self, share: float) -> Self:
        """Same bone at a share of the strain that it was crushed by: pulled apart again, its borders where they were.

        Parameters
        ----------
        share : float [-]
            0 to 1; 0 at its full thickness.
        """
        return replace(self, strain=share * self.strain)


def grow_band(columns: Columns, loss_mm: np.ndarray, rule: BandRule) -> Band:
    """Lay the band of a loss into columns of bone.

    Parameters
    ----------
    columns : Columns
        Of n points.
    loss_mm : ndarray, shape (n,) [mm]
        By which each column shortens.
    rule : BandRule

    Returns
    -------
    Band
    """
    room = columns.room
    wanted = loss_mm / rule.strain if rule.thickness_mm is None else np.full(len(room), rule.thickness_mm)
    thickness = np.where(wanted < THINNEST_MM, 0.0, np.minimum(wanted, np.maximum(room, 0.0)))
    middle = columns.bottom + rule.centre * columns.height
    lower = np.clip(middle - thickness / 2, columns.lowest, columns.highest - thickness)
    strain = np.divide(loss_mm, thickness, out=np.zeros(len(room)), where=thickness > 0)
    return Band(lower, lower + thickness, strain, strain, (wanted > room) & (loss_mm > 0))


def require_room(columns: Columns, loss_mm: np.ndarray, rule: BandRule, height_loss: float) -> None:
    """Refuse a band that does not fit between the endplates, or a loss that does not fit into the band.

    Parameters
    ----------
    columns : Columns
        Over the section of the body.
    loss_mm : ndarray, shape (n,) [mm]
        By which each of them shortens.
    rule : BandRule
    height_loss : float [-]
        Residual loss.

    Raises
    ------
    ValueError
        Naming the largest band that fits, or the largest loss.
    """
    middle = columns.bottom + rule.centre * columns.height
    beside = np.minimum(columns.highest - middle, middle - columns.lowest)
    widest = np.floor(10 * 2 * beside.min() + 1e-9) / 10
    given = rule.thickness_mm
    if given is not None and given > widest:
        elsewhere = "" if rule.centre == 0.5 else ", or move the centre towards 0.5"
        msg = (
            f"a crushed band of {given:g} mm around relative height {rule.centre:g} reaches into a bony endplate: "
            f"expected at most {widest:.1f} mm there. Take zone_mm = {widest:.1f} or less{elsewhere}."
        )
        raise ValueError(msg)
    room = columns.room if given is None else np.full(len(loss_mm), given)
    strain = loss_mm / np.maximum(room, 1e-9)
    worst = int(np.argmax(strain))
    if strain[worst] > _DENSEST:
        most = np.floor(100 * height_loss * _DENSEST / strain[worst]) / 100
        thicker = "" if given is None else f", or zone_mm up to {widest:.1f}"
        msg = (
            f"a loss of {loss_mm[worst]:.1f} mm does not fit into a crushed band of {room[worst]:.1f} mm. Take "
            f"height_loss = {most:.2f} or less{thicker}."
        )
        raise ValueError(msg)
