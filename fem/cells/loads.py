"""Distributed loads to nodal forces: pressure, traction, body force, initial strain."""

import numpy as np

from ..systems.constraints import read_moduli
from .anisotropy import TENSOR
from .elements import EDGES, tetrahedron
from .geometry import compute_geometry
from .stress import stress_of

_FACES = ((0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2))  # outward for positive cells


def boundary_faces(cells: np.ndarray) -> np.ndarray:
    """Faces that belong to one cell only, ordered so that their normals point outwards.

    Parameters
    ----------
    cells : ndarray of int, shape (m, 4) or (m, 10)

    Returns
    -------
    ndarray of int, shape (f, 3) or (f, 6)
        Corners, then the middles of edges 01, 12, 20.
    """
    local = [list(face) for face in _FACES]
    if cells.shape[1] == 10:
        middle = {frozenset(edge): 4 + number for number, edge in enumerate(EDGES)}
        for face in local:
            a, b, c = face
            face += [middle[frozenset(pair)] for pair in ((a, b), (b, c), (c, a))]
    faces = cells[:, np.array(local)].reshape(-1, len(local[0]))
    _, first, count = np.unique(np.sort(faces[:, :3], axis=1), axis=0, return_index=True, return_counts=True)
    return faces[np.sort(first[count == 1])]


def traction(points: np.ndarray, faces: np.ndarray, vector) -> np.ndarray:
    """Nodal forces of a traction on faces.

    f_a = int N_a t dA, by Radon's 7-point rule (exact for flat faces).

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    faces : ndarray of int, shape (f, 3) or (f, 6)
    vector : array, shape (3,), (f, 3) or (f, q, 3) [MPa]
        The last at `face_quadrature_points`.

    Returns
    -------
    ndarray, shape (n, 3) [N]
    """
    shape, area = _face_quadrature(points, faces)
    size = np.sqrt((area**2).sum(axis=-1))  # (f, q)
    vector = _at_each_point(vector, size.shape)
    return _scatter(points, faces, np.einsum("fq,qa,fqi->fai", size, shape, vector))


def pressure(points: np.ndarray, faces: np.ndarray, value) -> np.ndarray:
    """Nodal forces of a pressure, positive against the outward normal.

    f_a = -int N_a p n dA, with the normal of the (curved) face.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    faces : ndarray of int, shape (f, 3) or (f, 6)
        As from `boundary_faces`.
    value : float or array, shape (f,) [MPa]

    Returns
    -------
    ndarray, shape (n, 3) [N]
    """
    shape, area = _face_quadrature(points, faces)
    value = np.broadcast_to(np.asarray(value, float), (len(faces),))
    return _scatter(points, faces, -np.einsum("fqi,qa,f->fai", area, shape, value))


def body_force(points: np.ndarray, cells: np.ndarray, density) -> np.ndarray:
    """Nodal forces of a force per volume, f_a = int N_a b dV.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int, shape (m, 4) or (m, 10)
    density : array, shape (3,), (m, 3) or (m, q, 3) [N/mm3]
        The last at `quadrature_points`.

    Returns
    -------
    ndarray, shape (n, 3) [N]
    """
    volume = compute_geometry(points, cells).volume
    density = _at_each_point(density, volume.shape)
    shape = tetrahedron(cells.shape[1]).shape
    return _scatter(points, cells, np.einsum("mq,qa,mqi->mai", volume, shape, density))


def initial_strain(points: np.ndarray, cells: np.ndarray, young, poisson, strain) -> np.ndarray:
    """Nodal forces of a strain that isotropic material takes on by itself: heat, swelling, shrinkage.

    f_a = int B_a^T D e0 dV. With the displacement that answers to these loads, the stress is D (e - e0): take
    `stress_of` e0 from `Solution.stress`.

    Parameters
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int, shape (m, 4) or (m, 10)
    young, poisson : float or array, shape (m,) [MPa], [-]
    strain : array, shape (6,), (m, 6) or (m, q, 6) [-]
        xx yy zz yz xz xy, engineering shear; the last at `quadrature_points`. Heat: alpha T (1, 1, 1, 0, 0, 0).

    Returns
    -------
    ndarray, shape (n, 3) [N]
    """
    geometry = compute_geometry(points, cells)
    lam, mu = read_moduli(young, poisson, len(cells))
    stress = stress_of(_at_each_point(strain, geometry.volume.shape), lam, mu)
    tensor = stress[..., TENSOR] * geometry.volume[..., None, None]  # (m, q, 3, 3) [N mm]
    gradient = np.einsum("mqij,qaj->mqai", geometry.inverse, geometry.element.gradient)
    return _scatter(points, cells, np.einsum("mqij,mqaj->mai", tensor, gradient))


def quadrature_points(points: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Positions of the quadrature points, shape (m, q, 3) [mm]."""
    return np.einsum("qa,mai->mqi", tetrahedron(cells.shape[1]).shape, points[cells])


def face_quadrature_points(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Positions of the quadrature points of faces (f, 3) or (f, 6), shape (f, q, 3) [mm]."""
    return np.einsum("qa,fai->fqi", _face_quadrature(points, faces)[0], points[faces])


def _at_each_point(values, shape: tuple[int, ...]) -> np.ndarray:
    """Spread vectors (i,), (m, i) or (m, q, i) over m parts with q points each, `shape`."""
    values = np.asarray(values, float)
    if values.ndim == 2:
        values = values[:, None]
    return np.broadcast_to(values, (*shape, values.shape[-1]))


def _face_quadrature(points, faces):
    """Shape functions (q, a) and weighted area vectors (f, q, 3)."""
    s = np.sqrt(15)
    near, far = (6 - s) / 21, (6 + s) / 21
    L = np.concatenate(  # noqa: N806
        [[[1 / 3] * 3], *(np.full((3, 3), a) + (1 - 3 * a) * np.eye(3) for a in (near, far))]
    )
    weight = np.concatenate([[9 / 40], [(155 - s) / 1200] * 3, [(155 + s) / 1200] * 3]) / 2
    dL = np.array([[-1.0, -1.0], [1.0, 0.0], [0.0, 1.0]])  # noqa: N806
    if faces.shape[1] == 3:
        shape, gradient = L, np.broadcast_to(dL, (len(L), 3, 2))
    else:
        i, j = np.array([0, 1, 2]), np.array([1, 2, 0])
        shape = np.concatenate([L * (2 * L - 1), 4 * L[:, i] * L[:, j]], axis=1)
        gradient = np.concatenate(
            [(4 * L - 1)[:, :, None] * dL, 4 * (L[:, i, None] * dL[j] + L[:, j, None] * dL[i])], axis=1
        )
    tangent = np.einsum("qas,fai->fqsi", gradient, points[faces])
    return shape, np.cross(tangent[:, :, 0], tangent[:, :, 1]) * weight[:, None]


def _scatter(points, connectivity, force):
    """Sum element forces (m, a, 3) into nodal forces (n, 3)."""
    total = np.empty_like(points, dtype=float)
    for i in range(3):
        total[:, i] = np.bincount(connectivity.ravel(), force[:, :, i].ravel(), len(points))
    return total
