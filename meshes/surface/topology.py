"""Edges, pieces, orientation and volume of triangulated surfaces."""

import igl
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def edge_use(triangles):
    """Undirected edges of triangles and how often each is used.

    Returns
    -------
    edges : ndarray of int64, shape (e, 2)
    edge_of : ndarray of int64, shape (k, 3)
        Edge from corner i to corner i + 1.
    count : ndarray of int64, shape (e,)
        2 everywhere on a closed manifold surface.
    """
    after = np.roll(triangles, -1, axis=1)
    n_points = int(triangles.max(initial=0)) + 1
    codes = np.minimum(triangles, after).astype(np.int64) * n_points + np.maximum(triangles, after)
    codes, edge_of, count = np.unique(codes, return_inverse=True, return_counts=True)
    return np.stack(np.divmod(codes, n_points), axis=1), edge_of.reshape(-1, 3), count


def pieces(triangles, n_points):
    """Give each triangle the number of its connected piece; ndarray of int, shape (k,)."""
    a, b = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]]]).T
    graph = coo_array((np.ones(len(a), bool), (a, b)), shape=(n_points, n_points))
    return connected_components(graph, directed=False)[1][triangles[:, 0]]


def enclosed_volume(points, triangles):
    """Volume inside a closed surface, positive if outward: sum of a . (b x c) / 6, the divergence theorem."""
    a, b, c = (points - points.mean(axis=0))[triangles].transpose(1, 0, 2)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)


def orient_triangles(triangles):
    """Turn triangles over until neighbours run the same way round.

    Parameters
    ----------
    triangles : ndarray of int64, shape (k, 3)
        Of closed manifold surfaces.

    Returns
    -------
    ndarray of int64, shape (k, 3)

    Raises
    ------
    ValueError
        The surface has one side only.
    """
    oriented = np.asarray(igl.bfs_orient(np.ascontiguousarray(triangles, np.int64))[0])
    directed = np.stack([oriented, np.roll(oriented, -1, axis=1)], axis=-1).reshape(-1, 2)
    if len(np.unique(directed, axis=0)) < len(directed):
        message = "the surface has one side only (a Moebius band). Expected a closed surface around a body."
        raise ValueError(message)
    return oriented
