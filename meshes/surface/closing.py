"""Make a triangle soup one closed, outward surface, or say why it is not one."""

import numpy as np
from numba import njit
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from .triangle_tree import triangle_tree

MERGE_TOLERANCES = (1e-9, 1e-7, 1e-6, 1e-5, 1e-4)
"""Distances, relative to the bounding diagonal, tried in turn until the surface closes."""

DEBRIS = 0.02
"""A separate piece whose diagonal is below this share of the largest one's is dropped as debris."""

CAVITY = 0.5
"""A separate piece inside the largest one and smaller than this share of it is a cavity, and is filled."""


class SurfaceError(ValueError):
    """A surface that cannot be used: what is wrong, found, expected, next step."""


@njit(cache=True)
def _orient(triangles, neighbours, flipped, seen):
    """Give every triangle of a connected manifold surface the direction of its first triangle.

    Walks from neighbour to neighbour; a neighbour that runs along the shared edge in the same direction is
    turned over.

    Parameters
    ----------
    triangles : ndarray of int64, shape (k, 3)
    neighbours : ndarray of int64, shape (k, 3)
        Triangle behind the edge from corner i to corner i + 1.
    flipped, seen : ndarray of bool, shape (k,)
        Written: triangles to turn over; working space, false on entry.

    Returns
    -------
    bool
        False if the surface has only one side (a Moebius band).
    """
    stack = np.empty(len(triangles), np.int64)
    for first in range(len(triangles)):
        if seen[first]:
            continue
        seen[first] = True
        stack[0] = first
        depth = 1
        while depth > 0:
            depth -= 1
            here = stack[depth]
            for i in range(3):
                there = neighbours[here, i]
                a, b = triangles[here, i], triangles[here, (i + 1) % 3]
                same = False
                for j in range(3):
                    if triangles[there, j] == a and triangles[there, (j + 1) % 3] == b:
                        same = True
                turn = flipped[here] != same
                if not seen[there]:
                    seen[there] = True
                    flipped[there] = turn
                    stack[depth] = there
                    depth += 1
                elif flipped[there] != turn:
                    return False
    return True


def merge_vertices(points, triangles, tolerance):
    """Let vertices closer than a tolerance be one; drop what then has no area and what is there twice.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
    triangles : ndarray of int, shape (k, 3)
    tolerance : float
        In the unit of the points.

    Returns
    -------
    points : ndarray, shape (n', 3)
        The vertices in use.
    triangles : ndarray of int64, shape (k', 3)
    n_degenerate, n_double : int
        Triangles dropped because two corners coincide, or because the same three corners came before.
    """
    pairs = KDTree(points).query_pairs(tolerance, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(len(points),) * 2)
    _, group = connected_components(graph, directed=False)
    _, representative = np.unique(group, return_index=True)
    corners = group[triangles].astype(np.int64)
    a, b, c = corners.T
    degenerate = (a == b) | (b == c) | (c == a)
    corners = corners[~degenerate]
    _, kept = np.unique(np.sort(corners, axis=1), axis=0, return_index=True)
    n_double = len(corners) - len(kept)
    corners = corners[np.sort(kept)]
    used, corners = np.unique(corners, return_inverse=True)
    return points[representative[used]], corners.reshape(-1, 3), int(degenerate.sum()), n_double


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
    directed = np.stack([triangles, np.roll(triangles, -1, axis=1)], axis=-1).reshape(-1, 2)
    edges, edge_of, count = np.unique(
        np.sort(directed, axis=1), axis=0, return_inverse=True, return_counts=True
    )
    return edges, edge_of.reshape(-1, 3), count


def pieces(triangles, n_points):
    """Give each triangle the number of its connected piece; ndarray of int, shape (k,)."""
    a, b = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]]]).T
    graph = coo_array((np.ones(len(a), bool), (a, b)), shape=(n_points, n_points))
    return connected_components(graph, directed=False)[1][triangles[:, 0]]


def enclosed_volume(points, triangles):
    """Volume inside a closed surface, positive if outward: sum of a . (b x c) / 6, the divergence theorem."""
    a, b, c = (points - points.mean(axis=0))[triangles].transpose(1, 0, 2)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)


def _place(point):
    return "(" + ", ".join(f"{value:.4g}" for value in point) + ")"


def _refuse_open(points, edges, count):
    open_edges = edges[count == 1]
    if len(open_edges):
        graph = coo_array(
            (np.ones(len(open_edges), bool), (open_edges[:, 0], open_edges[:, 1])), shape=(len(points),) * 2
        )
        _, label = connected_components(graph, directed=False)
        hole, size = np.unique(label[open_edges[:, 0]], return_counts=True)
        rim = points[np.unique(open_edges[label[open_edges[:, 0]] == hole[size.argmax()]])]
        message = (
            f"the surface is open: {len(open_edges)} edges in {len(hole)} hole(s) have a triangle on one "
            f"side only; the largest hole has {size.max()} edges around {_place(rim.mean(axis=0))} and is "
            f"{np.linalg.norm(np.ptp(rim, axis=0)):.4g} across (stored unit). Expected a closed surface. "
            "Close the holes in the program that made the surface (MeshLab: Close Holes) and export it again."
        )
        raise SurfaceError(message)
    shared = edges[count > 2]
    if len(shared):
        message = (
            f"{len(shared)} edges of the surface are shared by more than two triangles, the first at "
            f"{_place(points[shared[0]].mean(axis=0))} (stored unit): sheets touch or run inside the body. "
            "Expected each edge in exactly two triangles. Remove inner sheets and repair non-manifold edges."
        )
        raise SurfaceError(message)


def _single_piece(points, triangles, notes):
    piece = pieces(triangles, len(points))
    n_pieces = piece.max() + 1
    if n_pieces == 1:
        return points, triangles
    low, high = np.full((n_pieces, 3), np.inf), np.full((n_pieces, 3), -np.inf)
    np.minimum.at(low, np.repeat(piece, 3), points[triangles.ravel()])
    np.maximum.at(high, np.repeat(piece, 3), points[triangles.ravel()])
    sizes = high - low
    diagonal = np.linalg.norm(sizes, axis=1)
    body = int(diagonal.argmax())
    first = np.unique(piece, return_index=True)[1]  # a triangle of each piece
    inside = triangle_tree(points[triangles[piece == body]]).contains(points[triangles[first, 0]])
    is_cavity = inside & (diagonal < CAVITY * diagonal[body])
    large = np.flatnonzero((diagonal > DEBRIS * diagonal[body]) & ~is_cavity)
    if len(large) > 1:
        listed = "; ".join(
            f"{(piece == i).sum()} triangles, " + " x ".join(f"{edge:.4g}" for edge in sizes[i])
            for i in large[np.argsort(-diagonal[large])][:5]
        )
        message = (
            f"the surface has {len(large)} separate pieces (stored unit): {listed}. Expected one vertebra in "
            "one piece. Export the one that is meant alone, or join the pieces."
        )
        raise SurfaceError(message)
    n_cavities = int(is_cavity.sum())
    if n_cavities:
        notes.append(f"filled {n_cavities} closed cavit{'y' if n_cavities == 1 else 'ies'} inside the body")
    if n_pieces - 1 - n_cavities:
        notes.append(f"dropped {n_pieces - 1 - n_cavities} tiny separate piece(s)")
    used, corners = np.unique(triangles[piece == body], return_inverse=True)
    return points[used], corners.reshape(-1, 3)


def close_surface(points, triangles):
    """Merge, check and orient a triangle soup.

    Coincident vertices become one, with the smallest of `MERGE_TOLERANCES` that closes the surface;
    triangles without area and doubles are dropped, tiny separate pieces and cavities too; all triangles are turned so
    that normals point outwards.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
        In any unit.
    triangles : ndarray of int, shape (k, 3)

    Returns
    -------
    points : ndarray, shape (n', 3)
    triangles : ndarray of int64, shape (k', 3)
    notes : list of str
        What was changed, one sentence each.

    Raises
    ------
    SurfaceError
        Open, non-manifold, in several pieces, one-sided or flat.
    """
    diagonal = float(np.linalg.norm(np.ptp(points, axis=0)))
    notes: list[str] = []
    for tolerance in MERGE_TOLERANCES:
        merged, corners, n_degenerate, n_double = merge_vertices(points, triangles, tolerance * diagonal)
        edges, edge_of, count = edge_use(corners)
        if len(corners) and (count == 2).all():
            break
    else:
        # show the defects of the mildest merge: wide tolerances add defects of their own
        merged, corners, _, _ = merge_vertices(points, triangles, MERGE_TOLERANCES[1] * diagonal)
        if not len(corners):
            message = "the surface has no triangle with an area. Expected a closed surface of triangles."
            raise SurfaceError(message)
        edges, _, count = edge_use(corners)
        _refuse_open(merged, edges, count)
        message = "the surface does not close by merging vertices. Repair it and export it again."
        raise SurfaceError(message)
    if len(merged) < len(points):
        notes.append(f"merged {len(points)} stored vertices to {len(merged)}")
    if tolerance > MERGE_TOLERANCES[1]:
        notes.append(
            f"vertices up to {tolerance:g} of the diagonal apart had to be merged to close the surface"
        )
    if n_degenerate or n_double:
        notes.append(f"dropped {n_degenerate} triangles without area and {n_double} double ones")

    merged, corners = _single_piece(merged, corners, notes)
    edges, edge_of, _ = edge_use(corners)
    user = np.argsort(edge_of.ravel(), kind="stable").reshape(-1, 2) // 3  # the two triangles of each edge
    own = np.arange(len(corners))[:, None]
    neighbours = np.where(user[edge_of][..., 0] == own, user[edge_of][..., 1], user[edge_of][..., 0])
    flipped = np.zeros(len(corners), bool)
    if not _orient(corners, neighbours, flipped, np.zeros(len(corners), bool)):
        message = "the surface has one side only (a Moebius band). Expected a closed surface around a body."
        raise SurfaceError(message)
    corners[flipped] = corners[flipped][:, ::-1]
    volume = enclosed_volume(merged, corners)
    if volume < 0.0:
        corners = np.ascontiguousarray(corners[:, ::-1])
        flipped = ~flipped
    if flipped.any():
        notes.append(
            f"turned over {flipped.sum()} of {len(corners)} triangles so that normals point outwards"
        )
    if abs(volume) <= 1e-3 * diagonal**3:
        message = (
            f"the surface is {diagonal:.4g} across and encloses {abs(volume):.4g} (stored unit and its cube): it is "
            "flat or folded on itself. Expected a body. Export the outer surface of one vertebra."
        )
        raise SurfaceError(message)
    return merged, corners, notes
