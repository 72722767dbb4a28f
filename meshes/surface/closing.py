"""One closed, outward surface from a triangle soup, or the reason why it is not one."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from .closed_surface import SurfaceError
from .topology import edge_use, enclosed_volume, orient_triangles, pieces
from .triangle_tree import triangle_tree

MERGE_TOLERANCES = (1e-9, 1e-7, 1e-6, 1e-5, 1e-4)
"""Distances, relative to the bounding diagonal, tried in turn until the surface closes."""

DEBRIS = 0.02
"""A separate piece whose diagonal is below this share of the largest one's is dropped as debris."""

CAVITY = 0.5
"""A separate piece inside the largest one and smaller than this share of it is a cavity, and is filled."""


def merge_vertices(points, triangles, tolerance):
    """Merge vertices closer than a tolerance; drop triangles that lose their area and repeated ones.

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


def _main_piece(points, triangles, notes):
    """Mark the triangles of the largest piece; ndarray of bool, shape (k,). Debris and cavities are noted."""
    piece = pieces(triangles, len(points))
    n_pieces = piece.max() + 1
    if n_pieces == 1:
        return np.ones(len(triangles), bool)
    low, high = np.full((n_pieces, 3), np.inf), np.full((n_pieces, 3), -np.inf)
    np.minimum.at(low, np.repeat(piece, 3), points[triangles.ravel()])
    np.maximum.at(high, np.repeat(piece, 3), points[triangles.ravel()])
    sizes = high - low
    diagonal = np.linalg.norm(sizes, axis=1)
    body = int(diagonal.argmax())
    first = np.unique(piece, return_index=True)[1]  # a triangle of each piece
    inside = triangle_tree(points, triangles[piece == body]).contains(points[triangles[first, 0]])
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
    return piece == body


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
        _, _, count = edge_use(corners)
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

    try:
        oriented = orient_triangles(corners)
    except ValueError as error:
        raise SurfaceError(str(error)) from None
    kept = _main_piece(merged, oriented, notes)
    flipped = (oriented != corners).any(axis=1)[kept]
    used, corners = np.unique(oriented[kept], return_inverse=True)
    merged, corners = merged[used], corners.reshape(-1, 3)
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
