"""Measures of the local strain that tissue responds to; none changes when the axes are turned.

Strain is small, in Voigt order xx yy zz yz xz xy with engineering shear, tension positive.
"""

import numpy as np


def volumetric_strain(strain) -> np.ndarray:
    """Relative change of volume, e1 + e2 + e3; negative in compression.

    Parameters
    ----------
    strain : ndarray, shape (m, 6) [-]

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    strain = np.asarray(strain, dtype=float)
    return strain[:, 0] + strain[:, 1] + strain[:, 2]


def octahedral_shear_strain(strain) -> np.ndarray:
    """Engineering shear strain on the octahedral planes.

    gamma = 2/3 sqrt((e1 - e2)^2 + (e2 - e3)^2 + (e3 - e1)^2)

    In components the root holds (exx - eyy)^2 + (eyy - ezz)^2 + (ezz - exx)^2 + 3/2 (gyz^2 + gxz^2 + gxy^2).

    Parameters
    ----------
    strain : ndarray, shape (m, 6) [-]

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    return 2 / 3 * np.sqrt(_squared_differences(strain))


def distortional_strain(strain) -> np.ndarray:
    """Measure of the change of shape used by the fuzzy models, 3 / (2 sqrt(2)) times the octahedral shear.

    gamma_0 = 1/sqrt(2) sqrt((e1 - e2)^2 + (e2 - e3)^2 + (e3 - e1)^2)

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    return np.sqrt(_squared_differences(strain) / 2)


def dilatational_strain(strain) -> np.ndarray:
    """Mean normal strain (e1 + e2 + e3) / 3, the other measure of the fuzzy models; shape (m,) [-]."""
    return volumetric_strain(strain) / 3


def principal_strain(strain) -> np.ndarray:
    """Principal strains, the largest first.

    e_k = e + 2 p cos(phi - 2 pi k / 3),   cos(3 phi) = det((A - e I) / p) / 2,   p^2 = tr((A - e I)^2) / 6,
    with e the mean normal strain (Smith 1961, Commun ACM 4:168).

    Parameters
    ----------
    strain : ndarray, shape (m, 6) [-]

    Returns
    -------
    ndarray, shape (m, 3) [-]
    """
    strain = np.asarray(strain, dtype=float)
    mean = dilatational_strain(strain)
    p = np.sqrt(_squared_differences(strain) / 18)
    scale = np.where(p > 0, p, 1.0)
    a, b, c = (strain[:, :3] - mean[:, None]).T / scale
    d, e, f = strain[:, 3:].T / (2 * scale)
    determinant = a * (b * c - d * d) - f * (f * c - d * e) + e * (f * d - b * e)
    angle = np.arccos(np.clip(determinant / 2, -1, 1)) / 3
    return mean[:, None] + 2 * p[:, None] * np.cos(angle[:, None] - 2 * np.pi / 3 * np.array([0, 1, 2]))


def largest_strain(strain) -> np.ndarray:
    """Largest magnitude of a principal strain; ndarray, shape (m,) [-]."""
    return np.abs(principal_strain(strain)).max(axis=1)


def _squared_differences(strain) -> np.ndarray:
    """Sum of the squared differences of the principal strains, from the components; shape (m,)."""
    xx, yy, zz, yz, xz, xy = np.asarray(strain, dtype=float).T
    return (xx - yy) ** 2 + (yy - zz) ** 2 + (zz - xx) ** 2 + 1.5 * (yz**2 + xz**2 + xy**2)
