"""Utilisation of bone by named criteria: 1 at the limit, proportional to the load in a linear solve.

Stress, strain and strength arrays broadcast against each other: a strength per element goes with stress at
its quadrature points as `strength[:, None]`. Strengths are positive; an infinite strength is never used.
"""

import numpy as np

from .table import value


def utilisation(criterion: str, principal_stress, strength_compression, strength_tension) -> np.ndarray:
    """Utilisation by a named criterion: `box`, `drucker_prager` or `von_mises`.

    Parameters
    ----------
    criterion : str
    principal_stress : ndarray, shape (..., 3) [MPa]
        Tension positive.
    strength_compression, strength_tension : ndarray, shape (...) [MPa]

    Returns
    -------
    ndarray, shape (...) [-]
    """
    if criterion == "box":
        return box_utilisation(principal_stress, strength_compression, strength_tension)
    if criterion == "drucker_prager":
        return drucker_prager_utilisation(principal_stress, strength_compression, strength_tension)
    if criterion == "von_mises":
        return von_mises_utilisation(principal_stress, strength_compression)
    message = f"criterion {criterion!r} is not known: expected box, drucker_prager or von_mises. Choose one."
    raise ValueError(message)


def box_utilisation(principal_stress, strength_compression, strength_tension) -> np.ndarray:
    """Utilisation by the largest principal stress, compression and tension apart (primary criterion).

    u = max_i max(-s_i / sigma_c, s_i / sigma_t)

    Parameters
    ----------
    principal_stress : ndarray, shape (..., 3) [MPa]
        Tension positive, in any order.
    strength_compression, strength_tension : ndarray, shape (...) [MPa]

    Returns
    -------
    ndarray, shape (...) [-]
    """
    principal_stress = np.asarray(principal_stress, dtype=float)
    compression = -principal_stress.min(axis=-1) / strength_compression
    tension = principal_stress.max(axis=-1) / strength_tension
    return np.maximum(np.maximum(compression, tension), 0)


def von_mises_stress(principal_stress) -> np.ndarray:
    """Von Mises stress, sqrt(((s1 - s2)^2 + (s2 - s3)^2 + (s3 - s1)^2) / 2).

    Parameters
    ----------
    principal_stress : ndarray, shape (..., 3) [MPa]

    Returns
    -------
    ndarray, shape (...) [MPa]
    """
    s1, s2, s3 = np.moveaxis(np.asarray(principal_stress, dtype=float), -1, 0)
    return np.sqrt(((s1 - s2) ** 2 + (s2 - s3) ** 2 + (s3 - s1) ** 2) / 2)


def von_mises_utilisation(principal_stress, strength_compression) -> np.ndarray:
    """Von Mises stress over compressive strength; blind to the difference between tension and compression.

    Returns
    -------
    ndarray, shape (...) [-]
    """
    return von_mises_stress(principal_stress) / strength_compression


def drucker_prager_utilisation(principal_stress, strength_compression, strength_tension) -> np.ndarray:
    """Drucker-Prager cone through the uniaxial strengths in compression and tension.

    u = (sqrt(J2) + a I1) / k,   a = (sigma_c - sigma_t) / (sqrt(3) (sigma_c + sigma_t)),
    k = 2 sigma_c sigma_t / (sqrt(3) (sigma_c + sigma_t));   written as
    u = (q (sigma_c + sigma_t) + I1 (sigma_c - sigma_t)) / (2 sigma_c sigma_t),  q the von Mises stress

    Parameters
    ----------
    principal_stress : ndarray, shape (..., 3) [MPa]
        Tension positive.
    strength_compression, strength_tension : ndarray, shape (...) [MPa]

    Returns
    -------
    ndarray, shape (...) [-]
        0 inside the cone's pressure axis, where it never yields.
    """
    q = von_mises_stress(principal_stress)
    trace = np.asarray(principal_stress, dtype=float).sum(axis=-1)
    by_tension, by_compression = 1 / np.asarray(strength_tension), 1 / np.asarray(strength_compression)
    return np.maximum(q * (by_tension + by_compression) + trace * (by_tension - by_compression), 0) / 2


def principal_strain_utilisation(
    principal_strain, yield_compression: float | None = None, yield_tension: float | None = None
) -> np.ndarray:
    """Largest principal strain over the yield strain, compression and tension apart.

    Parameters
    ----------
    principal_strain : ndarray, shape (..., 3) [-]
        Tension positive.
    yield_compression, yield_tension : float, optional [-]
        Positive; 0.84 % and 0.78 % unless given (Kopperdahl & Keaveny 1998).

    Returns
    -------
    ndarray, shape (...) [-]
    """
    if yield_compression is None:
        yield_compression = value("failure", "yield_strain.compression")
    if yield_tension is None:
        yield_tension = value("failure", "yield_strain.tension")
    return box_utilisation(principal_strain, yield_compression, yield_tension)


def effective_strain(energy_density, young) -> np.ndarray:
    """Effective strain of Pistoia, sqrt(2 U / E).

    Parameters
    ----------
    energy_density : ndarray, shape (...) [MPa]
        U = stress : strain / 2.
    young : ndarray, shape (...) [MPa]

    Returns
    -------
    ndarray, shape (...) [-]
    """
    return np.sqrt(2 * np.maximum(energy_density, 0) / young)
