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


def bearing_compaction(compaction) -> np.ndarray:
    """Compaction that counts for modulus and strength of crushed bone.

    min(c, 1 / (1 - e_p)): bone that is crushed beyond the plateau strain e_p gains nothing from its density,
    because the walls of its cells break as fast as they come together until they touch all over, which cellular
    solids do at a strain of 1 - 1.4 rho / rho_s [1]_, about 0.86 where a tenth of the volume is bone.

    Parameters
    ----------
    compaction : ndarray, shape (m,) [-]
        Old over new volume.

    Returns
    -------
    ndarray, shape (m,) [-]

    References
    ----------
    .. [1] L. J. Gibson, M. F. Ashby, Cellular Solids, 2nd ed., Cambridge University Press 1997, chapter 5
    """
    return np.minimum(np.asarray(compaction, dtype=float), _plateau())


def modulus_loss(compaction) -> np.ndarray:
    """Share of Young's modulus that is lost where bone is broken through.

    1 - (1 - D_E) min(1, c_p / c),   c_p = 1 / (1 - e_p)

    Up to the plateau strain e_p this is D_E. Beyond, crushed bone keeps its stiffness per original thickness: as its
    strength stays that of the plateau, a column that loses height becomes no stiffer by being shorter.

    Parameters
    ----------
    compaction : ndarray, shape (m,) [-]
        Old over new volume of the crushed bone.

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    kept = 1 - value("damage", "modulus_loss")
    return 1 - kept * np.minimum(1, _plateau() / np.asarray(compaction, dtype=float))


def beyond_plateau(strain: float) -> str:
    """State in words how bone is taken that is crushed beyond the plateau strain.

    Parameters
    ----------
    strain : float [-]
        Largest residual strain of the band.

    Returns
    -------
    str
    """
    plateau, peak = plateau_strain(), strain / (1 - value("damage", "recovery"))
    dense = value("damage", "densification")
    text = (
        f"a residual strain of {strain:.2f} (peak {peak:.2f}) is beyond the {plateau:.2f} at which bands grow: bone is "
        "taken to gain neither stiffness nor strength from what it is compacted further"
    )
    if peak <= dense:
        return text
    return f"{text}; from a peak strain of {dense:g} on bone may densify, which is not modelled"


def plateau_strain() -> float:
    """Residual strain at which a crushed band grows [-]."""
    return value("damage", "plateau_strain")


def _plateau() -> float:
    """Compaction of bone at the plateau strain [-]."""
    return 1 / (1 - plateau_strain())


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
