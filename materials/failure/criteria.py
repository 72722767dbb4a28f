"""Utilisation of bone by named criteria: 1 at the limit, proportional to the load in a linear solve.

Stress, strain and strength arrays broadcast against each other: a strength per element goes with stress at
its quadrature points as `strength[:, None]`. Strengths are positive; an infinite strength is never used.
"""

import numpy as np

from ..table import value
from .yield_law import shear_strength

STRESS_CRITERIA = ("box", "cut_box", "mohr_coulomb", "drucker_prager", "tsai_wu", "von_mises")
STRAIN_CRITERIA = ("principal_strain", "effective_strain")
CRITERIA = (*STRESS_CRITERIA, *STRAIN_CRITERIA)


def utilisation(
    criterion: str, principal_stress, strength_compression, strength_tension, poisson=None
) -> np.ndarray:
    """Utilisation by a named criterion of principal stress.

    Parameters
    ----------
    criterion : str
        One of `CRITERIA`.
    principal_stress : ndarray, shape (..., 3) [MPa]
        Tension positive.
    strength_compression, strength_tension : ndarray, shape (...) [MPa]
    poisson : ndarray, shape (...), optional [-]
        Needed by the two criteria of strain.

    Returns
    -------
    ndarray, shape (...) [-]
    """
    if criterion == "box":
        return box_utilisation(principal_stress, strength_compression, strength_tension)
    if criterion == "cut_box":
        shear = shear_strength("cut_box", strength_compression, strength_tension)
        return cut_box_utilisation(principal_stress, strength_compression, strength_tension, shear)
    if criterion == "mohr_coulomb":
        return mohr_coulomb_utilisation(principal_stress, strength_compression, strength_tension)
    if criterion == "drucker_prager":
        return drucker_prager_utilisation(principal_stress, strength_compression, strength_tension)
    if criterion == "tsai_wu":
        return tsai_wu_utilisation(principal_stress, strength_compression, strength_tension)
    if criterion == "von_mises":
        return von_mises_utilisation(principal_stress, strength_compression)
    if criterion not in STRAIN_CRITERIA:
        message = f"criterion {criterion!r} is not known: expected one of {', '.join(CRITERIA)}. Choose one."
        raise ValueError(message)
    if poisson is None:
        message = f"criterion {criterion!r} compares strain, but there is no Poisson's ratio. Pass poisson."
        raise ValueError(message)
    if criterion == "principal_strain":
        return strain_box_utilisation(principal_stress, strength_compression, strength_tension, poisson)
    return energy_utilisation(principal_stress, strength_compression, poisson)


def box_utilisation(principal_stress, strength_compression, strength_tension) -> np.ndarray:
    """Utilisation by the largest principal stress, compression and tension apart (primary criterion).

    u = max_i max(-s_i / sigma_c, s_i / sigma_t)

    No principal direction knows of the others, as found for trabecular bone [1]_ [2]_ in terms of normal strain.

    Parameters
    ----------
    principal_stress : ndarray, shape (..., 3) [MPa]
        Tension positive, in any order.
    strength_compression, strength_tension : ndarray, shape (...) [MPa]

    Returns
    -------
    ndarray, shape (...) [-]

    References
    ----------
    .. [1] Bayraktar, Gupta, Kwok, Papadopoulos, Keaveny 2004, J Biomech Eng 126:677: yield of three human femoral
       necks in 889 load cases is nearly isotropic in strain space and uncoupled between normal strains.
    .. [2] Niebur, Feldstein, Keaveny 2002, J Biomech Eng 124:699, doi 10.1115/1.1517566: biaxial yield is governed
       by the strain along each direction.
    """
    principal_stress = np.asarray(principal_stress, dtype=float)
    compression = -principal_stress.min(axis=-1) / strength_compression
    tension = principal_stress.max(axis=-1) / strength_tension
    return np.maximum(np.maximum(compression, tension), 0)


def cut_box_utilisation(
    principal_stress, strength_compression, strength_tension, strength_shear
) -> np.ndarray:
    """Utilisation by the largest principal stress and by the largest shear stress: the box, cut.

    u = max(-s_3 / sigma_c, s_1 / sigma_t, (s_1 - s_3) / (2 tau)),   s_1 >= s_2 >= s_3

    The gauge function of the yield set of `vertebra.fem.plasticity`: the same law in the elastic-plastic test.

    Parameters
    ----------
    principal_stress : ndarray, shape (..., 3) [MPa]
        Tension positive, in any order.
    strength_compression, strength_tension : ndarray, shape (...) [MPa]
    strength_shear : ndarray, shape (...) [MPa]
        tau, largest shear stress; `yield_law.shear_strength`.

    Returns
    -------
    ndarray, shape (...) [-]
    """
    principal_stress = np.asarray(principal_stress, dtype=float)
    apart = principal_stress.max(axis=-1) - principal_stress.min(axis=-1)
    box = box_utilisation(principal_stress, strength_compression, strength_tension)
    return np.maximum(box, apart / (2 * np.asarray(strength_shear)))


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


def mohr_coulomb_utilisation(principal_stress, strength_compression, strength_tension) -> np.ndarray:
    """Mohr-Coulomb pyramid through the uniaxial strengths in compression and tension.

    u = s_1 / sigma_t - s_3 / sigma_c,  s_1 >= s_2 >= s_3 (tension positive);   friction angle phi and cohesion c are
    sin phi = (sigma_c - sigma_t) / (sigma_c + sigma_t) and 2 c = sqrt(sigma_c sigma_t). Textbook form (certainty C);
    Tresca's law for equal strengths. The yield law of Walle, Matheson & Boyd 2025 (doi 10.1093/gigascience/giaf094).

    Parameters
    ----------
    principal_stress : ndarray, shape (..., 3) [MPa]
        Tension positive, in any order.
    strength_compression, strength_tension : ndarray, shape (...) [MPa]

    Returns
    -------
    ndarray, shape (...) [-]
        0 towards the pyramid's pressure axis, where it never yields.
    """
    principal_stress = np.asarray(principal_stress, dtype=float)
    by_tension = principal_stress.max(axis=-1) / strength_tension
    by_compression = principal_stress.min(axis=-1) / strength_compression
    return np.maximum(by_tension - by_compression, 0)


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


def tsai_wu_utilisation(
    principal_stress, strength_compression, strength_tension, interaction: float | None = None
) -> np.ndarray:
    """Quadric of Tsai and Wu for an isotropic material through its uniaxial strengths.

    L + Q = 1 at the limit, with  L = F1 sum(s_i),  F1 = 1/sigma_t - 1/sigma_c,
    Q = F11 (sum(s_i^2) + 2 f (s1 s2 + s2 s3 + s3 s1)),  F11 = 1/(sigma_c sigma_t)             [1]_

    and the utilisation, proportional to the load, is the root of u^2 = L u + Q. With f = -1/2, Q is q^2 F11 (q the von
    Mises stress); -1/2 <= f <= 1 keeps Q from being negative.

    Parameters
    ----------
    principal_stress : ndarray, shape (..., 3) [MPa]
        Tension positive, in any order.
    strength_compression, strength_tension : ndarray, shape (...) [MPa]
    interaction : float, optional [-]
        f = F12 / F11; from the table unless given.

    Returns
    -------
    ndarray, shape (...) [-]

    References
    ----------
    .. [1] S. W. Tsai, E. M. Wu 1971, J Compos Mater 5:58, doi 10.1177/002199837100500106. On trabecular bone in
       compression with shear its mean error is 20 %, beside 23 % of principal strain and 82 % of von Mises (Fenech &
       Keaveny 1999, J Biomech Eng 121:414).
    """
    if interaction is None:
        interaction = value("failure", "tsai_wu.interaction")
    s1, s2, s3 = np.moveaxis(np.asarray(principal_stress, dtype=float), -1, 0)
    by_tension, by_compression = 1 / np.asarray(strength_tension), 1 / np.asarray(strength_compression)
    linear = (by_tension - by_compression) * (s1 + s2 + s3)
    pairs = s1**2 + s2**2 + s3**2 + 2 * interaction * (s1 * s2 + s2 * s3 + s3 * s1)
    return _root(linear, by_tension * by_compression * pairs)


def tsai_wu_orthotropic_utilisation(
    stress, strength_compression, strength_tension, strength_shear, interaction: float | None = None
) -> np.ndarray:
    """Quadric of Tsai and Wu for an orthotropic material in its own axes.

    F_i = 1/sigma_t,i - 1/sigma_c,i,  F_ii = 1/(sigma_c,i sigma_t,i),  F_ij = f sqrt(F_ii F_jj),  F_44 = 1/tau_yz^2 and
    so on; utilisation as in `tsai_wu_utilisation`.

    Parameters
    ----------
    stress : ndarray, shape (..., 6) [MPa]
        xx yy zz yz xz xy in the axes of the material, tension positive.
    strength_compression, strength_tension : ndarray, shape (..., 3) [MPa]
        Along x, y, z.
    strength_shear : ndarray, shape (..., 3) [MPa]
        Of yz, xz, xy.
    interaction : float, optional [-]
        f; from the table unless given.

    Returns
    -------
    ndarray, shape (...) [-]
    """
    if interaction is None:
        interaction = value("failure", "tsai_wu.interaction")
    stress = np.asarray(stress, dtype=float)
    by_tension, by_compression = 1 / np.asarray(strength_tension), 1 / np.asarray(strength_compression)
    linear = ((by_tension - by_compression) * stress[..., :3]).sum(axis=-1)
    x, y, z = np.moveaxis(stress[..., :3] * np.sqrt(by_tension * by_compression), -1, 0)
    shear = ((stress[..., 3:] / strength_shear) ** 2).sum(axis=-1)
    return _root(linear, x**2 + y**2 + z**2 + 2 * interaction * (x * y + y * z + z * x) + shear)


def _root(linear, quadratic) -> np.ndarray:
    """Positive root of u^2 = linear u + quadratic: the load factor 1/u meets linear/u + quadratic/u^2 = 1."""
    quadratic = np.maximum(quadratic, 0)  # rounding
    return (linear + np.sqrt(linear**2 + 4 * quadratic)) / 2


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


def strain_box_utilisation(principal_stress, strength_compression, strength_tension, poisson) -> np.ndarray:
    """Largest principal strain over the yield strain of each tissue, its strength over its modulus, each way.

    E e_i = (1 + nu) s_i - nu (s_1 + s_2 + s_3);  u = max_i max(-E e_i / sigma_c, E e_i / sigma_t)

    So a soft callus may strain as far as its own strength over its own modulus says, unlike under one yield strain for
    all (`principal_strain_utilisation`). For isotropic material; the modulus cancels.

    Parameters
    ----------
    principal_stress : ndarray, shape (..., 3) [MPa]
        Tension positive, in any order.
    strength_compression, strength_tension : ndarray, shape (...) [MPa]
    poisson : ndarray, shape (...) [-]

    Returns
    -------
    ndarray, shape (...) [-]
    """
    principal_stress = np.asarray(principal_stress, dtype=float)
    poisson = np.asarray(poisson, dtype=float)[..., None]
    pressed = (1 + poisson) * principal_stress - poisson * principal_stress.sum(axis=-1, keepdims=True)
    return box_utilisation(pressed, strength_compression, strength_tension)


def energy_utilisation(principal_stress, strength_compression, poisson) -> np.ndarray:
    """Pistoia's effective strain over the yield strain of each tissue in compression, strength over modulus.

    E sqrt(2 U / E) = sqrt(s1^2 + s2^2 + s3^2 - 2 nu (s1 s2 + s2 s3 + s3 s1)) over sigma_c; blind to the difference
    between tension and compression. For isotropic material; the modulus cancels.

    Parameters
    ----------
    principal_stress : ndarray, shape (..., 3) [MPa]
    strength_compression : ndarray, shape (...) [MPa]
    poisson : ndarray, shape (...) [-]

    Returns
    -------
    ndarray, shape (...) [-]
    """
    s1, s2, s3 = np.moveaxis(np.asarray(principal_stress, dtype=float), -1, 0)
    twice_energy = s1**2 + s2**2 + s3**2 - 2 * np.asarray(poisson) * (s1 * s2 + s2 * s3 + s3 * s1)
    return np.sqrt(np.maximum(twice_energy, 0)) / strength_compression


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


def effective_strain_utilisation(energy_density, young, limit: float | None = None) -> np.ndarray:
    """Effective strain of Pistoia over its limit; blind to the difference between tension and compression.

    Parameters
    ----------
    energy_density, young : ndarray, shape (...) [MPa]
        As for `effective_strain`.
    limit : float, optional [-]
        Positive; 0.7 % unless given.

    Returns
    -------
    ndarray, shape (...) [-]
    """
    if limit is None:
        limit = value("failure", "pistoia.strain")
    return effective_strain(energy_density, young) / limit
