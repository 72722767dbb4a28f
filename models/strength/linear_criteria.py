"""Forces from a linear solution: mobilised section strength, Crawford's and Pistoia's rule.

Everything is for unit axial force, compression positive, at quadrature points; the result is a force.
"""

from dataclasses import dataclass

import numpy as np

from vertebra.materials.table import value

MU = value("failure", "mobilised.mu")
FACTOR = value("failure", "mobilised.factor")
CRAWFORD_STRAIN = value("failure", "crawford.strain")
PISTOIA_STRAIN = value("failure", "pistoia.strain")
PISTOIA_VOLUME = value("failure", "pistoia.volume")
PERCENTILE_VOLUME = value("failure", "percentile.volume")


@dataclass(frozen=True)
class SectionStrength:
    """Capacity [N] and the section that decides it.

    Attributes
    ----------
    capacity_N : float
        Factor times the force that the weakest section carries.
    layer : int
        Index of that section, counted from the inferior endplate.
    carried_N : ndarray, shape (n_layers,) [N]
        Force of every section, before the factor.
    """

    capacity_N: float
    layer: int
    carried_N: np.ndarray


def mobilised_section_strength(
    axial: np.ndarray,
    utilisation: np.ndarray,
    strength: np.ndarray,
    volume: np.ndarray,
    layer: np.ndarray,
    *,
    mu: float = MU,
    factor: float = FACTOR,
) -> SectionStrength:
    """Force that the weakest section carries when its median material is mobilised `mu` times.

    In a section, ``x = mu / median(u)`` scales the unit solution; material beyond its compressive
    strength carries its strength and no more::

        F = sum(min(x s, sigma_c) V, s > 0) / sum(s V)

    A section is one of the body. The arch of a whole vertebra lies beside it between the roots of the
    pedicles only, where it takes 3 % of the axial force of an intact L3 and 5 % of a wedged one; the sum
    below the line leaves it that share at the limit.

    Parameters
    ----------
    axial : ndarray, shape (m, q) [MPa/N]
        Axial stress for unit axial force, compression positive.
    utilisation : ndarray, shape (m, q) [1/N]
        Utilisation of the material for unit axial force.
    strength : ndarray, shape (m,) [MPa]
        Compressive strength of each cell.
    volume : ndarray, shape (m, q) [mm3]
        Volume of each quadrature point.
    layer : ndarray of int, shape (m,)
        Section of each cell; negative outside the sections.
    mu : float
        How far the median of the section is loaded beyond its first yield [-].
    factor : float
        Ratio of ultimate load to the mobilised section, from the elastic-plastic test [-].

    Returns
    -------
    SectionStrength

    Raises
    ------
    ValueError
        There is no section, or a section carries no compression.
    """
    n_layers = int(layer.max(initial=-1)) + 1
    if n_layers == 0:
        message = "no section between the endplates: every cell has layer -1, expected layers 0, 1, ..."
        raise ValueError(message)
    carried = np.empty(n_layers)
    for index in range(n_layers):
        inside = layer == index
        v = volume[inside].ravel()
        s = axial[inside].ravel()
        sigma = np.repeat(strength[inside], volume.shape[1])
        total = np.sum(s * v)
        if not total > 0:
            message = (
                f"section {index} carries {total:.3g} N mm of compression per N, expected more than zero"
            )
            raise ValueError(message)
        x = mu / weighted_median(utilisation[inside].ravel(), v)
        held = np.where(s > 0, np.minimum(x * s, sigma), 0.0)
        carried[index] = np.sum(held * v) / total
    weakest = int(np.argmin(carried))
    return SectionStrength(float(factor * carried[weakest]), weakest, carried)


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """Value below which half of the weight lies."""
    order = np.argsort(values)
    cumulative = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulative, 0.5 * cumulative[-1])])


def crawford_load(stiffness, height):
    """Force at 0.68 % apparent strain: F = 0.0068 K H [1]_.

    Parameters
    ----------
    stiffness : float or ndarray [N/mm]
    height : float or ndarray [mm]

    Returns
    -------
    float or ndarray [N]

    References
    ----------
    .. [1] Crawford, Cann, Keaveny 2003, Bone 33:744, doi 10.1016/S8756-3282(03)00210-2.
    """
    return CRAWFORD_STRAIN * stiffness * height


def load_at_volume(quantity: np.ndarray, volume: np.ndarray, *, limit: float, share: float) -> float:
    """Force at which a share of the volume exceeds a limit, for a quantity that grows with the force.

    With effective strain, 0.007 and 12 % it is Pistoia's rule at 1 mm resolution (Bonelab/Ogo); with
    utilisation, 1 and 2 % it is a volume percentile.

    Parameters
    ----------
    quantity : ndarray [1/N]
        Quantity for unit force.
    volume : ndarray, same shape [mm3]
    limit : float
        Value that counts as exceeded.
    share : float [-]
        Share of the volume.

    Returns
    -------
    float [N]
    """
    order = np.argsort(quantity, axis=None)[::-1]
    cumulative = np.cumsum(volume.ravel()[order])
    at_share = quantity.ravel()[order][np.searchsorted(cumulative, share * cumulative[-1])]
    return float(limit / at_share)
