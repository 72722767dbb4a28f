"""Endplates, shell and heights of a mesh that was made without knowing them."""

import numpy as np
from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from ..parametric.lattice import VTK_EDGES
from ..skin import outer_faces
from ..tetmesh import REGIONS, TetMesh
from .alignment import AlignedBody, Surface, SurfaceError
from .closing import edge_use
from .triangle_tree import triangle_tree

SMOOTH_MM = 1.5
"""Normals are averaged over this distance before rims are looked for."""

ARCH_MM = 1.5
"""Cells of a whole vertebra that lie farther than this from both endplates in plan, and behind the middle of the
body, belong to arch and processes."""

SIDES = ("inferior", "superior")

_EIGHTHS = np.array(
    [
        (0, 4, 6, 7),
        (4, 1, 5, 8),
        (6, 5, 2, 9),
        (7, 8, 9, 3),
        (4, 9, 5, 6),
        (4, 9, 6, 7),
        (4, 9, 7, 8),
        (4, 9, 8, 5),
    ]
)
"""A 10-node tetrahedron as eight 4-node ones of equal volume."""


def _smooth_normals(surface: Surface) -> np.ndarray:
    """Unit normals of triangles, averaged by area over a neighbourhood; ndarray, shape (k, 3)."""
    normals = surface.area_normals
    pairs = KDTree(surface.corners.mean(axis=1)).query_pairs(SMOOTH_MM, output_type="ndarray")
    n = len(normals)
    weight = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n)).tocsr()
    averaged = normals + weight @ normals + weight.T @ normals
    return averaged / np.maximum(np.linalg.norm(averaged, axis=1, keepdims=True), 1e-300)


def _component(marked, edge_of, seed):
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
        plate = _component(marked, edge_of, hit[hit >= 0])
        area = np.linalg.norm(surface.area_normals[plate], axis=1).sum()
        if area < 1.5 * body.semi_axes.prod():
            message = (
                f"the {SIDES[side]} endplate was not found: {area:.0f} mm2 of surface face along the axis, expected "
                f"about {3.0 * body.semi_axes.prod():.0f} mm2. Check axes and surface."
            )
            raise SurfaceError(message)
        found[plate] = side
    return found


def _end_nodes(body: AlignedBody, points, faces, plates):
    """Nodes of the mesh on the two endplates; every face between them faces outwards along the axis."""
    corners = points[faces]
    middle = corners.mean(axis=1)
    votes = [
        plates[body.surface.tree.nearest(at)[1]]
        for at in (middle, *(0.6 * corners[:, i] + 0.4 * middle for i in range(3)))
    ]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    upright = normal[:, 2] / np.maximum(np.linalg.norm(normal, axis=1), 1e-300)
    _, edge_of, _ = edge_use(faces)
    nodes = []
    for side, sign in enumerate((-1.0, 1.0)):
        marked = (np.sum([vote == side for vote in votes], axis=0) >= 3) & (sign * upright > 0.3)
        seed = np.flatnonzero(marked & (np.hypot(*middle[:, :2].T) < 0.5 * body.semi_axes.min()))
        marked = _component(marked, edge_of, seed)
        for _ in range(50):
            on_end = np.zeros(len(points), bool)
            on_end[faces[marked]] = True
            # all faces between nodes of the set get a cap: none may overhang
            overhang = on_end[faces].all(axis=1) & (sign * upright < 0.05)
            if not overhang.any():
                break
            far = faces[overhang][
                np.arange(overhang.sum()), np.hypot(*corners[overhang][..., :2].T).T.argmax(axis=1)
            ]
            marked &= ~np.isin(faces, far).any(axis=1)
        if not marked.any():
            message = (
                f"the mesh has no {SIDES[side]} endplate faces: its elements are too large. Lower edge_mm."
            )
            raise SurfaceError(message)
        nodes.append(np.unique(faces[marked]))
    return nodes


def share_below(values, threshold: float) -> np.ndarray:
    """Volume fraction of a tetrahedron in which a linear function lies below a threshold.

    f(t) = sum over nodes with d_i < t of (t - d_i)^3 / prod over j != i of (d_j - d_i); equal values are
    parted by a ten thousandth of the threshold.

    Parameters
    ----------
    values : ndarray, shape (..., 4)
        At the corners.
    threshold : float
        Positive.

    Returns
    -------
    ndarray, shape (...)
    """
    d = np.sort(values / threshold, axis=-1)
    for i in range(1, 4):
        d[..., i] = np.maximum(d[..., i], d[..., i - 1] + 1e-4)
    share = np.zeros(d.shape[:-1])
    for i in range(4):
        others = np.prod([d[..., j] - d[..., i] for j in range(4) if j != i], axis=0)
        share += np.maximum(1.0 - d[..., i], 0.0) ** 3 / others
    return np.where(d[..., 3] <= 1.0, 1.0, np.where(d[..., 0] >= 1.0, 0.0, np.clip(share, 0.0, 1.0)))


def add_mid_nodes(points, cells):
    """Put a node in the middle of every edge.

    Returns
    -------
    points : ndarray, shape (n + e, 3)
    cells : ndarray of int32, shape (m, 10)
    """
    ends = np.sort(cells[:, VTK_EDGES], axis=-1).reshape(-1, 2)
    edges, edge_of = np.unique(ends, axis=0, return_inverse=True)
    middle = points[edges].mean(axis=1)
    mids = len(points) + edge_of.reshape(-1, 6)
    return np.concatenate([points, middle]), np.concatenate([cells, mids], axis=1).astype(np.int32)


def _heights(points, ends):
    """Relative height of points between the endplates, continued outwards from their rims; shape (n,)."""
    bounds = []
    for nodes in ends:
        plan, z = points[nodes, :2], points[nodes, 2]
        linear = LinearNDInterpolator(plan, z)(points[:, :2])
        nearest = NearestNDInterpolator(plan, z)(points[:, :2])
        bounds.append(np.where(np.isnan(linear), nearest, linear))
    return np.clip((points[:, 2] - bounds[0]) / np.maximum(bounds[1] - bounds[0], 1e-6), 0.0, 1.0)


def named_mesh(
    body: AlignedBody, points, cells, *, edge_mm: float, shell_mm: float, endplate_mm: float, order: int
) -> TetMesh:
    """Name regions, layers and node sets of tetrahedra that fill a surface.

    Shell and endplate fractions are volume fractions by distance from the mesh's own outer faces, from a
    linear interpolation over the eighths of each cell; where both claim a place, the endplate has it.
    Layers are bands of relative height about one edge high. Cells of arch and processes have layer -1: they
    belong to no section of the body.

    Parameters
    ----------
    body : AlignedBody
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int32, shape (m, 4)
    edge_mm, shell_mm, endplate_mm : float [mm]
    order : int
        1 or 2.

    Returns
    -------
    TetMesh
    """
    faces, _ = outer_faces(cells)
    ends = _end_nodes(body, points, faces, endplate_triangles(body))
    n_corners = len(points)
    points, quadratic = add_mid_nodes(points, cells)
    faces, _ = outer_faces(quadratic)
    plates = [np.isin(faces[:, :3], nodes).all(axis=1) for nodes in ends]
    eighths = quadratic[:, _EIGHTHS]
    shares = []
    for part, thickness in (
        (~(plates[0] | plates[1]), shell_mm),
        (plates[0], endplate_mm),
        (plates[1], endplate_mm),
    ):
        distance = triangle_tree(points, faces[part][:, :3]).nearest(points)[0]
        shares.append(share_below(distance[eighths], thickness).mean(axis=1))
    endplate = np.minimum(shares[1] + shares[2], 1.0)
    shell = np.minimum(shares[0], 1.0 - endplate)

    zeta = _heights(points, ends)
    for part, value in zip(plates, (0.0, 1.0), strict=True):
        zeta[np.unique(faces[part])] = value
    parts = np.column_stack([1.0 - shell - endplate, shell, shares[2], shares[1]])
    region = np.array(
        [REGIONS.index(n) for n in ("trabecular", "shell", "superior_endplate", "inferior_endplate")]
    )
    region = region[parts.argmax(axis=1)].astype(np.int8)
    height = float(np.diff([points[nodes, 2].mean() for nodes in ends])[0])
    n_layers = max(3, round(height / edge_mm))
    middle = points[cells].mean(axis=1)
    layer = np.minimum((zeta[cells].mean(axis=1) * n_layers).astype(np.int16), n_layers - 1)
    if body.is_whole:
        plan, ends_in_plan = np.array([1.0, 1.0, 0.0]), faces[plates[0] | plates[1]][:, :3]
        away = triangle_tree(points * plan, ends_in_plan).nearest(middle * plan)[0] > ARCH_MM
        layer[away & (middle[:, 1] < 0)] = -1  # bone in front of the middle is body: a lip, an osteophyte
    layer[np.isin(region, [REGIONS.index("superior_endplate"), REGIONS.index("inferior_endplate")])] = -1

    sets = {}
    for name, part in (("inferior_endplate", plates[0]), ("superior_endplate", plates[1])):
        sets[name] = np.unique(faces[part])
    sets["wall"] = np.unique(faces[~(plates[0] | plates[1])])
    sets["inferior_face"], sets["superior_face"] = sets["inferior_endplate"], sets["superior_endplate"]
    if order == 1:
        points, quadratic, zeta = points[:n_corners], cells, zeta[:n_corners]
        sets = {name: nodes[nodes < n_corners] for name, nodes in sets.items()}
    return TetMesh(
        points=points,
        cells=np.ascontiguousarray(quadratic, np.int32),
        region=region,
        zeta=zeta,
        layer=layer,
        shell_fraction=shell,
        endplate_fraction=endplate,
        node_sets={name: nodes.astype(np.int32) for name, nodes in sets.items()},
    )
