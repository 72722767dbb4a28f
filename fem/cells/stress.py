"""Strain and stress at quadrature points, and the invariants that criteria read from them."""

import numpy as np

from vertebra.kernels import njit

from .geometry import Geometry
from .gradients import fill_displacement_gradient, fill_gradients


@njit(cache=True)
def _strain(cells, inverse, gradient, displacement, strain):
    """Fill strain (k, m, q, 6), xx yy zz yz xz xy with engineering shear, from displacement (k, n, 3)."""
    g = np.empty((gradient.shape[1], 1, 3))
    H = np.empty((3, 3))
    for cell in range(cells.shape[0]):
        for q in range(inverse.shape[1]):
            fill_gradients(inverse, gradient, cell, q, g, 0)
            for k in range(displacement.shape[0]):
                fill_displacement_gradient(displacement, k, cells, cell, g, H)
                strain[k, cell, q, 0] = H[0, 0]
                strain[k, cell, q, 1] = H[1, 1]
                strain[k, cell, q, 2] = H[2, 2]
                strain[k, cell, q, 3] = H[1, 2] + H[2, 1]
                strain[k, cell, q, 4] = H[0, 2] + H[2, 0]
                strain[k, cell, q, 5] = H[0, 1] + H[1, 0]


def strain_of(cells: np.ndarray, geometry: Geometry, displacement: np.ndarray) -> np.ndarray:
    """Strain (k, m, q, 6) [-] of nodal displacements (k, n, 3) [mm]."""
    strain = np.empty((len(displacement), *geometry.volume.shape, 6))
    _strain(cells, geometry.inverse, geometry.element.gradient, displacement, strain)
    return strain


def stress_of(strain: np.ndarray, lam: np.ndarray, mu: np.ndarray) -> np.ndarray:
    """Isotropic linear stress, sigma = lam tr(e) I + 2 mu e.

    Parameters
    ----------
    strain : ndarray, shape (..., m, q, 6) [-]
        xx yy zz yz xz xy, engineering shear.
    lam, mu : ndarray, shape (m,) [MPa]
        Lamé's constants.

    Returns
    -------
    ndarray, shape (..., m, q, 6) [MPa]
    """
    stress = strain * mu[:, None, None]
    stress[..., :3] *= 2.0
    stress[..., :3] += (lam[:, None] * strain[..., :3].sum(axis=-1))[..., None]
    return stress


@njit(cache=True)
def _principal(stress, out):
    """Fill out (n, 3) with the principal values of stress (n, 6), ascending; trigonometric solution."""
    for n in range(stress.shape[0]):
        mean = (stress[n, 0] + stress[n, 1] + stress[n, 2]) / 3.0
        xx = stress[n, 0] - mean
        yy = stress[n, 1] - mean
        zz = stress[n, 2] - mean
        yz, xz, xy = stress[n, 3], stress[n, 4], stress[n, 5]
        J2 = 0.5 * (xx * xx + yy * yy + zz * zz) + yz * yz + xz * xz + xy * xy  # noqa: N806
        if not J2 > 0.0:
            out[n, :] = mean
            continue
        J3 = xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz)  # noqa: N806
        radius = np.sqrt(J2 / 3.0)
        cosine = J3 / (2.0 * radius * radius * radius) if radius * radius * radius > 0.0 else 0.0
        angle = np.arccos(min(1.0, max(-1.0, cosine))) / 3.0  # Lode angle, 0 to pi/3
        out[n, 2] = mean + 2.0 * radius * np.cos(angle)
        out[n, 0] = mean + 2.0 * radius * np.cos(angle + 2.0 * np.pi / 3.0)
        out[n, 1] = 3.0 * mean - out[n, 0] - out[n, 2]


def principal_stress(stress: np.ndarray) -> np.ndarray:
    """Principal values of symmetric tensors, ascending.

    With the deviator s, J2 = s:s/2, J3 = det s and cos 3 theta = (J3/2) (3/J2)^(3/2):
    sigma = p + 2 sqrt(J2/3) cos(theta + {2, 4, 0} pi/3).

    Parameters
    ----------
    stress : ndarray, shape (..., 6) [MPa]
        xx yy zz yz xz xy. For a strain, halve the engineering shears first.

    Returns
    -------
    ndarray, shape (..., 3) [MPa]
    """
    stress = np.ascontiguousarray(stress, float)
    out = np.empty((*stress.shape[:-1], 3))
    _principal(stress.reshape(-1, 6), out.reshape(-1, 3))
    return out


def von_mises(stress: np.ndarray) -> np.ndarray:
    """Equivalent stress of von Mises, sqrt(3 J2), of stress (..., 6); shape (...)."""
    stress = np.asarray(stress, float)
    xx, yy, zz, yz, xz, xy = np.moveaxis(stress, -1, 0)
    normal = (xx - yy) ** 2 + (yy - zz) ** 2 + (zz - xx) ** 2
    return np.sqrt(0.5 * normal + 3.0 * (yz**2 + xz**2 + xy**2))


def mean_stress(stress: np.ndarray) -> np.ndarray:
    """Mean of the three normal stresses (tension positive) of stress (..., 6); shape (...)."""
    return np.asarray(stress, float)[..., :3].mean(axis=-1)


def energy_density(strain: np.ndarray, stress: np.ndarray) -> np.ndarray:
    """Strain energy per volume, sigma : epsilon / 2 [MPa]; engineering shear counts each shear pair once."""
    return 0.5 * np.einsum("...i,...i->...", strain, stress)
