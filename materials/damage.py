"""What crushing does to bone, before any healing."""

import numpy as np

from .table import row, value


def damage(compaction, zone: np.ndarray | float = 1.0, *, crush_strain: float | None = None) -> np.ndarray:
    """Damage indicator g: the share of an element that is broken and becomes territory of repair.

    e = 1 - 1/c,   g = zone (1 - exp(-e / e0)),   e0 = 0.02

    Parameters
    ----------
    compaction : ndarray, shape (m,) [-]
        Old over new volume, c >= 1; where bone is not compacted (c <= 1) nothing is broken.
    zone : ndarray, shape (m,) [-]
        Volume fraction of the element in the fracture zone.
    crush_strain : float, optional [-]
        e0, instead of the stored value.

    Returns
    -------
    ndarray, shape (m,) [-]
        In [0, 1).
    """
    compaction, zone = np.asarray(compaction, dtype=float), np.asarray(zone, dtype=float)
    if not np.all(compaction > 0):
        message = f"compaction has the value {np.min(compaction):g}, expected old over new volume, above 0."
        raise ValueError(message)
    if not np.all((zone >= 0) & (zone <= 1)):
        message = f"zone spans {np.min(zone):g} to {np.max(zone):g}, expected volume fractions from 0 to 1."
        raise ValueError(message)
    scale = value("damage", "crush_strain") if crush_strain is None else crush_strain
    crush = np.maximum(1 - 1 / compaction, 0)
    return zone * -np.expm1(-crush / scale)


def peak_crush(height_loss: float) -> float:
    """Largest height loss during the crush, from the residual loss that an X-ray shows.

    peak = residual / (1 - 0.31)                           Wegrzyn 2011

    Parameters
    ----------
    height_loss : float [-]
        Residual height loss as a share of the height.
    """
    return height_loss / (1 - value("damage", "recovery"))


def is_outside_data(height_loss: float) -> bool:
    """Whether the peak crush lies outside 15-30 %: no test of crushed vertebrae supports the damage there."""
    limits = row("damage", "peak_crush_tested").limits
    assert limits is not None
    return not limits[0] <= peak_crush(height_loss) <= limits[1]
