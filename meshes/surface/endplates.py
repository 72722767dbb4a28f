"""The two endplates on the surface of a vertebra."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from .alignment import AlignedBody
from .closed_surface import Surface, SurfaceError
from .topology import edge_use

SMOOTH_MM = 1.5
"""Normals are averaged over this distance before rims are looked for."""

SIDES = ("inferior", "superior")


def _smooth_normals(surface: Surface) -> np.ndarray:
    """Unit normals of triangles, averaged by area over a neighbourhood; ndarray, shape (k, 3)."""
    normals = surface.area_normals
    pairs = KDTree(surface.corners.mean(axis=1)).query_pairs(SMOOTH_MM, output_type="ndarray")
    n = len(normals)
    weight = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n)).tocsr()
    averaged = normals + weight @ normals + weight.T @ normals
    return averaged / np.maximum(np.linalg.norm(averaged, axis=1, keepdims=True), 1e-300)


def connected_part(marked, edge_of, seed):
    """Part of the marked triangles that hangs together with one of the seeds; ndarray of bool, shape (k,)."""
    users = np.argsort(edge_of.ravel(), kind="stable") // 3
    a, b = users[0::2], users[1::2]  # closed surface: two triangles at every edge
    joined = marked[a] & marked[b]
    graph = coo_array((np.ones(joined.sum(), bool), (a[joined], b[joined])), shape=(len(marked),) * 2)
    label = connected_components(graph, directed=False)[1]
    return marked & np.isin(label, np.unique(label[seed[marked[seed]]]))


def endplate_triangles(body: AlignedBody) -> np.ndarray:
    """Find the two endplates on the surface of a body or of a whole vertebra.

    From where rays along the axis leave the inner half of the body, an endplate reaches as far as the
    (averaged) normal stays within 45 degrees of the axis, near the plane fitted to it and in front of the
    posterior wall.

    Parameters
    ----------
    body : AlignedBody

    Returns
    -------
    ndarray of int8, shape (k,)
        0 for inferior, 1 for superior, -1 elsewhere.

    Raises
    ------
    SurfaceError
        Where one is not found.
    """
    surface = body.surface
    centre, normals = surface.corners.mean(axis=1), _smooth_normals(surface)
    _, edge_of, _ = edge_use(surface.triangles)
    turn = np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False)
    starts = np.concatenate(
        [
            [[0.0, 0.0, 0.0]],
            *(
                np.column_stack(
                    [s * body.semi_axes * np.column_stack([np.cos(turn), np.sin(turn)]), 0 * turn]
                )
                for s in (0.25, 0.5)
            ),
        ]
    )
    in_plan = np.hypot(*(centre[:, :2] / (1.4 * body.semi_axes)).T) < 1.0
    in_plan &= centre[:, 1] > -(body.semi_axes[1] + 3.0)
    found = np.full(len(centre), -1, np.int8)
    for side, sign in enumerate((-1.0, 1.0)):
        plane = body.planes[side]
        off = np.abs(centre[:, 2] - plane[0] - centre[:, :2] @ plane[1:])
        marked = (
            (sign * normals[:, 2] > np.cos(np.radians(45.0))) & (off < 5.0) & (in_plan | (not body.is_whole))
        )
        hit = surface.tree.cast(starts, np.array([0.0, 0.0, sign]))[1]
        plate = connected_part(marked, edge_of, hit[hit >= 0])
        area = np.linalg.norm(surface.area_normals[plate], axis=1).sum()
        if area < 1.5 * body.semi_axes.prod():
            message = (
                f"the {SIDES[side]} endplate was not found: {area:.0f} mm2 of surface face along the axis, expected "
                f"about {3.0 * body.semi_axes.prod():.0f} mm2. Check axes and surface."
            )
            raise SurfaceError(message)
        found[plate] = side
    return found
