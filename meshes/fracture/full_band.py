"""Where a crushed band has reached both endplates, in words."""

from dataclasses import dataclass

import numpy as np

from .band import BandRule, grow_band
from .columns import Columns

_WHOLE = 0.95
"""Share of the crushed section that counts as all of it."""
_SMALL = 0.01
"""Share below which none is named."""
_OFF = 0.25
"""Distance from the middle of the body, over its half depth, from which a place is in front or behind."""


@dataclass(frozen=True)
class FullBand:
    """A band that reaches from endplate to endplate somewhere.

    Attributes
    ----------
    from_loss : float [-]
        Residual loss at which the first column is full.
    share : float [-]
        Share of the crushed section, seen along the spine, whose columns are full.
    place : str
        Where in the body they lie.
    strain : float [-]
        Largest residual strain of the band.
    """

    from_loss: float
    share: float
    place: str
    strain: float

    def __str__(self) -> str:
        """State what, where and from which loss."""
        share = f"{100 * self.share:.0f} %" if self.share >= _SMALL else f"under {100 * _SMALL:.0f} %"
        return (
            f"the crushed band reaches from endplate to endplate {self.place} ({share} of the crushed "
            f"section), which begins at a residual loss of {self.from_loss:.3f}"
        )


def find_full_band(
    section: np.ndarray,
    area: np.ndarray,
    columns: Columns,
    loss_mm: np.ndarray,
    height_loss: float,
    rule: BandRule,
) -> FullBand | None:
    """Look for columns that are crushed from endplate to endplate.

    Parameters
    ----------
    section : ndarray, shape (k, 3) [mm]
        Points over the section of the body.
    area : ndarray, shape (k,) [mm2]
        Area that each stands for.
    columns : Columns
        Through them.
    loss_mm : ndarray, shape (k,) [mm]
        By which each column shortens.
    height_loss : float [-]
        Residual loss; `loss_mm` is proportional to it.
    rule : BandRule

    Returns
    -------
    FullBand or None
        None where no column is full, or the thickness of the band is given.
    """
    band = grow_band(columns, loss_mm, rule)
    if not band.is_full.any() or rule.thickness_mm is not None:
        return None
    crushed, full = band.thickness > 0, band.is_full
    share = float(area[full].sum() / area[crushed].sum())
    met = columns.room[crushed] * rule.strain / loss_mm[crushed]
    return FullBand(
        from_loss=float(height_loss * met.min()),
        share=share,
        place="everywhere" if share > _WHOLE else _place(section, area, full),
        strain=float(band.strain.max()),
    )


def _place(section, area, full):
    """Name the part of the section in which the marked points lie."""
    low, high = section[:, :2].min(axis=0), section[:, :2].max(axis=0)
    at = (section[:, :2] - (low + high) / 2) / ((high - low) / 2)
    forward = np.average(at[full, 1], weights=area[full])
    if abs(forward) > _OFF:
        return "in front" if forward > 0 else "behind"
    outward = np.average(np.hypot(*at[full].T), weights=area[full])
    return "in the middle" if outward < np.average(np.hypot(*at.T), weights=area) else "towards the rim"
