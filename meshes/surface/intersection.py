"""Where a triangulated surface passes through itself."""

import numpy as np
from igl.predicates import find_self_intersections


def _directions(vectors):
    """Vectors of length 1; zero where there is no direction."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(length > 1e-12, vectors / np.maximum(length, 1e-12), 0.0)


def _overlap(one, two, axes):
    """Least distance by which triangles must move along one of the axes to come apart.

    Parameters
    ----------
    one, two : ndarray, shape (k, 3, 3)
    axes : ndarray, shape (k, a, 3)
        Of length 1, or zero to be left out.

    Returns
    -------
    ndarray, shape (k,)
    """
    p, q = np.einsum("kci,kai->kac", one, axes), np.einsum("kci,kai->kac", two, axes)
    apart = np.minimum(p.max(axis=2) - q.min(axis=2), q.max(axis=2) - p.min(axis=2))
    return np.where((axes != 0.0).any(axis=2), apart, np.inf).min(axis=1)


def _penetration(one, two, flat):
    """Depth to which pairs of triangles reach into each other, by the theorem of separating axes.

    The axes are the normals of both and the products of their edges; for pairs in one plane, to within `flat`,
    the directions across their edges.

    Parameters
    ----------
    one, two : ndarray, shape (k, 3, 3)
    flat : float

    Returns
    -------
    ndarray, shape (k,)
    """
    along = [_directions(np.roll(each, -1, axis=1) - each) for each in (one, two)]
    normals = [_directions(np.cross(each[:, 1] - each[:, 0], each[:, 2] - each[:, 0])) for each in (one, two)]
    crossed = _directions(np.cross(along[0][:, :, None], along[1][:, None]).reshape(-1, 9, 3))
    in_space = _overlap(one, two, np.concatenate([normals[0][:, None], normals[1][:, None], crossed], axis=1))
    common = np.where((normals[0] != 0.0).any(axis=1, keepdims=True), normals[0], normals[1])
    across = [_directions(np.cross(common[:, None], each)) for each in along]
    in_plane = _overlap(one, two, np.concatenate(across, axis=1))
    height = np.einsum("kci,ki->kc", np.concatenate([one, two], axis=1) - one[:, :1], common)
    return np.where(np.ptp(height, axis=1) <= flat, in_plane, in_space)


def self_intersections(points, triangles, *, depth: float = 1e-7):
    """Pairs of triangles that pass through each other or overlap in one plane.

    Pairs are found with exact predicates [1]_; those that only touch, such as at a vertex on the edge of a
    third triangle, are left out.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
    triangles : ndarray of int, shape (k, 3)
    depth : float [-]
        Relative to the bounding diagonal: how far two triangles must reach into each other to count.

    Returns
    -------
    ndarray of int64, shape (p, 2)

    References
    ----------
    .. [1] J. R. Shewchuk, Adaptive precision floating-point arithmetic and fast robust geometric predicates,
       Discrete Comput. Geom. 18 (1997) 305-363, doi 10.1007/PL00009321; as used by libigl
    """
    points, triangles = np.ascontiguousarray(points, float), np.ascontiguousarray(triangles, np.int64)
    _, pairs, _ = find_self_intersections(points, triangles)
    pairs = np.asarray(pairs).reshape(-1, 2)
    diagonal = float(np.linalg.norm(np.ptp(points, axis=0)))
    scaled = (points - points.mean(axis=0)) / diagonal
    one, two = scaled[triangles[pairs]].transpose(1, 0, 2, 3)
    return pairs[_penetration(one, two, depth) > depth]
